/**
 * What happens to an order, by Bida's answer to it. Pure.
 */
import type { EnqueueResult } from "../operations/enqueue.ts";
import type { FieldError } from "../operations/field-errors.ts";

export type OrderFate =
  /** The record is in Redis: the order may be removed. */
  | { readonly kind: "acknowledged"; readonly result: "created" | "existing"; readonly id: string }
  /** It would be refused again: a person has to look. */
  | { readonly kind: "refused"; readonly errors: readonly FieldError[] }
  /** It cannot be taken now: it stays where it is and is tried again. */
  | { readonly kind: "later"; readonly detail: string; readonly because: Obstacle };

/**
 * What an order waits for: its account, everything (Redis), or only itself. Other orders that wait for the same
 * are held too.
 */
type Obstacle = "account" | "everything" | "order";

export function fateOf(result: EnqueueResult): OrderFate {
  switch (result.kind) {
    case "created":
    case "existing":
      return { kind: "acknowledged", result: result.kind, id: result.id };
    case "conflict":
      return {
        kind: "refused",
        errors: [
          { pointer: "/key", detail: `delivery ${result.id} has this key and is another request` },
          ...result.errors,
        ],
      };
    case "invalid":
      return { kind: "refused", errors: result.errors };
    case "unknownAccount":
      return refused("/account", `the configuration names no account ${JSON.stringify(result.account)}`);
    case "notDurable":
      return {
        kind: "later",
        detail: `delivery ${result.id} is not yet as durable as its order asks`,
        because: "account",
      };
    case "full":
      return { kind: "later", detail: "the account's backlog is full", because: "account" };
    case "unavailable":
      return { kind: "later", detail: result.detail, because: "everything" };
  }
}

function refused(pointer: string, detail: string): OrderFate {
  return { kind: "refused", errors: [{ pointer, detail }] };
}

/** The errors in one sentence: `/payload/title: expected a text; …` */
export function sentenceOf(errors: readonly FieldError[]): string {
  return errors.map(({ pointer, detail }) => (pointer === "" ? detail : `${pointer}: ${detail}`)).join("; ");
}
