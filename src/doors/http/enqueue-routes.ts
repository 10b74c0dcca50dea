/**
 * Enqueueing over HTTP.
 */
import type { IncomingHttpHeaders } from "node:http";
import { readTraceparent, writeTraceparent } from "../../delivery/traceparent.ts";
import { acceptedLanguage, type Language } from "../../language/language.ts";
import { inLanguage, say } from "../../language/say.ts";
import type { Fault } from "../../delivery/exact-json.ts";
import { mayAccess, type Caller } from "../../operations/caller.ts";
import { asksForDurability } from "../../operations/durability.ts";
import { isObject } from "../../operations/exact-object.ts";
import { enqueue, enqueueBatch, type EnqueueResult, type EnqueueContext } from "../../operations/enqueue.ts";
import type { FieldError } from "../../operations/field-errors.ts";
import { whenReachable, type OperationsContext } from "../../operations/context.ts";
import type { Answer } from "./call.ts";
import { calls } from "./contract.ts";
import {
  acceptedNotDurable,
  errorsIn,
  forbidden,
  invalid,
  problemOf,
  queueFull,
  unavailable,
  type Problem,
} from "./problem.ts";
import { route, type Route } from "./route.ts";

export function enqueueRoutes(context: OperationsContext, enqueueContext: EnqueueContext): Route[] {
  return [
    route(calls.enqueue, async ({ body, caller, headers, headersDistinct, requestId }) => {
      if ((headersDistinct["idempotency-key"]?.length ?? 0) > 1) return SEVERAL_KEYS;
      const key = headerKey(headers);
      if (key === undefined) return UNREADABLE_KEY;
      if (isObject(body) && key !== null && (body["key"] ?? key) !== key) return KEYS_DIFFER;
      const input = inItsTrace(isObject(body) && key !== null ? { ...body, key } : body, headers);
      const refusal = refusalOf(input, caller);
      if (refusal !== null) return refusal;
      const patience = asksForDurability(input) ? "long" : "short";
      const brought = { ...enqueueContext, origin: { producer: caller.name, requestId } };
      return answerOf(await whenReachable({ context, patience }, () => enqueue(input, brought)));
    }),
    route(calls.enqueueBatch, async ({ body: { items }, bodyFaults, caller, headers, requestId }) => {
      const language = acceptedLanguage(headers["accept-language"]);
      const faulty = faultsByItem(bodyFaults);
      if (faulty === null) return invalid(bodyFaults);
      if (headers["idempotency-key"] !== undefined && !items.every(hasKey)) return KEY_OF_A_BATCH;
      const refusals = items.map((item, at) => uncarried(faulty.get(at)) ?? refusalOf(item, caller));
      const allowed = items
        .filter((_, index) => refusals[index] === null)
        .map((item) => inItsTrace(item, headers));
      const brought = { ...enqueueContext, origin: { producer: caller.name, requestId } };
      const results = await whenReachable({ context, patience: "long" }, () =>
        enqueueBatch(allowed, brought),
      );
      if (!Array.isArray(results)) return unavailable(results);
      const away = results.filter((result) => result.kind === "unavailable");
      const [first] = away;
      if (first !== undefined && away.length === results.length) return unavailable(first);
      const answered = results.map((result) => itemOf(answerOf(result), { language, about: result }));
      const answers = answered.values();
      return {
        status: 200,
        body: {
          items: refusals.map((refusal) =>
            refusal === null ? answers.next().value : itemOf(refusal, { language }),
          ),
        },
      };
    }),
  ];
}

/** The faults of each item, with pointers relative to the item; null if there are faults outside the items. */
function faultsByItem(faults: readonly Fault[]): Map<number, FieldError[]> | null {
  const byItem = new Map<number, FieldError[]>();
  for (const { pointer, detail } of faults) {
    const [, at, rest] = /^\/items\/(\d+)(.*)$/s.exec(pointer) ?? [];
    if (at === undefined) return null;
    const known = byItem.get(Number(at));
    const fault = { pointer: rest ?? "", detail };
    if (known === undefined) byItem.set(Number(at), [fault]);
    else known.push(fault);
  }
  return byItem;
}

function uncarried(faults: readonly FieldError[] | undefined): Problem | null {
  return faults === undefined ? null : invalid(faults);
}

/** Takes the trace from the header, unless the order names one itself. */
function inItsTrace(input: unknown, { traceparent: header }: IncomingHttpHeaders): unknown {
  const parent = header === undefined ? null : readTraceparent(header);
  if (parent === null || !isObject(input) || (input["traceparent"] ?? null) !== null) return input;
  return { ...input, traceparent: writeTraceparent(parent) };
}

/**
 * The key in the header; null without one, "" (which is refused) for an empty one, undefined if its bytes are
 * not UTF-8.
 */
function headerKey(headers: IncomingHttpHeaders): string | null | undefined {
  const header = headers["idempotency-key"];
  if (typeof header !== "string") return null;
  try {
    // Node decodes headers as Latin-1. Decoded as UTF-8, a key in Chinese is the same as in the body.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(header, "latin1"));
    // Some clients put it in quotes, as in the IETF draft of this header.
    return /^"(.*)"$/.exec(text)?.[1] ?? text;
  } catch {
    return undefined;
  }
}

function hasKey(item: unknown): boolean {
  return isObject(item) && (item["key"] ?? null) !== null;
}

/**
 * Refused, not ignored, because the client relies on it: without a key in each item, a repeated batch is
 * delivered twice.
 */
const KEY_OF_A_BATCH: Problem = invalid([
  { pointer: "/items", detail: say("expected a key in each item: Idempotency-Key is for one delivery") },
]);

const UNREADABLE_KEY: Problem = invalid([
  { pointer: "/key", detail: say("expected an Idempotency-Key in ASCII or UTF-8") },
]);

/** Joined they would be a key that nobody has sent, and a retry without one of them another one. */
const SEVERAL_KEYS: Problem = invalid([
  { pointer: "/key", detail: say("expected one Idempotency-Key; this header was sent several times") },
]);

const KEYS_DIFFER: Problem = invalid([
  { pointer: "/key", detail: say("expected the same as in Idempotency-Key, or only one of them") },
]);

/** A producer gets the same answer for accounts that are not its own and for accounts that do not exist. */
function refusalOf(input: unknown, caller: Caller): Problem | null {
  const account = isObject(input) ? input["account"] : undefined;
  if (typeof account !== "string" || mayAccess(caller, account)) return null;
  return forbidden(say("this key may not use that account"));
}

function answerOf(result: EnqueueResult): Answer | Problem {
  switch (result.kind) {
    case "created":
      return { status: 202, body: bodyOf(result), headers: { location: pathOf(result) } };
    case "existing":
      return {
        status: 200,
        body: bodyOf(result),
        headers: { location: pathOf(result), "idempotency-replayed": "true" },
      };
    case "conflict":
      return {
        status: 422,
        code: "keyConflict",
        detail: say("another request has this key; a new request needs a new one"),
        errors: result.errors,
        id: result.id,
      };
    case "notDurable":
      return acceptedNotDurable(result.id);
    case "full":
      return queueFull;
    case "invalid":
    case "unknownAccount":
    case "unavailable":
      return problemOf(result);
  }
}

function bodyOf({ kind, ...told }: Extract<EnqueueResult, { kind: "created" | "existing" }>): object {
  return { ...told, result: kind };
}

function pathOf({ id }: { readonly id: string }): string {
  return `/v1/deliveries/${id}`;
}

/** @param about the acknowledged delivery, which is named even where its durability was not reached */
function itemOf(
  answer: Answer | Problem,
  { language, about }: { readonly language: Language; readonly about?: EnqueueResult | undefined },
): unknown {
  if ("code" in answer) {
    const { status, code, detail, errors, id = null } = answer;
    const result = about?.kind === "notDurable" ? about.result : "refused";
    return {
      status,
      id,
      result,
      code,
      detail: inLanguage(detail, language),
      ...(errors === undefined ? {} : { errors: errorsIn(errors, language) }),
    };
  }
  return { status: answer.status, ...(answer.body as object) };
}
