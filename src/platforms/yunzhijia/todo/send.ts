/**
 * Sends todos: generatetodo and action (document 000, sections 1.3 and 1.4).
 *
 * The default is asynchronous: success only means "received". With `sync: true` the reply is the verdict for
 * each recipient. An installation that ignores `sync` gives the asynchronous reply; then checks decide. A send
 * addresses the targets only, so that a resend reaches nobody twice.
 */
import { refusalText } from "../../../delivery/error-words.ts";
import { EVERYBODY, memberOf, type Evidence } from "../../../delivery/ledger.ts";
import type { SendOutcome } from "../../../delivery/outcome.ts";
import type { AccountAccess } from "../../account-access.ts";
import type { SendRequest } from "../../channel.ts";
import { classifyTransport, parseBody } from "../../classify-http.ts";
import { digestOf } from "../../digest.ts";
import type { PlatformAnswer } from "../../platform-http.ts";
import { isUnauthorized, mayRefuseCredentials } from "../../refused-credentials.ts";
import { callGateway } from "../gateway.ts";
import { askAboutNothing, askOne } from "./ask.ts";
import { contentDigest, knownRecipients, releaseDeleted } from "./claims.ts";
import { classifyBody, type Verdict } from "./classify.ts";
import { isCreate, openidsFor, todoOf, type CreateInput, type TodoInput, type UpdateInput } from "./input.ts";
import { effectOf, refusedMemo } from "./judge.ts";
import { divide, type Division } from "./send-create.ts";

const PATHS = {
  create: "/gateway/newtodo/open/generatetodo.json",
  update: "/gateway/newtodo/open/action.json",
};

export function sendTodo(
  request: SendRequest<TodoInput>,
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<SendOutcome> {
  const { input } = request;
  return isCreate(input)
    ? sendCreate({ ...request, input }, { account, signal })
    : sendUpdate({ ...request, input }, { account, signal });
}

async function sendCreate(
  request: SendRequest<CreateInput>,
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<SendOutcome> {
  const division = await divide(request, { account, signal });
  if (division.wait !== null) return division.wait;
  if (division.free.length === 0) return { kind: "observing", refused: division.refused };
  const outcome = await call({ ...request, targets: division.free }, { account, signal, isObservable: true });
  return together(outcome, { division, memo: contentDigest(request.input) });
}

/** The outcome for all targets: those that were not sent to are checked, or refused. */
function together(
  outcome: SendOutcome,
  {
    division: { free, same, refused, isFirst },
    memo,
  }: { readonly division: Division; readonly memo: string },
): SendOutcome {
  switch (outcome.kind) {
    case "unknown":
      return { ...outcome, memo: outcome.memo ?? memo };
    case "accepted":
      return { ...outcome, refused: [...(outcome.refused ?? []), ...refused], memo };
    case "confirmed": {
      const all = { ...outcome, refused: [...(outcome.refused ?? []), ...refused], memo };
      // The reply proves only what was sent.
      return same.length === 0 && isFirst ? all : { kind: "accepted", refused: all.refused, memo };
    }
    case "rejected": {
      if (same.length === 0 && refused.length === 0) return { ...outcome, memo };
      const { code, text } = outcome;
      const sent = free.map((recipient) => ({ recipient, code, text }));
      return { kind: "accepted", refused: [...sent, ...refused], memo };
    }
    case "busy":
    case "invalid":
    case "observing":
    case "throttled":
    case "unauthorized":
    case "unreachable":
      return outcome;
  }
}

async function sendUpdate(
  request: SendRequest<UpdateInput>,
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<SendOutcome> {
  const { input, targets } = request;
  const isObservable = effectOf(input) !== null && (await canAsk(input, account));
  const outcome = await call(request, { account, signal, isObservable });
  if (outcome.kind !== "confirmed" || effectOf(input) !== "deleted") return outcome;
  const refused = new Set(outcome.refused?.map(({ recipient }) => recipient));
  const gone = targets.filter((target) => target !== EVERYBODY && !refused.has(target));
  await releaseDeleted(todoOf(input), { openIds: gone, account });
  return outcome;
}

/** An update without openids can be checked only where this account's creates name recipients. */
async function canAsk(input: UpdateInput, account: AccountAccess): Promise<boolean> {
  return input.openids !== undefined || (await knownRecipients(todoOf(input), account)).length > 0;
}

interface Calling {
  readonly account: AccountAccess;
  readonly signal: AbortSignal;
  /** Whether checkcreatetodo can show what this operation did. */
  readonly isObservable: boolean;
}

async function call(request: SendRequest<TodoInput>, calling: Calling): Promise<SendOutcome> {
  const { input, targets, now } = request;
  const { account, signal } = calling;
  const isSync = input.sync ?? isSyncAccount(account);
  const reply = await callGateway(
    {
      call: {
        scope: "app",
        path: isCreate(input) ? PATHS.create : PATHS.update,
        json: bodyFor(input, { targets, isSync }),
        isUnobservable: !calling.isObservable,
        suspectsToken: (answer) => suspectsToken(answer, targets),
      },
      harmless: askAboutNothing(account.settings, `${request.deliveryId}-${now}`),
    },
    { account, signal },
  );
  if (reply.kind === "noVerdict") return reply.why;
  const transport = classifyTransport(reply.answer, now);
  const outcome =
    transport ?? outcomeOf(reply.answer, { targets, isSync, now, isObservable: calling.isObservable });
  if (outcome.kind !== "rejected" || !isCreate(input)) return outcome;
  const isDocumented = transport === null && verdictOf(reply.answer, targets).kind === "refused";
  return isDocumented ? outcome : rejectedUnlessThere({ ...request, input }, { verdict: outcome, calling });
}

/** How many of its recipients are asked about. */
const MOST_LOOKS = 2;

/**
 * An HTTP status, or a refusal that is in no document, may come from a proxy after the platform has stored the
 * todo. So the platform is asked. A todo that is there may also be an older one that Bida does not know: then
 * the answer is neither a refusal nor proof. If the platform cannot be asked in time (the send was late, the check's
 * limit is used up), the checks ask, and end the delivery as rejected once the todo is proven absent.
 */
async function rejectedUnlessThere(
  { input, targets, now }: SendRequest<CreateInput>,
  { verdict, calling: { account, signal } }: { readonly verdict: Rejected; readonly calling: Calling },
): Promise<SendOutcome> {
  const toBeAsked = (why: string): SendOutcome => ({
    kind: "unknown",
    cause: "ambiguous",
    detail: `${refusalText(verdict)}; but ${why}`,
    memo: refusedMemo(contentDigest(input), verdict.code),
  });
  for (const openId of targets.slice(0, MOST_LOOKS)) {
    // After the refusal the token was renewed, or proven valid.
    const question = { openId, asking: { account, now, signal }, isTokenSure: true };
    const asked = await askOne(todoOf(input), question);
    const seen = asked.kind === "seen" ? asked.sighting.kind : asked.isRefused ? "refused" : "untold";
    switch (seen) {
      case "absent":
        break;
      case "undone":
      case "done":
        return toBeAsked("a todo with this sourceId is there");
      case "refused":
        // The platform refuses the question as well: the refusal stands.
        return verdict;
      case "unreadable":
      case "untold":
        return toBeAsked("whether it was made all the same could not be asked yet");
    }
  }
  return verdict;
}

type Rejected = Extract<SendOutcome, { kind: "rejected" }>;

function isSyncAccount({ settings }: AccountAccess): boolean {
  return settings.platform === "yunzhijia" && settings.todoMode === "sync";
}

/** The producer's payload, addressed to the targets. */
function bodyFor(
  input: TodoInput,
  { targets, isSync }: { readonly targets: readonly string[]; readonly isSync: boolean },
): unknown {
  const sync = isSync ? { sync: true } : {};
  if (isCreate(input)) {
    const isWanted = memberOf(targets);
    return { ...input, ...sync, params: input.params.filter(({ openId }) => isWanted(openId)) };
  }
  if (input.openids === undefined) return { ...input, ...sync };
  return { ...input, ...sync, openids: openidsFor(input.openids, targets) };
}

function suspectsToken(answer: PlatformAnswer, targets: readonly string[]): boolean {
  if (isUnauthorized(answer)) return true;
  if (answer.kind !== "answered" || answer.status >= 300) return false;
  const { kind } = verdictOf(answer, targets);
  return kind === "unknownCode" || (kind === "refused" && mayRefuseCredentials(answer));
}

const verdicts = new WeakMap<PlatformAnswer, Verdict>();

/** The classified body; read once, although it is needed twice. */
function verdictOf(answer: PlatformAnswer, targets: readonly string[]): Verdict {
  const known = verdicts.get(answer);
  if (known !== undefined) return known;
  const verdict = classifyBody(answer.kind === "answered" ? parseBody(answer.text) : undefined, targets);
  verdicts.set(answer, verdict);
  return verdict;
}

function outcomeOf(
  answer: PlatformAnswer,
  {
    targets,
    isSync,
    now,
    isObservable,
  }: { readonly targets: readonly string[]; isSync: boolean; now: number; isObservable: boolean },
): SendOutcome {
  const text = answer.kind === "answered" ? answer.text : "";
  const verdict = verdictOf(answer, targets);
  switch (verdict.kind) {
    case "taken": {
      const { refused } = verdict;
      const isVerdict = isSync && verdict.isVerdict;
      if (!isVerdict && isObservable) return { kind: "accepted", refused };
      const evidence: Evidence = { kind: "reply", at: now, digest: digestOf(text) };
      return { kind: "confirmed", evidence: isVerdict ? evidence : { ...evidence, note: RECEIVED }, refused };
    }
    case "busy":
      return { kind: "busy", retryAfterMs: null, detail: `the platform is busy (code ${verdict.code})` };
    case "ambiguous":
      return { kind: "unknown", cause: "ambiguous", detail: refusalText(verdict) };
    case "refused":
    case "unknownCode":
      return { kind: "rejected", code: verdict.code, text: verdict.text };
    case "unreadable":
      return { kind: "unknown", cause: "unreadable", detail: "the answer is not understood" };
  }
}

/** The note on the evidence where nothing but the reply can be proof. */
const RECEIVED = "received; the platform shows nobody what it did";
