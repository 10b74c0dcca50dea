/**
 * The stored form of a record: JSON without the fields that say nothing (null, zero, empty).
 *
 * What is read back is parsed, then trusted. A record of an older schema that no longer parses is
 * reported as `null`; the caller ends it as dead `invalid` instead of trying it for ever.
 */
import { z } from "zod";
import { EVIDENCE_KINDS, RECIPIENT_STATUSES, type LedgerEntry } from "../delivery/ledger.ts";
import { withLateReceipt, type LateReceipt } from "../delivery/late-receipt.ts";
import {
  DEAD_REASONS,
  KNOWLEDGE,
  WAIT_CAUSES,
  type Delivery,
  type DeliveryRequest,
  type DeliveryState,
  type Receipt,
} from "../delivery/record.ts";
import type { Referenced } from "../pipeline/ports.ts";

const time = z.number().nullable().default(null);
const count = z.number().default(0);
const text = z.string().nullable().default(null);
const receipt = z.record(z.string(), z.string()).nullable().default(null);

const evidence = z
  .object({
    kind: z.enum(EVIDENCE_KINDS),
    at: z.number(),
    digest: z.string(),
    note: z.string().exactOptional(),
  })
  .nullable()
  .default(null);

const ledgerEntrySchema = z.object({
  id: z.string(),
  status: z.enum(RECIPIENT_STATUSES),
  sentAt: time,
  lagFrom: time,
  firstSentAt: time,
  sends: count,
  absences: count,
  askedAt: time,
  evidence,
  at: time,
  detail: text,
  receipt,
  memo: text,
}) satisfies z.ZodType<LedgerEntry>;

const progress = {
  knowledge: z.enum(KNOWLEDGE),
  detail: text,
  recipients: z.array(ledgerEntrySchema),
  receipt,
  sends: count,
  checks: count,
  checkRound: count,
  waits: count,
  waitCause: z.enum(WAIT_CAUSES).nullable().default(null),
  interruptions: count,
  generation: z.number().default(1),
  acceptedAt: time,
};
const reason = z.enum(DEAD_REASONS);

const stateSchema = z.discriminatedUnion("status", [
  z.object({ status: z.enum(["queued", "retrying", "confirming"]), ...progress, nextAt: z.number() }),
  z.object({ status: z.enum(["confirmed", "cancelled"]), ...progress, finishedAt: z.number() }),
  z.object({ status: z.literal("dead"), ...progress, reason, finishedAt: z.number() }),
  z.object({
    status: z.literal("discarded"),
    ...progress,
    reason,
    finishedAt: z.number(),
    discardedAt: z.number(),
  }),
]) satisfies z.ZodType<DeliveryState>;

const requestSchema = z.object({
  operation: z.string(),
  key: text,
  lane: text,
  priority: count,
  createdAt: z.number(),
  notBefore: time,
  deadlineAt: z.number(),
  callbackUrl: text,
  metadata: text,
});

export function encodeRequest(request: DeliveryRequest): string {
  // Id and account are in the key of the record.
  const { id: _id, account: _account, operation, ...stored } = request;
  return JSON.stringify({ operation, ...withoutNothing(stored) });
}

/** `lane` is repeated here: it outlives the record with its receipt. */
export function encodeState(state: DeliveryState, request: Pick<DeliveryRequest, "lane">): string {
  const stored = {
    ...state,
    generation: state.generation === 1 ? null : state.generation,
    recipients: state.recipients.map(withoutNothing),
    lane: request.lane,
  };
  return JSON.stringify(withoutNothing(stored));
}

/** Leaves out the object's own nulls and zeros; what is inside its fields stays as it is. */
function withoutNothing(fields: object): object {
  const given = fields as Readonly<Record<string, unknown>>;
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const value = given[name];
    if (value !== null && value !== 0) kept[name] = value;
  }
  return kept;
}

/** Null when the stored record does not parse. */
export function decodeDelivery(
  where: { readonly id: string; readonly account: string },
  stored: {
    readonly request: string;
    readonly state: string;
    readonly version: number;
    /** Of keep-late.lua: JSON, one a line. */
    readonly late?: string | null;
  },
): Delivery | null {
  const request = requestSchema.safeParse(parseJson(stored.request));
  const state = stateSchema.safeParse(parseJson(stored.state));
  if (!request.success || !state.success) return null;
  const delivery = { request: { ...where, ...request.data }, version: stored.version };
  if (stored.late == null || stored.late === "") return { ...delivery, state: state.data };
  const late = stored.late.split("\n");
  // One that does not parse is counted as known: nobody could ever use it.
  const receipts = late.flatMap((line) => lateReceiptSchema.safeParse(parseJson(line)).data ?? []);
  return { ...delivery, state: receipts.reduce(withLateReceipt, state.data), lateReceipts: late.length };
}

const lateReceiptSchema = z.object({
  at: z.number(),
  targets: z.array(z.string()),
  receipt,
  recipientReceipts: z.record(z.string(), z.record(z.string(), z.string())),
  evidence,
}) satisfies z.ZodType<LateReceipt>;

const keptReceiptSchema = z.object({ receipt: z.record(z.string(), z.string()), lane: text });

/** What keep-receipt.lua left of a forgotten record; null when it does not parse. */
export function decodeKeptReceipt(stored: string): Referenced | null {
  const kept = keptReceiptSchema.safeParse(parseJson(stored));
  return kept.success ? { ...kept.data, ended: true, createdAt: null } : null;
}

const receiptOnlySchema = z.object({ receipt: z.record(z.string(), z.string()) });

/** What the platform named, of a state that does not parse as a whole; null if even that is not there. */
export function decodeReceiptAlone(state: string): Receipt | null {
  return receiptOnlySchema.safeParse(parseJson(state)).data?.receipt ?? null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the schema refuses `undefined`, and the caller is told that the record is unreadable.
    return undefined;
  }
}
