/**
 * Sends todos: generatetodo and action (document 000, sections 1.3 and 1.4).
 *
 * Default is asynchronous: success means "received" and no more. With `sync: true` the reply is the
 * verdict for each recipient, if it is one of the sync replies: an installation that ignores `sync` answers
 * as ever, and is asked. A send carries the targets only, so that a resend reaches nobody twice.
 */
import type { Evidence } from "../../delivery/ledger.ts";
import type { SendOutcome } from "../../delivery/outcome.ts";
import type { AccountAccess } from "../account-access.ts";
import type { SendRequest } from "../channel.ts";
import { classifyTransport, parseBody } from "../classify-http.ts";
import { digestOf } from "../digest.ts";
import type { PlatformAnswer } from "../platform-http.ts";
import { callGateway, isUnauthorized } from "../yunzhijia-gateway.ts";
import { classifyBody, type Verdict } from "./classify.ts";
import { isCreate, openidsFor, type TodoInput, type UpdateInput } from "./input.ts";

const PATHS = {
  create: "/gateway/newtodo/open/generatetodo.json",
  update: "/gateway/newtodo/open/action.json",
};

export async function sendTodo(
  request: SendRequest<TodoInput>,
  account: AccountAccess,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const { input } = request;
  const isSync = input.sync ?? isSyncAccount(account);
  const reply = await callGateway(
    {
      scope: "app",
      path: isCreate(input) ? PATHS.create : PATHS.update,
      json: bodyFor(input, request.targets, isSync),
      suspectsToken: (answer) => suspectsToken(answer, request.targets),
    },
    account,
    signal,
  );
  if (reply.kind === "noToken") return reply.token;
  return (
    classifyTransport(reply.answer, request.now) ??
    outcomeOf(reply.answer, request, { isSync, now: request.now })
  );
}

function isSyncAccount({ settings }: AccountAccess): boolean {
  return settings.platform === "yunzhijia" && settings.todoMode === "sync";
}

/** The producer's own payload, addressed to the targets. */
function bodyFor(input: TodoInput, targets: readonly string[], isSync: boolean): unknown {
  const sync = isSync ? { sync: true } : {};
  if (isCreate(input)) {
    const wanted = new Set(targets);
    return { ...input, ...sync, params: input.params.filter(({ openId }) => wanted.has(openId)) };
  }
  if (input.openids === undefined) return { ...input, ...sync };
  return { ...input, ...sync, openids: openidsFor(input.openids, targets) };
}

function suspectsToken(answer: PlatformAnswer, targets: readonly string[]): boolean {
  if (isUnauthorized(answer)) return true;
  if (answer.kind !== "answered" || answer.status >= 300) return false;
  return verdictOf(answer, targets).kind === "unknownCode";
}

const verdicts = new WeakMap<PlatformAnswer, Verdict>();

/** What the body says; read once, though it is asked twice. */
function verdictOf(answer: PlatformAnswer, targets: readonly string[]): Verdict {
  const known = verdicts.get(answer);
  if (known !== undefined) return known;
  const verdict = classifyBody(answer.kind === "answered" ? parseBody(answer.text) : undefined, targets);
  verdicts.set(answer, verdict);
  return verdict;
}

function outcomeOf(
  answer: PlatformAnswer,
  { input, targets }: SendRequest<TodoInput>,
  { isSync, now }: { isSync: boolean; now: number },
): SendOutcome {
  const text = answer.kind === "answered" ? answer.text : "";
  const verdict = verdictOf(answer, targets);
  switch (verdict.kind) {
    case "taken": {
      const { refused } = verdict;
      const isVerdict = isSync && verdict.isVerdict;
      if (!isVerdict && isObservable(input)) return { kind: "accepted", refused };
      const evidence: Evidence = { kind: "reply", at: now, digest: digestOf(text) };
      return { kind: "confirmed", evidence: isVerdict ? evidence : { ...evidence, note: RECEIVED }, refused };
    }
    case "busy":
      return { kind: "busy", retryAfterMs: null, detail: `the platform is busy (code ${verdict.code})` };
    case "ambiguous":
      return { kind: "unknown", cause: "ambiguous", detail: `${verdict.code}: ${verdict.text}` };
    case "refused":
    case "unknownCode":
      return { kind: "rejected", code: verdict.code, text: verdict.text };
    case "unreadable":
      return { kind: "unknown", cause: "unreadable", detail: "the answer is not understood" };
  }
}

/** Where nobody can ask, this is all the proof there is, and it says so. */
const RECEIVED = "received; the platform shows nobody what it did";

/** Whether checkcreatetodo can ever show what this operation did. */
export function isObservable(input: TodoInput): boolean {
  return isCreate(input) || effectOf(input) !== null;
}

/**
 * The effect of an update that a check can see. `read` cannot be seen, and without openids there is
 * nobody to ask about.
 */
export function effectOf(input: UpdateInput): "deleted" | "done" | "undone" | null {
  const { deal, read, delete: remove } = input.actiontype;
  if (input.openids === undefined) return null;
  if (remove === 1) return "deleted";
  if (deal === 1) return "done";
  if (read === 1) return null;
  // Nothing but zeros, as `{}` is; with `read: 0` alone it is the reading that is meant.
  return read === 0 && deal === undefined ? null : "undone";
}
