/**
 * The stored form of a record: JSON without empty fields (null, zero, empty lists).
 *
 * What is read back is parsed, then trusted. A record of another version that does not parse is reported as
 * `null`; the caller ends it as dead `invalid` instead of trying it for ever. A field that this version does
 * not know is ignored; a value of a closed list that it does not know makes the record unreadable
 * (docs/runbooks/upgrade.md).
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
  atMost,
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

/**
 * The format of a stored state, which is left out while it is 1. When a field changes its meaning, the next format is
 * written as `format`: then a later version can tell the records that it has to convert, and this one does not
 * misread those of a later version.
 */
const FORMAT = 1;

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
  atMost(FORMAT, fields["format"]);
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

/** The fields that depend on the status: the time of the next step, or that of the end. */
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
    producer: text(fields["producer"]),
    requestId: text(fields["requestId"]),
  };
}

type AllOf<Fields> = { readonly [Name in keyof Fields]-?: unknown };

/** Leaves null and zero out of the JSON; a missing field is read as null or zero. */
function some<Value>(value: Value | null): Value | undefined {
  return value === null || value === 0 ? undefined : value;
}

// Field by field, always the same fields in the same order: V8 makes and writes such objects several times as
// fast.

export function encodeRequest(request: DeliveryRequest): string {
  // Id and account are in the record's key.
  const stored: AllOf<Omit<DeliveryRequest, "id" | "account">> = {
    operation: request.operation,
    key: some(request.key),
    lane: some(request.lane),
    priority: some(request.priority),
    createdAt: some(request.createdAt),
    notBefore: some(request.notBefore),
    deadlineAt: some(request.deadlineAt),
    callbackUrl: some(request.callbackUrl),
    metadata: some(request.metadata),
    traceparent: some(request.traceparent),
    producer: some(request.producer),
    requestId: some(request.requestId),
  };
  return JSON.stringify(stored);
}

/** `lane` is repeated here: keep-receipt.lua keeps it with the receipt when the record is deleted. */
export function encodeState(state: DeliveryState, { lane }: Pick<DeliveryRequest, "lane">): string {
  const stored: AllOf<DeliveryState> & { readonly lane: unknown } = {
    knowledge: state.knowledge,
    detail: some(state.detail),
    recipients: state.recipients.map(storedEntry),
    receipt: some(state.receipt),
    sends: some(state.sends),
    checks: some(state.checks),
    checkRound: some(state.checkRound),
    waits: some(state.waits),
    waitCause: some(state.waitCause),
    interruptions: some(state.interruptions),
    generation: state.generation === 1 ? undefined : some(state.generation),
    acceptedAt: some(state.acceptedAt),
    status: state.status,
    nextAt: some(state.nextAt),
    reason: state.reason,
    finishedAt: some(state.finishedAt),
    discardedAt: some(state.discardedAt),
    lane: some(lane),
  };
  return JSON.stringify(stored);
}

function storedEntry(entry: LedgerEntry): AllOf<LedgerEntry> {
  return {
    id: entry.id,
    status: entry.status,
    sentAt: some(entry.sentAt),
    lagFrom: some(entry.lagFrom),
    firstSentAt: some(entry.firstSentAt),
    sends: some(entry.sends),
    absences: some(entry.absences),
    askedAt: some(entry.askedAt),
    evidence: some(entry.evidence),
    at: some(entry.at),
    detail: some(entry.detail),
    receipt: some(entry.receipt),
    memo: some(entry.memo),
  };
}

/** Null when the stored record does not parse. */
export function decodeDelivery(
  where: { readonly id: string; readonly account: string },
  stored: {
    readonly request: string;
    readonly state: string;
    readonly version: number;
    /** Written by keep-late.lua: JSON, one receipt a line. */
    readonly late?: string | null;
  },
): Delivery | null {
  const request = readStored(stored.request, readRequest);
  const state = readStored(stored.state, readState);
  if (request === null || state === null) return null;
  const delivery = { request: { ...where, ...request }, version: stored.version };
  if (stored.late == null || stored.late === "") return { ...delivery, state };
  const late = stored.late.split("\n");
  // A late receipt that does not parse counts as known, because nobody could ever use it.
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

/** Reads what keep-receipt.lua has kept of a deleted record; null when it does not parse. */
export function decodeKeptReceipt(stored: string): Referenced | null {
  const kept = readStored(stored, ({ receipt, lane }) => ({ receipt: texts(receipt), lane: text(lane) }));
  return kept === null ? null : { ...kept, ended: true, createdAt: null };
}

/** The platform's ids in a state that does not parse as a whole; null if it has none that can be read. */
export function decodeReceiptAlone(state: string): Receipt | null {
  return readStored(state, ({ receipt }) => texts(receipt));
}
