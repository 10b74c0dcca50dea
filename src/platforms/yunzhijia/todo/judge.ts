/**
 * Decides what a sighting means for the operation that is verified (docs/platforms/yunzhijia.md, table of
 * checkcreatetodo). Pure.
 */
import { isReplayed, type Evidence, type LedgerEntry } from "../../../delivery/ledger.ts";
import type { RecipientCheck } from "../../../delivery/outcome.ts";
import { isCreate, type CreateInput, type TodoInput, type UpdateInput } from "./input.ts";
import type { TodoSighting } from "./sighting.ts";

/** An action that arrives before its create is kept by the platform for one hour. */
const ACTION_KEPT_MS = 3_600_000;

type Seen = Exclude<TodoSighting, { kind: "throttled" }>;

interface Question {
  readonly input: TodoInput;
  readonly entry: LedgerEntry;
  readonly now: number;
  /** The digest of the answer. */
  readonly digest: string;
  /** How long a todo must be gone where the answer to its delete was lost; absent where one check is enough. */
  readonly lagMs?: number;
}

export function judge(sighting: Seen, question: Question): RecipientCheck {
  const recipient = question.entry.id;
  switch (sighting.kind) {
    case "unreadable":
      return { kind: "inconclusive", recipient, detail: sighting.detail };
    case "refused":
      return { kind: "inconclusive", recipient, detail: `the check was refused (code ${sighting.code})` };
    case "absent":
    case "undone":
    case "done": {
      const { input } = question;
      return isCreate(input)
        ? judgeCreate(sighting.kind, { input, question })
        : judgeUpdate(sighting.kind, { input, question });
    }
  }
}

type Shown = "absent" | "undone" | "done";

function proven({ entry, now, digest }: Question, note?: string): RecipientCheck {
  const evidence: Evidence = { kind: "check", at: now, digest, ...(note === undefined ? {} : { note }) };
  return { kind: "proven", recipient: entry.id, evidence };
}

/** Noted in the memo for a todo that was seen but is not yet as asked. */
const THERE = " there";

function judgeCreate(
  seen: Shown,
  { input, question }: { readonly input: CreateInput; readonly question: Question },
): RecipientCheck {
  const { entry } = question;
  const recipient = entry.id;
  const wantsDone = input.params.find(({ openId }) => openId === recipient)?.status?.DO === 1;
  switch (seen) {
    case "absent":
      // It was there, and somebody has deleted it since: that is not undone.
      if (entry.memo?.endsWith(THERE) === true)
        return { kind: "contradicted", recipient, detail: "it was there, and somebody has deleted it" };
      return { kind: "absent", recipient, ...endOfRefused(entry) };
    case "done":
      return proven(question, wantsDone ? undefined : "already done");
    case "undone":
      if (!wantsDone) return proven(question);
      // It exists, so it must not be sent again. A todo that was created as done may show this later.
      return { kind: "pending", recipient, detail: "there, but not yet done", memo: withThere(entry.memo) };
  }
}

function withThere(memo: string | null): string {
  return memo?.endsWith(THERE) === true ? memo : `${memo ?? ""}${THERE}`;
}

const REFUSED = "refused=";
/** Characters of the refusal's code, which may be any text. */
const MOST_KEPT = 100;

/** The memo of a create that was refused, but may have been stored. If a todo is there, nobody can say whose it is. */
export function refusedMemo(digest: string, code: string): string {
  return `${digest} ${REFUSED}${encodeURIComponent(code.slice(0, MOST_KEPT).toWellFormed())}`;
}

/** The code of the refusal; null for none. */
export function refusalIn(memo: string | null): string | null {
  const word = memo?.split(" ").find((part) => part.startsWith(REFUSED));
  return word === undefined ? null : decodeURIComponent(word.slice(REFUSED.length));
}

function endOfRefused(entry: LedgerEntry): { readonly ends?: string } {
  const code = refusalIn(entry.memo);
  return code === null || isReplayed(entry)
    ? {}
    : { ends: `it was refused (${code}), and the platform shows no such todo` };
}

/** The digest that a send has noted, without what checks have added. */
export function notedDigest(memo: string | null): string | null {
  const digest = memo?.split(" ")[0] ?? "";
  return digest === "" ? null : digest;
}

function judgeUpdate(
  seen: Shown,
  { input, question }: { readonly input: UpdateInput; readonly question: Question },
): RecipientCheck {
  const { entry, now } = question;
  const recipient = entry.id;
  switch (effectOf(input)) {
    case "deleted":
      // Here "absent" means that the delete has not happened.
      return seen === "absent" ? judgeGone(question) : { kind: "absent", recipient, memo: "" };
    case "done":
      if (seen === "done") return proven(question);
      if (seen === "undone") return { kind: "absent", recipient };
      return now - (entry.sentAt ?? now) < ACTION_KEPT_MS
        ? {
            kind: "pending",
            recipient,
            detail: "no such todo yet; the platform keeps the action for an hour",
          }
        : { kind: "contradicted", recipient, detail: NOT_THERE };
    case "undone":
      if (seen === "undone") return proven(question);
      return seen === "done"
        ? { kind: "contradicted", recipient, detail: "the todo is done, and the platform cannot undo that" }
        : { kind: "pending", recipient, detail: "no such todo yet" };
    case null:
      return judgeReading(seen, { input, question });
  }
}

const GONE = "gone ";

/** Replicas of the platform may lag and leave a todo out once: this does not prove a delete whose answer was lost. */
function judgeGone(question: Question): RecipientCheck {
  const { entry, now, lagMs = 0 } = question;
  const since = entry.memo?.startsWith(GONE) === true ? Number(entry.memo.slice(GONE.length)) : now;
  if (entry.status !== "unknown" || now - since >= lagMs) return proven(question);
  const detail = "gone, and the answer to its delete was lost: it is looked for once more";
  return { kind: "pending", recipient: entry.id, detail, memo: `${GONE}${since}` };
}

const NOT_THERE = "there is no such todo";

/**
 * Judges `read` after a lost answer: nobody can observe it. A done todo need not be marked as read, and for one
 * that is gone a repeat is useless.
 */
function judgeReading(
  seen: Shown,
  { input, question }: { readonly input: UpdateInput; readonly question: Question },
): RecipientCheck {
  const recipient = question.entry.id;
  switch (seen) {
    case "done":
      return proven(question, "already done; nobody can see whether it was marked as read");
    case "undone":
      return lost(recipient, input);
    case "absent":
      return { kind: "absent", recipient, ends: NOT_THERE };
  }
}

const LOST = "the platform's answer was lost and the platform shows nobody what this operation did";

export function lost(recipient: string, input: UpdateInput): RecipientCheck {
  return mayRepeat(input)
    ? { kind: "repeatable", recipient, detail: LOST }
    : { kind: "unobservable", recipient, detail: `${LOST}; a repeat could undo what a person did since` };
}

/**
 * Whether a repeat is harmless. Done, read and deleted are final, so repeating them undoes nothing. A zero may
 * undo what a person did.
 */
function mayRepeat({ actiontype: { deal, read, delete: remove } }: UpdateInput): boolean {
  return deal !== 0 && read !== 0 && [deal, read, remove].includes(1);
}

/**
 * The effect of an update that a check can observe; null where it cannot: `read` alone. Fields that are left
 * out are 0 (document 000, section 1.4).
 */
export function effectOf({ actiontype }: UpdateInput): "deleted" | "done" | "undone" | null {
  const { deal, read, delete: remove } = actiontype;
  if (remove === 1) return "deleted";
  if (deal === 1) return "done";
  if (read === 1) return null;
  // Only zeros, as in `{}`. With `read: 0` alone, the reading is meant.
  return read === 0 && deal === undefined ? null : "undone";
}
