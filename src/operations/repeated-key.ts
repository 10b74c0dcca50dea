/**
 * Answers a request with a used idempotency key: with the same delivery, or with a conflict that names the
 * parts that differ. Values are never shown.
 */
import { say } from "../language/say.ts";
import { difference } from "../delivery/difference.ts";
import { readAccepted } from "../delivery/exact-json.ts";
import { claimsPayload, compareClaims } from "../delivery/idempotency.ts";
import type { FieldError } from "./field-errors.ts";
import type { Acknowledgements, Claimed } from "./ports.ts";

export type RepeatedKey =
  | {
      readonly kind: "existing";
      readonly id: string;
      /** JSON pointers of parts that differ without effect: the values of the first request stay. */
      readonly ignored?: readonly string[];
    }
  | { readonly kind: "conflict"; readonly id: string; readonly errors: readonly FieldError[] };

interface Repeat {
  /** In the producer's own text. */
  readonly payloadText: string;
  /** `claimDigest` of the request. */
  readonly digest: string;
}

export async function repeatedKey(
  { id, digest }: Claimed,
  { repeat, records }: { readonly repeat: Repeat; readonly records: Pick<Acknowledgements, "payload"> },
): Promise<RepeatedKey> {
  const comparison = compareClaims(digest, repeat.digest);
  switch (comparison.kind) {
    case "existing": {
      const { ignored } = comparison;
      return { kind: "existing", id, ...(ignored.length === 0 ? {} : { ignored }) };
    }
    case "conflict": {
      const { pointers } = comparison;
      const others = pointers.filter((pointer) => pointer !== PAYLOAD);
      const inside = pointers.includes(PAYLOAD)
        ? await insidePayload({ id, digest }, { repeat, records })
        : [];
      return { kind: "conflict", id, errors: [...others, ...inside].map(differs) };
    }
  }
}

const PAYLOAD = "/payload";

/** The fields of the payload that differ, if the payload of the first request is still there. */
async function insidePayload(
  { id, digest }: { readonly id: string; readonly digest: string },
  {
    repeat: { payloadText },
    records,
  }: { readonly repeat: Repeat; readonly records: Pick<Acknowledgements, "payload"> },
): Promise<readonly string[]> {
  const text = await records.payload(id);
  const first = readAccepted(text);
  if (text === null || !claimsPayload(digest, first)) return [PAYLOAD];
  const pointers = difference(first, readAccepted(payloadText)).map((pointer) => `${PAYLOAD}${pointer}`);
  return pointers.length === 0 ? [PAYLOAD] : pointers.slice(0, MOST_NAMED);
}

const MOST_NAMED = 20;

function differs(pointer: string): FieldError {
  return { pointer, detail: say("differs from the first request with this key") };
}
