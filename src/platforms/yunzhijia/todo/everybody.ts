/**
 * Verifies an update that names no recipients, and so changes the todos of everybody under its sourceId: the
 * recipients of this account's creates are checked, a few in each round (ARCHITECTURE section 5).
 *
 * The ledger has one entry for all of them, so the memo of that entry notes whom a round has proven.
 */
import type { Evidence, LedgerEntry } from "../../../delivery/ledger.ts";
import type { RecipientCheck } from "../../../delivery/outcome.ts";
import { askOne, type Asking } from "./ask.ts";
import { digestOfValue, type Todo } from "./claims.ts";
import type { UpdateInput } from "./input.ts";
import { effectOf, judge } from "./judge.ts";

interface Round {
  readonly check: RecipientCheck | null;
  readonly calls: number;
  readonly retryAfterMs: number | null;
  /** The recipients whose todo is proven to be gone. */
  readonly deleted: readonly string[];
}

export async function askAboutEverybody(
  entry: LedgerEntry,
  {
    todo,
    input,
    known,
    lagMs,
    asking,
  }: {
    readonly todo: Todo;
    readonly input: UpdateInput;
    readonly known: readonly string[];
    readonly lagMs: number;
    readonly asking: Asking;
  },
): Promise<Round> {
  const { proven, missed } = memorised(entry.memo, known);
  let calls = 0;
  let retryAfterMs: number | null = null;
  let open: RecipientCheck | null = null;
  // Recipients without a todo at the last check come last: the others need the budget more.
  const asks = known
    .filter((id) => !proven.has(id))
    .toSorted((a, b) => Number(missed.has(a)) - Number(missed.has(b)));
  for (const openId of asks) {
    const asked = await askOne(todo, { openId, asking });
    if (asked.called) calls += 1;
    if (asked.kind === "seen") {
      const goneSince = missed.get(openId) ?? asking.now;
      const check = judgeOne(openId, {
        entry,
        input,
        lagMs,
        goneSince,
        asked: { ...asked, now: asking.now },
      });
      if (asked.sighting.kind === "absent") missed.set(openId, goneSince);
      else missed.delete(openId);
      if (check.kind === "proven") proven.set(openId, asked.digest);
      else open = worse(open, check);
    } else if (asked.detail !== null) {
      open = worse(open, { kind: "inconclusive", recipient: openId, detail: asked.detail });
    }
    retryAfterMs = asked.retryAfterMs;
    if (retryAfterMs !== null) break;
  }
  const deleted = effectOf(input) === "deleted" ? [...proven.keys()] : [];
  const check = conclude(entry, { open, proven, missed, known, now: asking.now });
  return { check, calls, retryAfterMs, deleted };
}

function judgeOne(
  openId: string,
  {
    entry,
    input,
    lagMs,
    goneSince,
    asked,
  }: {
    readonly entry: LedgerEntry;
    readonly input: UpdateInput;
    readonly lagMs: number;
    /** Since when it has been missing in every answer. */
    readonly goneSince: number;
    readonly asked: {
      readonly sighting: Parameters<typeof judge>[0];
      readonly digest: string;
      readonly now: number;
    };
  },
): RecipientCheck {
  const { sighting, digest, now } = asked;
  const check = judge(sighting, { input, entry: { ...entry, id: openId }, now, digest });
  if (sighting.kind !== "absent") return check;
  // The delete was taken, and the todo is gone.
  if (check.kind === "proven" && entry.status === "accepted") return check;
  if (now - goneSince < lagMs) return { kind: "pending", recipient: openId, detail: NOT_YET };
  // It was created and is gone: nothing is left to change for this recipient.
  const evidence: Evidence = { kind: "check", at: now, digest, note: "gone" };
  return { kind: "proven", recipient: openId, evidence };
}

/** Its create may have been sent a moment ago, and one answer may leave the todo out. */
const NOT_YET = "there is no such todo, but the platform may take longer to show it";

/**
 * The order in which one verdict stands for all: first those that forbid a repeat, then those that allow one,
 * then those that say nothing.
 */
const GRAVEST: readonly RecipientCheck["kind"][] = [
  "contradicted",
  "unobservable",
  "absent",
  "repeatable",
  "pending",
  "inconclusive",
];

function worse(known: RecipientCheck | null, other: RecipientCheck): RecipientCheck {
  if (known === null) return other;
  return GRAVEST.indexOf(other.kind) < GRAVEST.indexOf(known.kind) ? other : known;
}

function conclude(
  { id: recipient }: LedgerEntry,
  {
    open,
    proven,
    missed,
    known,
    now,
  }: {
    readonly open: RecipientCheck | null;
    readonly proven: ReadonlyMap<string, string>;
    readonly missed: ReadonlyMap<string, number>;
    readonly known: readonly string[];
    readonly now: number;
  },
): RecipientCheck | null {
  if (proven.size === known.length) {
    const note = `asked about the ${known.length} whom this account's creates addressed`;
    const digest = digestOfValue([...proven]);
    return { kind: "proven", recipient, evidence: { kind: "check", at: now, digest, note } };
  }
  const memo = memoOf(proven.keys(), missed);
  if (open === null) {
    const detail = `${proven.size} of ${known.length} are proven`;
    return proven.size === 0 ? null : { kind: "inconclusive", recipient, detail, memo };
  }
  switch (open.kind) {
    case "absent":
    case "pending":
    case "inconclusive":
      return { ...open, recipient, memo };
    case "contradicted":
    case "proven":
    case "refused":
    case "repeatable":
    case "unobservable":
      return { ...open, recipient };
  }
}

const DIGEST_LENGTH = 8;

/** Separates the digest of a recipient without a todo from the time since when. */
const SINCE = "@";

function memoOf(proven: Iterable<string>, missed: ReadonlyMap<string, number>): string {
  const gone = [...missed].map(([openId, since]) => `${shortDigest(openId)}${SINCE}${since}`);
  return [...[...proven].map(shortDigest), ...gone].join(" ");
}

interface Memorised {
  readonly proven: Map<string, string>;
  readonly missed: Map<string, number>;
}

function memorised(memo: string | null, known: readonly string[]): Memorised {
  const noted = new Map(
    (memo ?? "").split(" ").map((note): [string, string | undefined] => {
      const [digest = "", since] = note.split(SINCE);
      return [digest, since];
    }),
  );
  const found: Memorised = { proven: new Map(), missed: new Map() };
  for (const openId of known) {
    const digest = shortDigest(openId);
    const since = noted.get(digest);
    if (since !== undefined) found.missed.set(openId, Number(since));
    else if (noted.has(digest)) found.proven.set(openId, "");
  }
  return found;
}

function shortDigest(openId: string): string {
  return digestOfValue([openId]).slice(0, DIGEST_LENGTH);
}
