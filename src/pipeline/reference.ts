/**
 * Resolves `"of": "<key>"`: the receipt of an earlier delivery, which this one needs to be sent.
 */
import { keyHash } from "../delivery/idempotency.ts";
import type { SendOutcome } from "../delivery/outcome.ts";
import type { Receipt } from "../delivery/record.ts";
import type { OperationSpec } from "../channels/channel.ts";
import type { AccountLine } from "./account-line.ts";

export type Reference =
  { readonly kind: "resolved"; readonly receipt: Receipt | null } | { readonly kind: "missing" | "early" };

/** Resolved with null for a delivery that refers to none. */
export async function resolveReference(
  input: unknown,
  spec: OperationSpec<unknown>,
  { deliveries }: AccountLine,
): Promise<Reference> {
  const key = spec.refersTo?.(input) ?? null;
  if (key === null) return { kind: "resolved", receipt: null };
  const found = await deliveries.referenced(keyHash(key));
  if (found === null) return { kind: "missing" };
  if (found.receipt !== null) return { kind: "resolved", receipt: found.receipt };
  return { kind: found.ended ? "missing" : "early" };
}

/** What a send without its reference comes to; nothing has left. */
export function withoutReference(kind: "missing" | "early"): SendOutcome {
  if (kind === "early") {
    return { kind: "busy", retryAfterMs: null, detail: "the delivery that it refers to is still on its way" };
  }
  const text = "the delivery that `of` names is unknown, or ended without an id from the platform";
  return { kind: "rejected", code: "reference", text };
}
