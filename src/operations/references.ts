/**
 * Validates `"of": "<key>"`, which is refused where the operation cannot use it, and finds the lane that comes
 * with it.
 *
 * Invariant: a delivery that names another one joins that one's lane, however the lane was named, so that it
 * reaches the platform after it.
 */
import { say } from "../language/say.ts";
import type { OperationSpec } from "../platforms/channel.ts";
import { keyHash } from "../delivery/idempotency.ts";
import type { JsonObject } from "../delivery/record.ts";
import type { FieldError } from "./field-errors.ts";

/** If it were passed through, the platform would get a field that it does not know. */
export function misplacedReference(
  spec: OperationSpec<unknown>,
  { payload, key }: { readonly payload: JsonObject; readonly key: string | null },
): FieldError[] {
  if (!Object.hasOwn(payload, "of")) return [];
  const pointer = "/payload/of";
  if (spec.refersTo === undefined) {
    return [{ pointer, detail: say("expected no `of`: this operation needs no id of an earlier delivery") }];
  }
  if (key !== null && payload["of"] === key) {
    return [{ pointer, detail: say("expected the key of an earlier delivery, not this one's own") }];
  }
  return [];
}

/** What is known of the delivery that a key names. */
interface NamedDelivery {
  readonly lane: string | null;
}

interface KeyOfAccount {
  readonly account: string;
  readonly key: string;
}

interface Records {
  referenced(keyHash: string): Promise<NamedDelivery | null>;
}

/**
 * The lanes of the deliveries with these keys, during one request: those that the request itself creates need
 * not be looked up.
 */
export class NamedLanes {
  readonly #known = new Map<string, Promise<NamedDelivery | null>>();

  /** Adds a delivery that this request creates under `key`. */
  add(named: KeyOfAccount, lane: string | null): void {
    this.#known.set(nameOf(named), Promise.resolve({ lane }));
  }

  /** Null for a key that is not known: then there is no lane to join. */
  async find(named: KeyOfAccount, records: Records): Promise<NamedDelivery | null> {
    const name = nameOf(named);
    const known = this.#known.get(name) ?? records.referenced(keyHash(named.key));
    this.#known.set(name, known);
    return known;
  }
}

function nameOf({ account, key }: KeyOfAccount): string {
  return `${account}\n${key}`;
}
