/**
 * The stored form of a record: JSON without the fields that say nothing (null, zero, empty).
 *
 * What is read back is parsed, then trusted. A record of another version that does not parse is
 * reported as `null`; the caller ends it as dead `invalid` instead of trying it for ever. A field of another
 * version is left out; a value that is in none of the lists does not parse (docs/runbooks/upgrade.md).
 */
import { EVIDENCE_KINDS, RECIPIENT_STATUSES, type Evidence, type LedgerEntry } from "../delivery/ledger.ts";
import { withLateReceipt, type LateReceipt } from "../delivery/late-receipt.ts";
import {
  DEAD_REASONS,
  KNOWLEDGE,
  STATUSES,
  WAIT_CAUSES,
  type Delivery,
  type DeliveryRequest,
  type DeliveryState,
  type Progress,
  type Receipt,
  type Standing,
} from "../delivery/record.ts";
import type { Referenced } from "../pipeline/ports.ts";
import {
  count,
  fieldsOf,
  list,
  number,
  oneOf,
  readStored,
  string,
  text,
  texts,
  time,
  type Fields,
} from "./stored-fields.ts";

function readReceipt(value: unknown): Receipt | null {
  return value === undefined || value === null ? null : texts(value);
}

function readEvidence(value: unknown): Evidence | null {
  if (value === undefined || value === null) return null;
  const { kind, at, digest, note } = fieldsOf(value);
  const told = note === undefined ? {} : { note: string(note) };
  return { kind: oneOf(EVIDENCE_KINDS, kind), at: number(at), digest: string(digest), ...told };
}

function readEntry(fields: Fields): LedgerEntry {
  return {
    id: string(fields["id"]),
    status: oneOf(RECIPIENT_STATUSES, fields["status"]),
    sentAt: time(fields["sentAt"]),
    lagFrom: time(fields["lagFrom"]),
    firstSentAt: time(fields["firstSentAt"]),
    sends: count(fields["sends"]),
    absences: count(fields["absences"]),
    askedAt: time(fields["askedAt"]),
    evidence: readEvidence(fields["evidence"]),
    at: time(fields["at"]),
    detail: text(fields["detail"]),
    receipt: readReceipt(fields["receipt"]),
    memo: text(fields["memo"]),
  };
}

function readState(fields: Fields): DeliveryState {
  const { waitCause, generation } = fields;
  const progress: Progress = {
    knowledge: oneOf(KNOWLEDGE, fields["knowledge"]),
    detail: text(fields["detail"]),
    recipients: list(fields["recipients"], readEntry),
    receipt: readReceipt(fields["receipt"]),
    sends: count(fields["sends"]),
    checks: count(fields["checks"]),
    checkRound: count(fields["checkRound"]),
    waits: count(fields["waits"]),
    waitCause: waitCause === undefined || waitCause === null ? null : oneOf(WAIT_CAUSES, waitCause),
    interruptions: count(fields["interruptions"]),
    generation: generation === undefined ? 1 : number(generation),
    acceptedAt: time(fields["acceptedAt"]),
  };
  return { ...progress, ...readStanding(fields) };
}

/** What its status adds: unfinished ones the time of their next step, ended ones the time of their end. */
function readStanding(fields: Fields): Standing {
  const status = oneOf(STATUSES, fields["status"]);
  switch (status) {
    case "queued":
    case "retrying":
    case "confirming":
      return { status, nextAt: number(fields["nextAt"]) };
    case "confirmed":
    case "cancelled":
      return { status, finishedAt: number(fields["finishedAt"]) };
    case "dead":
    case "discarded": {
      const ended = {
        reason: oneOf(DEAD_REASONS, fields["reason"]),
        finishedAt: number(fields["finishedAt"]),
      };
      if (status === "dead") return { status, ...ended };
      return { status, ...ended, discardedAt: number(fields["discardedAt"]) };
    }
  }
}

function readRequest(fields: Fields): Omit<DeliveryRequest, "id" | "account"> {
  return {
    operation: string(fields["operation"]),
    key: text(fields["key"]),
    lane: text(fields["lane"]),
    priority: count(fields["priority"]),
    createdAt: number(fields["createdAt"]),
    notBefore: time(fields["notBefore"]),
    deadlineAt: number(fields["deadlineAt"]),
    callbackUrl: text(fields["callbackUrl"]),
    metadata: text(fields["metadata"]),
    traceparent: text(fields["traceparent"]),
  };
}

export function encodeRequest(request: DeliveryRequest): string {
  const { operation, key, lane, priority, createdAt, notBefore, deadlineAt, callbackUrl } = request;
  const { metadata, traceparent } = request;
  // Id and account are in the key of the record.
  const stored: Omit<DeliveryRequest, "id" | "account" | "operation"> = {
    key,
    lane,
    priority,
    createdAt,
    notBefore,
    deadlineAt,
    callbackUrl,
    metadata,
    traceparent,
  };
  return JSON.stringify(withoutNothing(stored, { operation }));
}

/** `lane` is repeated here: it outlives the record with its receipt. */
export function encodeState(state: DeliveryState, request: Pick<DeliveryRequest, "lane">): string {
  const stored = withoutNothing(state);
  stored["recipients"] = state.recipients.map((entry) => withoutNothing(entry));
  if (request.lane !== null) stored["lane"] = request.lane;
  return JSON.stringify(stored);
}

/** Leaves out the object's own nulls and zeros, and a first generation; what is inside its fields stays as it is. */
function withoutNothing(fields: object, kept: Record<string, unknown> = {}): Record<string, unknown> {
  const given = fields as Readonly<Record<string, unknown>>;
  for (const name in fields) {
    const value = given[name];
    if (value !== null && value !== 0 && !(value === 1 && name === "generation")) kept[name] = value;
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
  const request = readStored(stored.request, readRequest);
  const state = readStored(stored.state, readState);
  if (request === null || state === null) return null;
  const delivery = { request: { ...where, ...request }, version: stored.version };
  if (stored.late == null || stored.late === "") return { ...delivery, state };
  const late = stored.late.split("\n");
  // One that does not parse is counted as known: nobody could ever use it.
  const receipts = late.flatMap((line) => readStored(line, readLateReceipt) ?? []);
  return { ...delivery, state: receipts.reduce(withLateReceipt, state), lateReceipts: late.length };
}

function readLateReceipt(fields: Fields): LateReceipt {
  const targets = fields["targets"];
  const recipientReceipts = fieldsOf(fields["recipientReceipts"]);
  return {
    at: number(fields["at"]),
    targets: Array.isArray(targets) ? targets.map(string) : [string(targets)],
    receipt: readReceipt(fields["receipt"]),
    recipientReceipts: Object.fromEntries(
      Object.entries(recipientReceipts).map(([id, receipt]) => [id, texts(receipt)]),
    ),
    evidence: readEvidence(fields["evidence"]),
  };
}

/** What keep-receipt.lua left of a forgotten record; null when it does not parse. */
export function decodeKeptReceipt(stored: string): Referenced | null {
  const kept = readStored(stored, ({ receipt, lane }) => ({ receipt: texts(receipt), lane: text(lane) }));
  return kept === null ? null : { ...kept, ended: true, createdAt: null };
}

/** What the platform named, of a state that does not parse as a whole; null if even that is not there. */
export function decodeReceiptAlone(state: string): Receipt | null {
  return readStored(state, ({ receipt }) => texts(receipt));
}
