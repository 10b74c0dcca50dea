/**
 * Idempotency keys: a producer's own name for one delivery, and what it was used for.
 *
 * A claim says for each part of a request what it was, as a digest: so a repeat that differs is told in which
 * part, even when the record is gone. Redis holds neither keys nor values in these claims, and their length
 * costs nothing.
 */
import { hash } from "node:crypto";
import { canonicalJson } from "./write-json.ts";

/** If one of these differs, it is another request. */
const DECISIVE = ["operation", "payload", "lane", "sendAt", "callbackUrl", "deadline"] as const;
/** These may differ: the values of the first request stay. */
const INCIDENTAL = ["metadata", "priority"] as const;
const PARTS = [...DECISIVE, ...INCIDENTAL] as const;

type Part = (typeof PARTS)[number];

/** The parts of a request as the producer gave them; null for what was not given. */
export type Asked = Readonly<Record<Part, unknown>>;

/** The name under which an idempotency key is stored. */
export function keyHash(key: string): string {
  return digest(key, LONG);
}

/** One digest a part, in the order of `PARTS`, joined by dots; empty for a part that was not given. */
export function claimDigest(asked: Asked): string {
  return PARTS.map((part) => partDigest(part, asked[part])).join(".");
}

type ClaimComparison =
  /** `ignored`: JSON pointers of the parts that differ now and change nothing. */
  | { readonly kind: "existing"; readonly ignored: readonly string[] }
  /** `pointers`: the parts that make it another request. */
  | { readonly kind: "conflict"; readonly pointers: readonly string[] };

/** @param stored what `claimDigest` said of the first request with this key */
export function compareClaims(stored: string, asked: string): ClaimComparison {
  const [before, now] = [stored.split("."), asked.split(".")];
  const changed = PARTS.filter((_, index) => before[index] !== now[index]);
  const pointers = changed.filter(isDecisive).map(pointerTo);
  if (pointers.length > 0) return { kind: "conflict", pointers };
  return { kind: "existing", ignored: changed.map(pointerTo) };
}

/** Whether this is the payload that the claim was made with, and not one that an edit put in its place. */
export function claimsPayload(stored: string, payload: unknown): boolean {
  return stored.split(".")[PARTS.indexOf("payload")] === partDigest("payload", payload);
}

function isDecisive(part: Part): boolean {
  return (DECISIVE as readonly string[]).includes(part);
}

function pointerTo(part: Part): string {
  return `/${part}`;
}

const LONG = 22;
const SHORT = 10;

function partDigest(part: Part, value: unknown): string {
  if (value === null || value === undefined) return "";
  return digest(canonicalJson(value), part === "payload" ? LONG : SHORT);
}

function digest(text: string, length: number): string {
  return hash("sha256", text, "base64url").slice(0, length);
}
