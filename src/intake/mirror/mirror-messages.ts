/**
 * Mirrors the messages of a list: places the orders that follow from each, and remembers those that were
 * acknowledged.
 *
 * Creates go first: an update is ordered only when the create of its todo has been acknowledged, so that they
 * are in their lane in this order.
 */
import type { Message } from "../../platforms/messages.ts";
import { factsOf, stepsOf, type MirrorStep } from "./follow.ts";
import { NOTHING_KNOWN, type Facts, type Mirror, type Order, type Remembered } from "./ports.ts";
import { orderOf } from "./todo-of-message.ts";

/** A round under way, and what it has done so far. */
export interface MirrorRound {
  readonly mirror: Mirror;
  readonly now: number;
  readonly tally: Tally;
}

interface Tally {
  listed: number;
  created: number;
  updated: number;
  /** Listed messages without a recipient. */
  unmapped: number;
  /** Orders that were not taken; the next round repeats them. */
  postponed: number;
}

/** One message, and what is known about it. */
interface Card {
  readonly message: Message;
  readonly openId: string;
  known: Remembered;
  learned: Facts;
}

const ORDERS_AT_ONCE = 200;

/** Returns the new facts about each message. */
export async function mirrorMessages(
  messages: readonly Message[],
  { memory, round }: { readonly memory: ReadonlyMap<string, Remembered>; readonly round: MirrorRound },
): Promise<ReadonlyMap<string, Facts>> {
  const { mirror, now } = round;
  const cards: Card[] = [];
  for (const message of messages) {
    const known = memory.get(message.id) ?? NOTHING_KNOWN;
    const openId = known.openId ?? mirror.recipients[message.recipientId ?? ""];
    if (openId === undefined) await passOver(message, { known, round });
    else cards.push({ message, openId, known, learned: factsOf(message, { known, now }) });
  }
  for (const card of cards) card.known = { ...card.known, ...card.learned };
  await takeSteps(cards, { wanted: ["create"], round });
  await takeSteps(
    cards.filter(({ known }) => known.openId !== null),
    { wanted: ["read", "handled"], round },
  );
  const learned = new Map(cards.map((card) => [card.message.id, card.learned]));
  await mirror.memory.note(learned);
  return learned;
}

/**
 * Handles a message whose staff id has no recipient: reported once, counted once for each message, and looked
 * at again in each round.
 */
async function passOver(
  message: Message,
  { known, round: { mirror, now, tally } }: { readonly known: Remembered; readonly round: MirrorRound },
): Promise<void> {
  tally.unmapped += 1;
  if (known.unmappedAt !== null) return;
  const staffId = message.recipientId ?? "none";
  const counted = await mirror.memory.countUnmapped({ messageId: message.id, staffId }, now);
  if (counted !== 1) return;
  mirror.runtime.emit({ event: "mirror.unmapped", account: mirror.from.name, to: mirror.to, staffId });
}

interface Due {
  readonly card: Card;
  readonly step: MirrorStep;
  readonly order: Order;
}

async function takeSteps(
  cards: readonly Card[],
  { wanted, round }: { readonly wanted: readonly MirrorStep[]; readonly round: MirrorRound },
): Promise<void> {
  const { mirror } = round;
  const due = cards.flatMap((card) =>
    stepsOf(card.message, card.known)
      .filter((step) => wanted.includes(step))
      .map((step): Due => ({ card, step, order: orderOf(step, { card, mirror }) })),
  );
  for (let start = 0; start < due.length; start += ORDERS_AT_ONCE) {
    const refusal = await placeSome(due.slice(start, start + ORDERS_AT_ONCE), round);
    if (refusal === null) continue;
    // Redis is away or the backlog is full: the other orders would fail too.
    round.tally.postponed += Math.max(0, due.length - start - ORDERS_AT_ONCE);
    emitFailed(`orders were not taken: ${refusal}`, mirror);
    return;
  }
}

/** Returns why orders were not taken; null if all were answered. */
async function placeSome(due: readonly Due[], round: MirrorRound): Promise<string | null> {
  const placements = await round.mirror.place(due.map(({ order }) => order));
  let postponed: string | null = null;
  for (const [index, { card, step }] of due.entries()) {
    const placement = placements[index];
    if (placement === undefined) throw new Error("an order has no answer");
    switch (placement.kind) {
      case "placed":
        settle(card, { step, isNew: placement.isNew, round });
        break;
      case "postponed":
        round.tally.postponed += 1;
        postponed = placement.detail;
        break;
      case "refused":
        emitRefused(card.message, { fields: placement.fields, mirror: round.mirror });
        break;
    }
  }
  return postponed;
}

function settle(
  card: Card,
  {
    step,
    isNew,
    round: { now, tally },
  }: { readonly step: MirrorStep; readonly isNew: boolean; readonly round: MirrorRound },
): void {
  if (isNew) tally[step === "create" ? "created" : "updated"] += 1;
  const fact = factOf(step, { openId: card.openId, now });
  card.learned = { ...card.learned, ...fact };
  card.known = { ...card.known, ...fact };
}

function factOf(step: MirrorStep, { openId, now }: { readonly openId: string; readonly now: number }): Facts {
  switch (step) {
    case "create":
      return { openId };
    case "read":
      return { readAt: now };
    case "handled":
      return { handledAt: now };
  }
}

function emitFailed(detail: string, { from, to, runtime }: Mirror): void {
  runtime.emit({ event: "mirror.failed", account: from.name, to, detail });
}

function emitRefused(
  { id }: Message,
  { fields, mirror: { from, to, runtime } }: { readonly fields: readonly string[]; readonly mirror: Mirror },
): void {
  runtime.emit({ event: "mirror.refused", account: from.name, to, messageId: id, fields: fields.join(", ") });
}
