/**
 * Idempotency keys: a producer's own name for one delivery, and what it was used for.
 *
 * A claim holds one digest for each part of the request. So the answer to a repeat that differs can name the
 * parts, even when the record is gone. A claim in Redis holds neither the key nor a value, and its size does
 * not depend on them.
 */
import { hash } from "node:crypto";
import { canonicalJson } from "./write-json.ts";

/** If one of these differs, the repeat is a different request. */
const DECISIVE = ["operation", "payload", "lane", "sendAt", "callbackUrl", "deadline"] as const;
/** These may differ: the values of the first request are kept. */
const INCIDENTAL = ["metadata", "priority"] as const;
const PARTS = [...DECISIVE, ...INCIDENTAL] as const;

type Part = (typeof PARTS)[number];

/** The parts of a request as the producer gave them; null for a part that was not given. */
export type GivenParts = Readonly<Record<Part, unknown>>;

/** The name under which an idempotency key is stored. */
export function keyHash(key: string): string {
  return digest(key, LONG);
}

/** One digest a part, in the order of `PARTS`, joined by dots; empty for a part that was not given. */
export function claimDigest(asked: GivenParts): string {
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

/** Whether this is the payload that the claim was made with, and not one that a replay has edited. */
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
