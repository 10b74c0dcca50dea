/**
 * Scripts whose arguments have names: one declaration for Lua, where each is a local of that name in
 * snake_case, and for TypeScript, where they are given by name.
 */
type Argument = string | number | Buffer;

export interface ScriptDeclaration<Name extends string = string> {
  /** Under `scripts/`, without `.lua`. */
  readonly file: string;
  readonly args: readonly Name[];
}

function declare<const Names extends readonly string[]>(
  file: string,
  args: Names,
): ScriptDeclaration<Names[number]> {
  return { file, args };
}

export const ACCEPT = declare("accept", [
  "id",
  "request",
  "payload",
  "state",
  "family",
  "lane",
  "keyHash",
  "keyDigest",
  "createdAt",
  "due",
  "deadline",
  "callback",
  "priority",
  "mostUnfinished",
  /** Hashes of them, with blanks between. */
  "recipients",
]);

export const SAVE = declare("save", [
  "id",
  /** The version that the decision was made on. */
  "version",
  /** This save's own name: the same save made twice is saved once. */
  "saver",
  "state",
  "from",
  "to",
  /** Of the new status' list: ended deliveries are listed by their end, the others by their acknowledgement. */
  "score",
  /** "send" | "check" | "end" */
  "step",
  "at",
  "family",
  /** How many workers died while they sent it. */
  "interruptions",
  "reasonBefore",
  "reason",
  "lane",
  "leavesLane",
  /** When an unfinished one must have ended; "" to leave it. */
  "endsAt",
  /** How many late receipts the decision knows. */
  "lateSeen",
  "priority",
  "createdAt",
  /** Of a dead letter: what it has in common with others; else "". */
  "group",
  /** What the platform named and had not named before: each name and its hash, one a line. */
  "named",
  /** Counters that this decision raises, with blanks between. */
  "counts",
  /** Of the timeline: JSON, one a line. */
  "entries",
]);

export const LEASE_SENDS = declare("lease-sends", [
  "most",
  "leaseMs",
  "probeLeaseMs",
  "maxRateWaitMs",
  "owner",
  "round",
  /** In ms of Redis' clock, as the caller knows it. */
  "calledAt",
  "patienceMs",
  "withSuspects",
  /** How long a check may be held past its delivery's deadline. */
  "overdueCheckMs",
]);

export const RENEW_SENDS = declare("renew-sends", ["owner", "leaseMs"]);

export const RENEW_CHECKS = declare("renew-checks", ["leaseMs"]);

export const KEEP_LATE = declare("keep-late", ["id", "version", "receipt"]);

export const END_UNREADABLE = declare("end-unreadable", ["id", "state", "request", "entry", "leavesLane"]);

export const REPLAY = declare("replay", [
  "id",
  "version",
  "saver",
  "state",
  "request",
  "to",
  "createdAt",
  /** "send" | "check" */
  "step",
  "at",
  "reason",
  "lane",
  "deadline",
  "priority",
  /** The new payload of an edit, or "". */
  "payload",
  "recipients",
  /** The bulk action that it is part of, or "". */
  "action",
  "entries",
]);

export const FORGET = declare("forget", [
  "id",
  "version",
  /** Of an ended delivery that is no dead letter. */
  "status",
  /** How long its key stays known, and what the platform named. */
  "keyMs",
  "receiptMs",
]);

/** Then its pieces. */
export const TRIM = declare("trim", [
  "id",
  "version",
  /** What the platform named, JSON, and the lane: for `of`; "" where no key leads to it. */
  "receipt",
  "lane",
]);

export const TRIMMED_TO = declare("trimmed-to", ["status", "place"]);

export const REMEMBER = declare("remember", ["fact", "value"]);

export const REPORT_CALLS = declare("report-calls", [
  /** Sends. */
  "calls",
  /** Unreachable, unknown or 5xx. */
  "failures",
  "checkCalls",
  "checkFailures",
  /** All of them, and those that the platform refused for its rate: counted for who looks. */
  "made",
  "throttled",
  /** "" | "ok" | "failed" */
  "probe",
  /** "send" | "check" | "all" */
  "probeOf",
  "unauthorized",
  "windowMs",
  "leastCalls",
  /** Failures of 100 calls that open it. */
  "failurePercent",
  "firstOpenMs",
  "longestOpenMs",
  /** How long it is held after a refusal of the credentials. */
  "holdMs",
]);

export const LEASE_CHECKS = declare("lease-checks", [
  "most",
  "leaseMs",
  "probeLeaseMs",
  /** Whether this worker may take suspects. */
  "withSuspects",
  /** Of payload, beyond the first item. */
  "mostBytes",
  /** Up to where an earlier look has found none but full families, in its own words. */
  "passed",
  "owner",
  "round",
]);

export const LIST = declare("list", [
  /** `status:dead` and the like */
  "list",
  /** Scores, or "+inf" and "-inf". */
  "highest",
  "lowest",
  /** The place to go on after, or "". */
  "afterScore",
  "afterId",
  "most",
]);

export const READ_RECORDS = declare("read-records", [
  "mostBytes",
  /** What the request holds of each that is meant, and its state, as it is or in small letters; "" for no matter what. */
  "askedWords",
  "stateWords",
  "smallWords",
]);

export const SAVE_CALLBACK = declare("save-callback", [
  "id",
  /** The lease's own name. */
  "lease",
  "state",
  /** "" for never again. */
  "nextAt",
  "isDead",
  "at",
]);

export const STORE_TOKEN = declare("store-token", [
  "scope",
  "owner",
  /** "" gives up the right to fetch. */
  "value",
  "refresh",
  "lifetimeMs",
]);

export const CLAIM_TOKEN = declare("claim-token", ["scope", "owner", "lockMs"]);

export const DROP_TOKEN = declare("drop-token", ["scope", "value"]);

export const PURGE = declare("purge", [
  "status",
  /** Of a record after its end, and of its key after that. */
  "retentionMs",
  "most",
  /** How long a receipt is known under its key. */
  "receiptMs",
]);

export const TRIMMABLE = declare("trimmable", ["status", "endedForMs", "most", "mostBytes"]);

export const READ_STATS = declare("read-stats", [
  /** "" for minutes, "h" for hours. */
  "unit",
  "firstUnit",
  "lastUnit",
  /** Of a stretch. */
  "unitsEach",
]);

export const READ_GROUPS = declare("read-groups", ["lowest", "highest"]);

export const READ_GROUP_DETAILS = declare("read-group-details", [
  /** How many of the lanes that are held are looked at, and of those in which somebody waits. */
  "mostLanes",
  "mostLooked",
  "firstAt",
  "stretchMs",
  "stretches",
]);

export const MIRROR_UNMAPPED = declare("mirror-unmapped", [
  /** The account that gets the todos. */
  "to",
  "message",
  "staff",
  "at",
]);

export const LEASE_CALLBACKS = declare("lease-callbacks", ["most", "leaseMs", "lease"]);

export const PERMIT_CALL = declare("permit-call", ["bucket", "intervalUs", "maxWaitMs"]);

export const EXHAUST_BUDGET = declare("exhaust-budget", ["entity", "calls", "windowMs"]);

export const SAVE_ACTION = declare("save-action", [
  "id",
  "version",
  "action",
  /** Its next round, or "". */
  "nextAt",
  /** After its end. */
  "keptMs",
]);

export const LEASE_ACTION = declare("lease-action", ["leaseMs"]);

export const RETRY_CALLBACK = declare("retry-callback", ["id"]);

export const CLAIM = declare("claim", ["thing", "id"]);

export const CLAIM_EACH = declare("claim-each", ["id"]);

export const RELEASE = declare("release", ["id"]);

export const PERMIT_CHECK = declare("permit-check", [
  /** Its hash. */
  "entity",
]);

/** The arguments in their order, then the rest. */
export function argsOf<Name extends string>(
  { args }: ScriptDeclaration<Name>,
  named: Readonly<Record<Name, Argument>>,
  rest: readonly Argument[] = [],
): Argument[] {
  const ordered: Argument[] = args.map((name) => named[name]);
  return rest.length === 0 ? ordered : [...ordered, ...rest];
}

/** The Lua that gives the arguments their names; `FIRST` is where those without a name begin. */
export function preludeOf({ args }: ScriptDeclaration): string {
  const names = args.map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  return `local ${names.join(", ")} = unpack(ARGV, 1, ${names.length})\nlocal FIRST = ${names.length + 1}\n`;
}
