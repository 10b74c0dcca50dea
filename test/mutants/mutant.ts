/**
 * A mutant: a channel that is wrong in one way. It reads an answer wrongly, says something else, concludes
 * something else, or is described wrongly; everything besides is the real channel, so that mutants live
 * through its changes.
 */
import type { AccountAccess } from "../../src/platforms/account-access.ts";
import type { Channel, OperationSpec, SendRequest } from "../../src/platforms/channel.ts";
import { mayRefuseCredentials } from "../../src/platforms/refused-credentials.ts";
import type { PlatformAnswer, PlatformCall } from "../../src/platforms/platform-http.ts";
import { parseExactly } from "../../src/sandbox/exact-numbers.ts";
import type { CheckOutcome, RecipientCheck, SendOutcome } from "../../src/delivery/outcome.ts";

export interface Mutant {
  /** What it believes, as a sentence. */
  readonly name: string;
  readonly make: (channel: Channel) => Channel;
}

type Make = Mutant["make"];
type Json = Record<string, unknown>;
type Answered = Extract<PlatformAnswer, { kind: "answered" }>;

/** Everything that the channel does goes through this account. */
function through(change: (account: AccountAccess) => AccountAccess): Make {
  return (channel) => ({
    ...channel,
    send: async (request, { account, signal }) => channel.send(request, { account: change(account), signal }),
    check: async (batch, { account, signal }) => channel.check(batch, { account: change(account), signal }),
  });
}

export function withAccount(change: (account: AccountAccess) => Partial<AccountAccess>): Make {
  return through((account) => ({ ...account, ...change(account) }));
}

/** Sees another answer than the platform gave, where the path is meant. */
export function seesAnswer(path: RegExp, change: (answer: Answered) => PlatformAnswer): Make {
  return withAccount((account) => ({
    call: async (call, signal) => {
      const answer = await account.call(call, signal);
      return answer.kind === "answered" && path.test(call.path) ? change(answer) : answer;
    },
  }));
}

export function seesStatus(path: RegExp, change: (status: number) => number): Make {
  return seesAnswer(path, (answer) => ({ ...answer, status: change(answer.status) }));
}

/** The same for the document in it, every digit of it kept; what is no JSON is seen as it is. */
export function sees(path: RegExp, change: (body: Json) => Json, parse = parseExactly): Make {
  return seesAnswer(path, (answer) => {
    const body = objectIn(parse(answer.text));
    return body === null ? answer : { ...answer, text: JSON.stringify(change(body)) };
  });
}

/** Every id that JavaScript cannot carry is another one. */
export function seesNumbers(path: RegExp): Make {
  return sees(path, (body) => body, parseRoughly);
}

/** Sees the rows of a list, or the one row of a detail, otherwise. */
export function seesRows(path: RegExp, change: (row: Json) => Json): Make {
  return sees(path, (body) => ({ ...body, data: changeRows(body["data"], change) }));
}

function changeRows(data: unknown, change: (row: Json) => Json): unknown {
  if (Array.isArray(data)) return data.map((row) => change(row as Json));
  if (typeof data !== "object" || data === null) return data;
  const inner = (data as Json)["data"];
  return Array.isArray(inner) ? { ...data, data: changeRows(inner, change) } : change(data as Json);
}

/** The body of a call, or its query, is another one. */
export function says(path: RegExp, change: (body: Json) => Json): Make {
  return withAccount((account) => ({
    call: async (call, signal) =>
      account.call(path.test(call.path) ? changeCall(call, change) : call, signal),
  }));
}

function changeCall(call: PlatformCall, change: (body: Json) => Json): PlatformCall {
  if (call.json !== undefined) return { ...call, json: change(call.json as Json) };
  return { ...call, query: change({ ...call.query }) as Record<string, string> };
}

export function goesTo(path: RegExp, other: string): Make {
  return withAccount((account) => ({
    call: async (call, signal) => account.call({ ...call, path: call.path.replace(path, other) }, signal),
  }));
}

/** The first refusal of a send is its end, whatever it says. */
export function believesFirstRefusal(path: RegExp): Make {
  return (channel) => ({
    ...channel,
    send: async (request, { account, signal }) => {
      let isRefused = false;
      const call: AccountAccess["call"] = async (asked, aborted) => {
        const answer = await account.call(asked, aborted);
        isRefused ||= path.test(asked.path) && mayRefuseCredentials(answer);
        return answer;
      };
      const outcome = await channel.send(request, { account: { ...account, call }, signal });
      return isRefused ? REFUSED : outcome;
    },
  });
}

/** After a lost answer each recipient is sent to alone, and nobody is asked first. */
export function resendsOneByOne(): Make {
  return (channel) => ({
    ...channel,
    send: async (request, { account, signal }) => {
      const outcome = await channel.send(request, { account, signal });
      if (outcome.kind !== "unknown") return outcome;
      let last: SendOutcome = outcome;
      for (const target of request.targets)
        last = await channel.send({ ...request, targets: [target] }, { account, signal });
      return last;
    },
  });
}

export function asks(change: (request: SendRequest<unknown>) => SendRequest<unknown>): Make {
  return (channel) => ({
    ...channel,
    send: async (request, { account, signal }) => channel.send(change(request), { account, signal }),
  });
}

export function concludesOfSend(
  change: (outcome: SendOutcome, request: SendRequest<unknown>) => SendOutcome,
): Make {
  return (channel) => ({
    ...channel,
    send: async (request, { account, signal }) =>
      change(await channel.send(request, { account, signal }), request),
  });
}

function concludesOfCheck(change: (check: RecipientCheck) => RecipientCheck): Make {
  return concludesOfRound((outcome) => ({ ...outcome, recipients: outcome.recipients.map(change) }));
}

export function concludesOfRound(
  change: (outcome: CheckOutcome, everybody: readonly string[]) => CheckOutcome,
): Make {
  return (channel) => ({
    ...channel,
    check: async (batch, { account, signal }) => {
      const outcomes = await channel.check(batch, { account, signal });
      return outcomes.map((outcome, index) =>
        change(outcome, batch[index]?.outstanding.map(({ id }) => id) ?? []),
      );
    },
  });
}

export function isDescribed(change: Partial<OperationSpec<unknown>>): Make {
  return (channel) => ({
    ...channel,
    operations: Object.fromEntries(
      Object.entries(channel.operations).map(([name, spec]) => [name, { ...spec, ...change }]),
    ),
  });
}

export const evidence = { kind: "reply", at: 0, digest: "believed" } as const;

/** A lost answer is taken for this. */
export function takesUnknownFor(instead: SendOutcome): Make {
  return concludesOfSend((outcome) => (outcome.kind === "unknown" ? instead : outcome));
}

export const REFUSED: SendOutcome = { kind: "rejected", code: "x", text: "believed to be refused" };
export const NEVER_LEFT: SendOutcome = { kind: "unreachable", detail: "believed never to have left" };
export const PROVEN: SendOutcome = { kind: "confirmed", evidence };

export function absentInsteadOf(kind: RecipientCheck["kind"]): Make {
  return concludesOfCheck((check) =>
    check.kind === kind ? { kind: "absent", recipient: check.recipient } : check,
  );
}

export function provenInsteadOf(kind: RecipientCheck["kind"]): Make {
  return concludesOfCheck((check) =>
    check.kind === kind ? { kind: "proven", recipient: check.recipient, evidence } : check,
  );
}

export function insteadOf(kind: RecipientCheck["kind"], other: "repeatable" | "unobservable"): Make {
  return concludesOfCheck((check) =>
    check.kind === kind ? { kind: other, recipient: check.recipient, detail: "" } : check,
  );
}

/** Whatever somebody else has claimed is free. */
export const NOBODYS_CLAIM: Make = withAccount(() => ({
  claim: async () => true,
  claimEach: async (ids, deliveryId) => ids.map(() => deliveryId),
  claimedBy: async (ids) => ids.map(() => null),
}));

/** A refusal by its status, where the platform says that it may have stored. */
export function isARefusal(path: RegExp, ...statuses: readonly number[]): Make {
  return seesStatus(path, (status) => (statuses.includes(status) ? 400 : status));
}

/** Such a status ends the send as refused, and the platform is not asked whether it has stored all the same. */
export function isBelieved(path: RegExp, ...statuses: readonly number[]): Make {
  return (channel) => ({
    ...channel,
    send: async (request, { account, signal }) => {
      let isRefused = false;
      const call: AccountAccess["call"] = async (asked, until) => {
        const answer = await account.call(asked, until);
        isRefused ||= answer.kind === "answered" && path.test(asked.path) && statuses.includes(answer.status);
        return answer;
      };
      const outcome = await channel.send(request, { account: { ...account, call }, signal });
      return isRefused ? REFUSED : outcome;
    },
  });
}

export const at = (object: Json, field: string): Json => (object[field] ?? {}) as Json;

function objectIn(value: unknown): Json | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

function parseRoughly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is nothing to change.
    return null;
  }
}
