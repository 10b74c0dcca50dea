/**
 * Loaded before a worker's own code: it stops itself with SIGSTOP at the point that it is told to, inside the
 * connecting to a platform or inside a round, and says so just before. Whoever told it lets it go on.
 *
 *   connect    its connection is being made
 *   connected  it has been made, and no request has been handed to it
 *   sent       its request has been handed to the kernel
 *   answered   the head of an answer has come, and nothing is saved
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { StopPoint } from "./plan.ts";

/** Undici's names of these moments. */
const CHANNELS: Readonly<Record<Exclude<StopPoint, "anywhere">, string>> = {
  connect: "undici:client:beforeConnect",
  connected: "undici:client:connected",
  sent: "undici:client:sendHeaders",
  answered: "undici:request:headers",
};

let disarm: (() => void) | null = null;

process.on("message", ({ stopAt }: { readonly stopAt?: StopPoint | null }) => {
  if (stopAt === undefined) return;
  disarm?.();
  if (stopAt !== null && stopAt !== "anywhere") armAt(stopAt);
});

function standStill(point: StopPoint): void {
  process.send?.({ stopped: point });
  process.kill(process.pid, "SIGSTOP");
}

function armAt(point: keyof typeof CHANNELS): void {
  const channel = CHANNELS[point];
  const stop = (): void => {
    disarm?.();
    // What is being made or handed over in this turn has then reached the kernel.
    if (point === "connect" || point === "sent") setImmediate(() => standStill(point));
    else standStill(point);
  };
  subscribe(channel, stop);
  disarm = () => {
    unsubscribe(channel, stop);
    disarm = null;
  };
}
