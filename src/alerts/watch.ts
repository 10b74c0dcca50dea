/**
 * One look at the alert conditions, and the messages that follow from it.
 *
 * Each robot gets its messages one after another, in order, and not more in a minute than it accepts. A message
 * that it does not accept goes to the end of its queue and is repeated, for an hour. After such a failure the
 * robot gets nothing until the next look: so a robot that is away is not called for each message, and one
 * refused message does not hold up the others.
 */
import { randomUUID } from "node:crypto";
import { conditionsIn, type AlertFigures, type Thresholds } from "./condition.ts";
import { decideAlerts, isSilent, type AlertState, type Patience } from "./decide.ts";
import { digestDue, type DigestTime } from "./digest-time.ts";
import type { Receiver } from "./robots.ts";
import { alertMessage, digestMessage, type AlertMessage, type Speaking } from "./words.ts";

interface Pending {
  readonly id: string;
  readonly receiver: string;
  readonly message: AlertMessage;
  readonly since: number;
}

export interface AlertMemory {
  readonly known: AlertState;
  readonly pending: readonly Pending[];
  /** The day of the last digest, in the time zone of its readers. */
  readonly digestDay: string | null;
  /**
   * When each receiver was called in the last minute. Absent, like `refusals`, if an older version wrote the
   * memory.
   */
  readonly calls?: Readonly<Record<string, readonly number[]>> | undefined;
  /** Receivers that did not accept their last message, with their errors. */
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
  readonly read: () => Promise<AlertFigures | null>;
  /** Null if the robot accepted the message; otherwise its error. */
  readonly post: (
    receiver: NamedReceiver,
    posted: { readonly message: AlertMessage; readonly id: string },
  ) => Promise<string | null>;
  readonly emit: (told: { readonly receiver: string; readonly failed: string | null }) => void;
  readonly now: () => number;
}

const TRIED_FOR_MS = 3_600_000;
/** For one receiver. */
const MOST_PENDING = 50;
const MINUTE_MS = 60_000;
/** 企业微信 and 钉钉 accept 20 a minute from all senders to a robot; beyond that 钉钉 accepts nothing for ten minutes. */
const MOST_A_MINUTE = 15;
/**
 * After this time the other messages wait for the next look: a look must not take longer than the process has
 * the turn.
 */
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
  // Stored before they are sent: after a crash they are repeated, not lost.
  await watch.store.write({ known: state, digestDay, ...rememberedOf(queues) });
  if (queues.every(({ waiting }) => waiting.length === 0)) return;
  const after = await Promise.all(queues.map(async (queue) => sendTo(queue, watch)));
  await watch.store.write({ known: state, digestDay, ...rememberedOf(after) });
}

/** The messages that one receiver is still to get. */
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
  messages: readonly AlertMessage[],
  { watch: { receivers }, since }: { readonly watch: Watch; readonly since: number },
): Pending[] {
  return messages.flatMap((message) =>
    receivers.map(({ name }) => ({ id: randomUUID(), receiver: name, message, since })),
  );
}

/** The day of the last digest at a first start: a start in the afternoon does not send the digest of the morning. */
function dayAtFirst({ digest }: Watch, now: number): string | null {
  return digest === null ? null : digestDue(digest, { lastDay: null, now });
}
