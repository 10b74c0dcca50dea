/**
 * Which dead letters are meant.
 */
import { z } from "zod";
import { OTHER_CODES, platformCode } from "../delivery/dead-group.ts";
import { readAccepted } from "../delivery/exact-json.ts";
import { canonicalJson } from "../delivery/write-json.ts";
import { DEAD_REASONS } from "../delivery/record.ts";
import { hasReceipt } from "./look-up.ts";
import { moment } from "./moment.ts";
import type { StoredDelivery } from "./ports.ts";

export const METADATA = /^[^=]+=.*$/s;
export const METADATA_EXPECTED = "expected a name and a value: order=4711";
/** By this name in the contract. */
export const deadReason = z.enum(DEAD_REASONS).meta({ id: "DeadReason" });

export const deadLetterFilter = z.strictObject({
  account: z.string().min(1).max(64).optional(),
  reason: deadReason.optional(),
  operation: z.string().min(1).max(64).optional(),
  /** The platform's own code of a refusal. */
  code: z.string().min(1).max(64).optional(),
  recipient: z.string().min(1).max(200).optional(),
  key: z.string().min(1).max(200).optional(),
  lane: z.string().min(1).max(300).optional(),
  /** An id that the platform gave. */
  receipt: z.string().min(1).max(200).optional(),
  generation: z.number().int().min(1).optional(),
  /** A part of the words that say why. */
  text: z.string().min(1).max(200).optional(),
  /** A field of its metadata and what it is: `order=4711`. */
  metadata: z.string().regex(METADATA, METADATA_EXPECTED).max(300).optional(),
  /** Died at or after this moment. */
  since: moment.optional(),
  /** Died at or before this moment. */
  until: moment.optional(),
});

export type DeadLetterFilter = z.output<typeof deadLetterFilter>;

/** What is asked of a record's contents; account, reason and time are told by the lists. */
const CONTENTS = [
  "operation",
  "code",
  "recipient",
  "key",
  "lane",
  "receipt",
  "generation",
  "text",
  "metadata",
] as const satisfies readonly (keyof DeadLetterFilter)[];

/** Whether only a record that can be read can fit. */
export function asksAboutContents(filter: Partial<DeadLetterFilter>): boolean {
  return CONTENTS.some((field) => filter[field] !== undefined);
}

/** What the lists themselves cannot filter. */
export function fitsFilter(
  { delivery: { request, state } }: StoredDelivery,
  {
    operation,
    code,
    recipient,
    key,
    lane,
    receipt,
    generation,
    text,
    metadata,
  }: Omit<DeadLetterFilter, "account" | "reason">,
): boolean {
  if (operation !== undefined && request.operation !== operation) return false;
  if (recipient !== undefined && !state.recipients.some(({ id }) => id === recipient)) return false;
  if (key !== undefined && request.key !== key) return false;
  if (lane !== undefined && request.lane !== lane) return false;
  if (receipt !== undefined && !hasReceipt(state, receipt)) return false;
  if (generation !== undefined && state.generation !== generation) return false;
  if (text !== undefined && !holdsText(state, text)) return false;
  if (metadata !== undefined && !holdsMetadata(request.metadata, metadata)) return false;
  return code === undefined || code === OTHER_CODES || platformCode(state) === code;
}

function holdsText({ detail, recipients }: StoredDelivery["delivery"]["state"], text: string): boolean {
  const wanted = text.toLowerCase();
  return [detail, ...recipients.map((entry) => entry.detail)].some((words) =>
    words?.toLowerCase().includes(wanted),
  );
}

/** Compared as it is written: a number by its digits, a text by its characters. */
function holdsMetadata(written: string | null, asked: string): boolean {
  const at = asked.indexOf("=");
  const fields = readAccepted(written);
  if (fields === null) return false;
  const value = fields[asked.slice(0, at)];
  if (value === undefined) return false;
  return (typeof value === "string" ? value : canonicalJson(value)) === asked.slice(at + 1);
}
