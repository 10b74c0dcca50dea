/**
 * What each problem means, and what to do about it.
 */
import type { ProblemCode } from "./problem.ts";

export interface ProblemWords {
  readonly status: number;
  /** What it means. */
  readonly meaning: string;
  /** What the caller does about it. */
  readonly remedy: string;
}

const CHANGED_NOTHING = "Nothing was changed.";

export const PROBLEM_WORDS: Readonly<Record<ProblemCode, ProblemWords>> = {
  invalid: {
    status: 400,
    meaning: `\`errors\` names each wrong field by JSON pointer, at most 20. ${CHANGED_NOTHING}`,
    remedy: "Correct the fields and send it again; with the same key, if it has one.",
  },
  malformed: {
    status: 400,
    meaning: `It is not JSON, or not UTF-8, or it came in more than 10,000 chunks with fewer than 64 bytes each on average. ${CHANGED_NOTHING}`,
    remedy:
      "Correct the request. `detail` says where the JSON is broken. For tiny chunks, give your HTTP client the whole body, or a buffered stream.",
  },
  unauthenticated: {
    status: 401,
    meaning: "The request has no API key, or one that is not in the configuration.",
    remedy: "Send `Authorization: Bearer <key>`. `bida key new` makes a key; `bida whoami` tries it.",
  },
  forbidden: {
    status: 403,
    meaning: "The key's role may not do this, or the key does not cover the account.",
    remedy: "Use another key; docs/api-roles.md says which role may do what.",
  },
  notFound: {
    status: 404,
    meaning: "The id is wrong, or it belongs to an account that the key may not see.",
    remedy: "Check the id. The record of an ended delivery is deleted after `policy.retention`.",
  },
  unknownAccount: {
    status: 404,
    meaning: "The configuration has no account with this name.",
    remedy: "Check the name; `bida accounts` lists the accounts.",
  },
  methodNotAllowed: {
    status: 405,
    meaning: "The path exists, but does not take this method. `Allow` lists the methods that it takes.",
    remedy: "Use one of them; /docs shows every call.",
  },
  notAcceptable: {
    status: 415,
    meaning: "The body's media type or character set is not supported.",
    remedy: "Send `Content-Type: application/json`, in UTF-8.",
  },
  tooLarge: {
    status: 413,
    meaning: "The request is larger than this call takes: 2 MiB for deliveries.",
    remedy: "Send fewer deliveries in one request, or a smaller payload.",
  },
  keyConflict: {
    status: 422,
    meaning: "`id` is the delivery of that request, and `errors` names what differs. " + CHANGED_NOTHING,
    remedy: "Give a new request a new key. Send the old request again unchanged.",
  },
  acceptedNotDurable: {
    status: 503,
    meaning:
      "The delivery `id` is acknowledged and will be delivered, but the requested durability was not reached " +
      "in time: a crash of Redis may still lose it.",
    remedy: "Send the same request again, with the same key, until it is answered 200 or 202.",
  },
  tooLate: {
    status: 409,
    meaning: "It has been sent, or may have been, so it can no longer be cancelled.",
    remedy: "Undo it with another delivery, for example todo.update or schedule.delete.",
  },
  notDead: {
    status: 409,
    meaning: "Only a dead letter can be replayed or discarded, and this is not one.",
    remedy: "Look at its status. Somebody may have replayed it already.",
  },
  notDiscarded: {
    status: 409,
    meaning: "Only a discarded delivery can be restored, within 24 hours, and this is not one.",
    remedy: "Look at its status.",
  },
  claimed: {
    status: 409,
    meaning:
      "The platform's id already proves another delivery, `id`. One object never proves two deliveries.",
    remedy: "Look at that delivery, and at the id on the platform.",
  },
  notAsked: {
    status: 409,
    meaning: "`detail` says why. Nothing was changed.",
    remedy: "Ask again later.",
  },
  notHeld: {
    status: 409,
    meaning: "Its breaker is not open either, so there is nothing to try.",
    remedy: "Nothing.",
  },
  conflict: {
    status: 409,
    meaning: "Another request changed it at the same moment.",
    remedy: "Look at it again, and decide again.",
  },
  unreadable: {
    status: 409,
    meaning: "It was written by another version of Bida, or is damaged.",
    remedy: "Nothing: the next worker that reads it ends it dead, as `invalid`.",
  },
  stillConfigured: {
    status: 409,
    meaning: "Only an account that has left the configuration can be retired.",
    remedy: "Remove it from the configuration first, and restart Bida's processes.",
  },
  unfinished: {
    status: 409,
    meaning: "The account still has deliveries that have not ended.",
    remedy: "Wait until they have ended, or retire the account with `force`: then they end at once.",
  },
  queueFull: {
    status: 429,
    meaning: "The account has as many unsent deliveries as its `backlog` allows.",
    remedy: "Send it again later, with the same key. `Retry-After` says when.",
  },
  tooManyRequests: {
    status: 429,
    meaning: "The key makes more requests than its `rate` allows.",
    remedy: "Wait as `Retry-After` says; send many deliveries in one request.",
  },
  unavailable: {
    status: 503,
    meaning: "`title` says why. The result of the request is unknown.",
    remedy:
      "Send it again later, with the same key: it never becomes two deliveries. `bida doctor` says what is wrong.",
  },
  internal: {
    status: 500,
    meaning: "The error is in the log, under `requestId`.",
    remedy: "Send it again, with the same key; tell the operators of Bida the `requestId`.",
  },
};
