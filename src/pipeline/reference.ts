/**
 * Resolves `"of": "<key>"`: the receipt of an earlier delivery, which this one needs to be sent.
 */
import { keyHash } from "../delivery/idempotency.ts";
import type { SendOutcome } from "../delivery/outcome.ts";
import type { DeliveryRequest, Receipt } from "../delivery/record.ts";
import type { OperationSpec } from "../platforms/channel.ts";
import type { AccountContext } from "./account-context.ts";

export type Reference =
  | { readonly kind: "resolved"; readonly receipt: Receipt | null }
  /** `behind`: the delivery that is named waits in the same lane behind the one that names it. */
  | { readonly kind: "missing" | "early" | "behind" };

interface Referring {
  readonly input: unknown;
  readonly spec: OperationSpec<unknown>;
  readonly request: Pick<DeliveryRequest, "lane" | "createdAt">;
}

const NO_REFERENCE: Reference = { kind: "resolved", receipt: null };

/** A delivery without a reference (nearly every one) is resolved with null, without a promise. */
export function resolveReference(
  referring: Referring,
  context: AccountContext,
): Reference | Promise<Reference> {
  const key = referring.spec.refersTo?.(referring.input) ?? null;
  return key === null ? NO_REFERENCE : lookUp(key, { referring, context });
}

async function lookUp(
  key: string,
  {
    referring: { input, spec, request },
    context: { deliveries },
  }: { readonly referring: Referring; readonly context: AccountContext },
): Promise<Reference> {
  const found = await deliveries.referenced(keyHash(key));
  if (found === null) return { kind: "missing" };
  const { receipt, ended } = found;
  if (receipt !== null && (ended || (spec.isNamedIn?.(input, receipt) ?? true)))
    return { kind: "resolved", receipt };
  if (ended) return { kind: "missing" };
  const { lane, createdAt } = found;
  const isBehind =
    lane !== null && lane === request.lane && createdAt !== null && createdAt > request.createdAt;
  return { kind: isBehind ? "behind" : "early" };
}

/** The outcome of a send whose reference did not resolve; nothing has left. */
export function withoutReference(kind: Exclude<Reference["kind"], "resolved">): SendOutcome {
  switch (kind) {
    case "early":
      return { kind: "busy", retryAfterMs: null, detail: "the delivery that `of` names is still on its way" };
    case "behind": {
      const text =
        "the delivery that `of` names was acknowledged later, and waits behind this one in its lane";
      return { kind: "rejected", code: "reference", text };
    }
    case "missing": {
      const text = "the delivery that `of` names is unknown, or ended without an id from the platform";
      return { kind: "rejected", code: "reference", text };
    }
  }
}
