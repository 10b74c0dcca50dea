/**
 * Loaded before a worker's own code: it stops itself with SIGSTOP at the point it was told, while connecting to
 * a platform or within a round, and reports that just before. The program that told it continues it.
 *
 *   connect    it is connecting
 *   connected  it has connected and not yet written the request
 *   sent       its request has been written to the kernel
 *   answered   the head of an answer has come and nothing is saved
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { StopPoint } from "./plan.ts";

/** Undici's channels for these points. */
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
    // By then this turn's connect or write has reached the kernel.
    if (point === "connect" || point === "sent") setImmediate(() => standStill(point));
    else standStill(point);
  };
  subscribe(channel, stop);
  disarm = () => {
    unsubscribe(channel, stop);
    disarm = null;
  };
}
