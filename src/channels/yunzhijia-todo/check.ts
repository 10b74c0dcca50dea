/**
 * Checks todos: checkcreatetodo, one call a recipient (document 000, section 1.5).
 *
 * The platform allows 5 calls a minute for one (sourcetype, sourceitemid), whatever the openId, and
 * answers over that limit with success and an `errormsg`: that is never absence. The budget is shared
 * by all workers and all deliveries of the todo, so a round asks as many recipients as it permits.
 */
import type { CheckOutcome, RecipientCheck } from "../../delivery/outcome.ts";
import type { LedgerEntry } from "../../delivery/ledger.ts";
import type { AccountAccess } from "../account-access.ts";
import type { CheckRequest } from "../channel.ts";
import { classifyTransport, parseBody, retryAfterOf } from "../classify-http.ts";
import { digestOf } from "../digest.ts";
import type { PlatformAnswer } from "../platform-http.ts";
import { askGateway, isUnauthorized } from "../yunzhijia-gateway.ts";
import { isCreate, todoOf, type TodoInput, type UpdateInput } from "./input.ts";
import { effectOf, isObservable } from "./send.ts";
import { classifyCheck, type Sighting } from "./sighting.ts";

const SCOPE = "app";
const PATH = "/gateway/newtodo/open/checkcreatetodo.json";

/** An action that arrives before its create is kept by the platform for one hour. */
const ACTION_KEPT_MS = 3_600_000;

interface Asked {
  readonly check: RecipientCheck | null;
  readonly called: boolean;
  readonly retryAfterMs: number | null;
}

export async function checkTodo(
  request: CheckRequest<TodoInput>,
  account: AccountAccess,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  if (!isObservable(request.input)) return unobservable(request);
  const checks: RecipientCheck[] = [];
  let calls = 0;
  for (const entry of request.outstanding) {
    const asked = await askAbout(entry, request, account, signal);
    if (asked.check !== null) checks.push(asked.check);
    if (asked.called) calls += 1;
    if (asked.retryAfterMs !== null) return { recipients: checks, calls, retryAfterMs: asked.retryAfterMs };
  }
  return { recipients: checks, calls, retryAfterMs: null };
}

async function askAbout(
  entry: LedgerEntry,
  request: CheckRequest<TodoInput>,
  account: AccountAccess,
  signal: AbortSignal,
): Promise<Asked> {
  const { appId, sourceId } = todoOf(request.input);
  const entity = `${appId}\n${sourceId}`;
  const inconclusive = (detail: string): RecipientCheck => ({
    kind: "inconclusive",
    recipient: entry.id,
    detail,
  });
  const json = { sourcetype: appId, sourceitemid: sourceId, openId: entry.id };
  const reply = await askGateway(
    { scope: SCOPE, path: PATH, json, suspectsToken: (answer) => suspectsToken(answer, sourceId) },
    async () => account.permitCheck(entity, signal),
    account,
    signal,
  );
  if (reply.kind === "denied")
    return { check: null, called: reply.wasAsked, retryAfterMs: reply.retryAfterMs };
  if (reply.kind === "noToken")
    return { check: inconclusive(reply.token.detail), called: false, retryAfterMs: null };

  const { answer } = reply;
  const transport = classifyTransport(answer, request.now);
  if (transport !== null || answer.kind !== "answered") {
    const detail = transport !== null && "detail" in transport ? transport.detail : "no answer";
    return { check: inconclusive(detail), called: true, retryAfterMs: retryAfterOf(transport) };
  }
  const sighting = sightingOf(answer, sourceId);
  if (sighting.kind === "throttled") {
    const retryAfterMs = await account.exhaustBudget(entity);
    return { check: inconclusive("the platform was asked too often"), called: true, retryAfterMs };
  }
  return { check: judge(sighting, entry, request, answer.text), called: true, retryAfterMs: null };
}

const sightings = new WeakMap<PlatformAnswer, Sighting>();

/** What the body shows; read once, though it is asked twice. */
function sightingOf(answer: PlatformAnswer, sourceId: string): Sighting {
  const known = sightings.get(answer);
  if (known !== undefined) return known;
  const sighting = classifyCheck(answer.kind === "answered" ? parseBody(answer.text) : undefined, sourceId);
  sightings.set(answer, sighting);
  return sighting;
}

function suspectsToken(answer: PlatformAnswer, sourceId: string): boolean {
  if (isUnauthorized(answer)) return true;
  if (answer.kind !== "answered" || answer.status >= 300) return false;
  return sightingOf(answer, sourceId).kind === "refused";
}

/** What a sighting means for the operation that is being verified (PLATFORMS, table of checkcreatetodo). */
function judge(
  sighting: Exclude<Sighting, { kind: "throttled" }>,
  entry: LedgerEntry,
  request: CheckRequest<TodoInput>,
  text: string,
): RecipientCheck {
  const recipient = entry.id;
  if (sighting.kind === "unreadable") return { kind: "inconclusive", recipient, detail: sighting.detail };
  if (sighting.kind === "refused") {
    return { kind: "inconclusive", recipient, detail: `the check was refused (code ${sighting.code})` };
  }
  const { input, now } = request;
  const proven = (note?: string): RecipientCheck => ({
    kind: "proven",
    recipient,
    evidence: { kind: "check", at: now, digest: digestOf(text), ...(note === undefined ? {} : { note }) },
  });
  if (!isCreate(input)) return judgeUpdate(sighting.kind, entry, input, now, proven);

  const wantsDone = input.params.find(({ openId }) => openId === recipient)?.status?.DO === 1;
  switch (sighting.kind) {
    case "absent":
      return { kind: "absent", recipient };
    case "done":
      return proven(wantsDone ? undefined : "already done");
    case "undone":
      // It exists, so it must not be sent again; an already-done todo may still be on its way to done.
      return wantsDone ? { kind: "pending", recipient, detail: "there, but not yet done" } : proven();
  }
}

function judgeUpdate(
  seen: "absent" | "undone" | "done",
  entry: LedgerEntry,
  input: UpdateInput,
  now: number,
  proven: (note?: string) => RecipientCheck,
): RecipientCheck {
  const recipient = entry.id;
  switch (effectOf(input)) {
    case "deleted":
      // "Absent" here: the delete has not happened.
      return seen === "absent" ? proven() : { kind: "absent", recipient };
    case "done":
      if (seen === "done") return proven();
      if (seen === "undone") return { kind: "absent", recipient };
      return now - (entry.sentAt ?? now) < ACTION_KEPT_MS
        ? {
            kind: "pending",
            recipient,
            detail: "no such todo yet; the platform keeps the action for an hour",
          }
        : { kind: "contradicted", recipient, detail: "there is no such todo" };
    case "undone":
      if (seen === "undone") return proven();
      return seen === "done"
        ? { kind: "contradicted", recipient, detail: "the todo is done, and the platform cannot undo that" }
        : { kind: "pending", recipient, detail: "no such todo yet" };
    case null:
      return { kind: "inconclusive", recipient, detail: "nothing to observe" };
  }
}

function unobservable({ outstanding }: CheckRequest<TodoInput>): CheckOutcome {
  const detail = "the platform's answer was lost and the platform shows nobody what this operation did";
  const recipients = outstanding.map(({ id }): RecipientCheck => ({
    kind: "unobservable",
    recipient: id,
    detail,
  }));
  return { recipients, calls: 0, retryAfterMs: null };
}
