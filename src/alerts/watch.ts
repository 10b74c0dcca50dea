/**
 * One look at what is wrong, and the messages that follow from it. What a robot did not take is repeated at the
 * next look, for an hour.
 */
import { randomUUID } from "node:crypto";
import { conditionsIn, type Reading, type Thresholds } from "./condition.ts";
import { decideAlerts, isSilent, type AlertState, type Patience } from "./decide.ts";
import { digestDue, type DigestTime } from "./digest-time.ts";
import type { Receiver } from "./robots.ts";
import { alertMessage, digestMessage, type Message, type Speaking } from "./words.ts";

interface Pending {
  readonly id: string;
  readonly receiver: string;
  readonly message: Message;
  readonly since: number;
}

export interface AlertMemory {
  readonly known: AlertState;
  readonly pending: readonly Pending[];
  /** The day of the last digest, as it is where the digest is read. */
  readonly digestDay: string | null;
}

export interface AlertMemoryStore {
  read(): Promise<AlertMemory | null>;
  write(memory: AlertMemory): Promise<void>;
}

export interface NamedReceiver extends Receiver {
  readonly name: string;
}

export interface Watch {
  readonly receivers: readonly NamedReceiver[];
  readonly thresholds: Thresholds;
  readonly patience: Patience;
  readonly speaking: Speaking;
  readonly digest: DigestTime | null;
  readonly store: AlertMemoryStore;
  /** Null while Redis is away. */
  readonly read: () => Promise<Reading | null>;
  /** Null if it was taken; else what the robot said. */
  readonly post: (receiver: NamedReceiver, message: Message, id: string) => Promise<string | null>;
  readonly emit: (told: { readonly receiver: string; readonly failed: string | null }) => void;
  readonly now: () => number;
}

const TRIED_FOR_MS = 3_600_000;
const MOST_PENDING = 100;

export async function lookOnce(watch: Watch): Promise<void> {
  const reading = await watch.read();
  if (reading === null) return;
  const now = watch.now();
  const memory = (await watch.store.read()) ?? { known: {}, pending: [], digestDay: dayAtFirst(watch, now) };
  const { state, told } = decideAlerts(memory.known, conditionsIn(reading, watch.thresholds), {
    now,
    patience: watch.patience,
  });
  const day = watch.digest === null ? null : digestDue(watch.digest, memory.digestDay, now);
  const messages = [
    ...(isSilent(told) ? [] : [alertMessage(told, watch.speaking)]),
    ...(day === null ? [] : [digestMessage(reading, watch.speaking)]),
  ];
  const due = [
    ...memory.pending.filter(({ since }) => now - since < TRIED_FOR_MS),
    ...addressed(messages, watch, now),
  ];
  // Kept before they are sent: who crashes meanwhile has them repeated, not lost.
  const next = { known: state, pending: due.slice(-MOST_PENDING), digestDay: day ?? memory.digestDay };
  await watch.store.write(next);
  if (due.length === 0) return;
  const left = await Promise.all(due.map(async (one) => ((await send(one, watch)) ? [] : [one])));
  await watch.store.write({ ...next, pending: left.flat() });
}

function addressed(messages: readonly Message[], { receivers }: Watch, since: number): Pending[] {
  return messages.flatMap((message) =>
    receivers.map(({ name }) => ({ id: randomUUID(), receiver: name, message, since })),
  );
}

async function send(
  { id, receiver: name, message }: Pending,
  { receivers, post, emit }: Watch,
): Promise<boolean> {
  const receiver = receivers.find((one) => one.name === name);
  // It has left the configuration.
  if (receiver === undefined) return true;
  const failed = await post(receiver, message, id);
  emit({ receiver: name, failed });
  return failed === null;
}

/** Whoever starts in the afternoon does not get the morning's digest. */
function dayAtFirst({ digest }: Watch, now: number): string | null {
  return digest === null ? null : digestDue(digest, null, now);
}
