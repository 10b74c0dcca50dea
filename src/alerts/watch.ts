/**
 * One look at what is wrong, and the messages that follow from it.
 *
 * Each robot gets its messages one after the other, in their order, and no more a minute than it takes. What it did
 * not take goes behind the others and is repeated, for an hour; until the next look it is asked for nothing more, so
 * that one that is away is not called for each message, and one refused message does not keep back the others.
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
  /** When each receiver was called in the last minute. Absent: an older version wrote it, as with the next one. */
  readonly calls?: Readonly<Record<string, readonly number[]>> | undefined;
  /** Receivers that did not take their last message, and what they said. */
  readonly refusals?: Readonly<Record<string, Refusal>> | undefined;
}

interface Refusal {
  readonly detail: string;
  readonly since: number;
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
  readonly post: (
    receiver: NamedReceiver,
    posted: { readonly message: Message; readonly id: string },
  ) => Promise<string | null>;
  readonly emit: (told: { readonly receiver: string; readonly failed: string | null }) => void;
  readonly now: () => number;
}

const TRIED_FOR_MS = 3_600_000;
/** Of one receiver. */
const MOST_PENDING = 50;
const MINUTE_MS = 60_000;
/** 企业微信 and 钉钉 take 20 a minute from all who write to a robot; 钉钉 then takes nothing for ten minutes. */
const MOST_A_MINUTE = 15;
/** Then the others wait for the next look: whoever looks must not outlast its turn. */
const SENDS_FOR_MS = 20_000;

export async function lookOnce(watch: Watch): Promise<void> {
  const reading = await watch.read();
  if (reading === null) return;
  const now = watch.now();
  const memory = (await watch.store.read()) ?? { known: {}, pending: [], digestDay: dayAtFirst(watch, now) };
  const { state, told } = decideAlerts(memory.known, {
    conditions: conditionsIn(reading, watch.thresholds),
    now,
    patience: watch.patience,
  });
  const day = watch.digest === null ? null : digestDue(watch.digest, { lastDay: memory.digestDay, now });
  const messages = [
    ...(isSilent(told) ? [] : [alertMessage(told, watch.speaking)]),
    ...(day === null ? [] : [digestMessage(reading, watch.speaking)]),
  ];
  const due = [
    ...memory.pending.filter(({ since }) => now - since < TRIED_FOR_MS),
    ...addressed(messages, { watch, since: now }),
  ];
  const queues = watch.receivers.map((receiver) => ({
    receiver,
    waiting: due.filter((one) => one.receiver === receiver.name).slice(-MOST_PENDING),
    calls: memory.calls?.[receiver.name]?.filter((at) => now - at < MINUTE_MS) ?? [],
    refusal: memory.refusals?.[receiver.name] ?? null,
  }));
  const digestDay = day ?? memory.digestDay;
  // Kept before they are sent: who crashes meanwhile has them repeated, not lost.
  await watch.store.write({ known: state, digestDay, ...rememberedOf(queues) });
  if (queues.every(({ waiting }) => waiting.length === 0)) return;
  const after = await Promise.all(queues.map(async (queue) => sendTo(queue, watch)));
  await watch.store.write({ known: state, digestDay, ...rememberedOf(after) });
}

/** What one receiver is still to be told. */
interface Queue {
  readonly receiver: NamedReceiver;
  readonly waiting: readonly Pending[];
  readonly calls: readonly number[];
  readonly refusal: Refusal | null;
}

function rememberedOf(queues: readonly Queue[]): Pick<AlertMemory, "pending" | "calls" | "refusals"> {
  return {
    pending: queues.flatMap(({ waiting }) => waiting),
    calls: Object.fromEntries(queues.map(({ receiver: { name }, calls }) => [name, calls])),
    refusals: Object.fromEntries(
      queues.flatMap(({ receiver: { name }, refusal }) => (refusal === null ? [] : [[name, refusal]])),
    ),
  };
}

async function sendTo(queue: Queue, { post, emit, now }: Watch): Promise<Queue> {
  const { receiver } = queue;
  const startedAt = now();
  const calls = [...queue.calls];
  const waiting = [...queue.waiting];
  let { refusal } = queue;
  while (calls.length < MOST_A_MINUTE && now() - startedAt < SENDS_FOR_MS) {
    const next = waiting.shift();
    if (next === undefined) break;
    calls.push(now());
    const failed = await post(receiver, { message: next.message, id: next.id });
    emit({ receiver: receiver.name, failed });
    if (failed !== null) {
      refusal = { detail: failed, since: refusal?.since ?? now() };
      return { receiver, waiting: [...waiting, next], calls, refusal };
    }
    refusal = null;
  }
  return { receiver, waiting, calls, refusal };
}

function addressed(
  messages: readonly Message[],
  { watch: { receivers }, since }: { readonly watch: Watch; readonly since: number },
): Pending[] {
  return messages.flatMap((message) =>
    receivers.map(({ name }) => ({ id: randomUUID(), receiver: name, message, since })),
  );
}

/** Whoever starts in the afternoon does not get the morning's digest. */
function dayAtFirst({ digest }: Watch, now: number): string | null {
  return digest === null ? null : digestDue(digest, { lastDay: null, now });
}
