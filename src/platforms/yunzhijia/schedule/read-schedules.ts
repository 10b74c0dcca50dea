/**
 * Makes one call that reads schedules, within the account's rate, and classifies its answer.
 */
import type { AccountAccess } from "../../account-access.ts";
import { classifyTransport, retryAfterOf } from "../../classify-http.ts";
import { digestOf } from "../../digest.ts";
import type { PlatformAnswer } from "../../platform-http.ts";
import { nameCredentials } from "../../refused-credentials.ts";
import { askGateway } from "../gateway.ts";
import { replyOf } from "./classify.ts";
import { NEWWORK } from "./operations.ts";

/** Why a list could not be read. It is never absence. */
export interface Trouble {
  readonly detail: string;
  readonly retryAfterMs: number | null;
  /** False where the account's own limits did not let the call leave. */
  readonly wasAsked: boolean;
  /** Reading it again is no use: it is larger than the wire allows, has another shape, or does not exist. */
  readonly isLasting: boolean;
  /** The credentials were refused, even with a fresh token. */
  readonly isUnauthorized?: boolean;
  /** The question was refused by a status that is no verdict on the credentials, such as 400. */
  readonly isRefused?: boolean;
}

/** The trouble of a call that left; another call may have none. */
export function passingTrouble(detail: string, retryAfterMs: number | null = null): Trouble {
  return { detail, retryAfterMs, wasAsked: true, isLasting: false };
}

/** A trouble that will not pass: only another list may help. */
export function lastingTrouble(detail: string): Trouble {
  return { ...passingTrouble(detail), isLasting: true };
}

export type Reading =
  /** `isDoubtful`: success beside an error text or a code. It shows what is there, and proves no absence. */
  | {
      readonly kind: "data";
      readonly data: unknown;
      readonly digest: string;
      readonly isDoubtful: boolean;
    }
  /** `isPassing`: it may succeed in a minute. `isUnauthorized`: the refusal may be about the credentials. */
  | {
      readonly kind: "refused";
      readonly code: string;
      readonly isPassing: boolean;
      readonly isUnauthorized: boolean;
    }
  /** This installation has no such endpoint. */
  | { readonly kind: "noEndpoint" }
  /** The answer is larger than the wire allows. */
  | { readonly kind: "tooLarge" }
  | { readonly kind: "trouble"; readonly trouble: Trouble };

export interface Question {
  readonly endpoint: "queryByDay" | "teamWorks" | "detail";
  readonly json: unknown;
  /** Whether this answer might mean that the token has expired. */
  readonly suspectsToken: (answer: PlatformAnswer) => boolean;
}

interface Asking {
  readonly now: number;
  readonly signal: AbortSignal;
  /** True where the account itself takes a place in the rate for each call, as for sends. */
  readonly isPermitted?: boolean;
}

export async function readSchedules(
  { endpoint, json, suspectsToken }: Question,
  {
    account,
    asking: { now, signal, isPermitted = false },
  }: { readonly account: AccountAccess; readonly asking: Asking },
): Promise<Reading> {
  const path = `${NEWWORK}/${endpoint}`;
  const reply = await askGateway(
    {
      call: { scope: "resGroupSecret", path, json, suspectsToken },
      permit: async () => (isPermitted ? { kind: "granted" } : account.permitCall("schedule", signal)),
    },
    { account, signal },
  );
  if (reply.kind === "denied") {
    const { retryAfterMs, wasAsked } = reply;
    const detail = "the account's rate is used up";
    return { kind: "trouble", trouble: { detail, retryAfterMs, wasAsked, isLasting: false } };
  }
  if (reply.kind === "noVerdict") {
    const retryAfterMs = reply.why.kind === "throttled" ? reply.why.retryAfterMs : null;
    const isUnauthorized = reply.why.kind === "unauthorized";
    return {
      kind: "trouble",
      trouble: { ...passingTrouble(reply.why.detail, retryAfterMs), isUnauthorized },
    };
  }
  const { answer } = reply;
  if (answer.kind === "answered" && [404, 405, 501].includes(answer.status)) return { kind: "noEndpoint" };
  if (answer.kind === "lost" && answer.cause === "unreadable") return { kind: "tooLarge" };
  const transport = classifyTransport(answer, now);
  if (transport !== null || answer.kind !== "answered") {
    const detail = transport !== null && "detail" in transport ? transport.detail : "the list was refused";
    const isUnauthorized = transport?.kind === "unauthorized";
    const isRefused = transport?.kind === "rejected";
    const trouble = { ...passingTrouble(detail, retryAfterOf(transport)), isUnauthorized, isRefused };
    return { kind: "trouble", trouble };
  }
  const body = replyOf(answer);
  switch (body.kind) {
    case "taken":
      return {
        kind: "data",
        data: body.data,
        digest: digestOf(answer.text),
        isDoubtful: body.isDoubtful,
      };
    case "refused":
      return {
        kind: "refused",
        code: body.code,
        isPassing: body.isPassing,
        isUnauthorized: nameCredentials(body),
      };
    case "unreadable":
      return { kind: "trouble", trouble: passingTrouble("the list is not understood") };
  }
}

/** The trouble of a reading without data. */
export function troubleOf(reading: Exclude<Reading, { kind: "data" }>): Trouble {
  switch (reading.kind) {
    case "trouble":
      return reading.trouble;
    case "refused":
      return passingTrouble(`the list was refused (code ${reading.code})`);
    case "noEndpoint":
      return lastingTrouble("this installation has no such list");
    case "tooLarge":
      return lastingTrouble("the list is larger than 1 MiB");
  }
}
