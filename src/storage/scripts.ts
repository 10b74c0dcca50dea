/**
 * One declaration a script, for Lua, where each argument is a local of that name in snake_case, and for
 * TypeScript, where arguments are given by name and replies have a type.
 */
type Argument = string | number | Buffer;

export interface ScriptDeclaration<Name extends string = string, Reply = unknown> {
  /** Under `scripts/`, without `.lua`. */
  readonly file: string;
  readonly args: readonly Name[];
  readonly reply: ReplyType<Reply>;
}

/** What a script returns. Only its type counts. */
interface ReplyType<Reply> {
  readonly of?: Reply;
}

export type ReplyOf<Declaration extends ScriptDeclaration> =
  Declaration extends ScriptDeclaration<string, infer Reply> ? Reply : never;

function replies<Reply>(): ReplyType<Reply> {
  return {};
}

/** 1 for yes. */
type Yes = 0 | 1;

/** What a change of state says: `rings` where whoever made it is to wake a worker. */
type Changed<Kind extends string> = readonly [kind: "saved" | Kind, rings?: Yes];

/** A call that may be made after so many ms, or one that may be asked for again after so many. */
type Permission = readonly [granted: Yes, ms: number];

function declare<const Names extends readonly string[], Reply>(
  file: string,
  { args, reply }: { readonly args: Names; readonly reply: ReplyType<Reply> },
): ScriptDeclaration<Names[number], Reply> {
  return { file, args, reply };
}

export const TIME = declare("time", {
  args: [],
  reply: replies<readonly [seconds: string, micros: string]>(),
});

export const RELEASE_CHECKS = declare("release-checks", { args: [], reply: replies<number>() });

export const ACCEPT = declare("accept", {
  args: [
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
  ],
  reply: replies<
    /** With a 1 where whoever asks is to ring. */
    "created" | readonly ["created", 1] | readonly ["claimed", id: string, digest: string] | readonly ["full"]
  >(),
});

export const SAVE = declare("save", {
  args: [
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
  ],
  reply: replies<Changed<"stale" | "gone" | "late">>(),
});

export const LEASE_SENDS = declare("lease-sends", {
  args: [
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
    /** Whether it looks again in a moment: nobody need ring meanwhile. */
    "staysAwake",
  ],
  reply:
    replies<
      readonly [
        now: number,
        nextDue: string,
        more: Yes,
        probe: Yes,
        late: Yes,
        suspects: Yes,
        found: string,
        ...payloads: string[],
      ]
    >(),
});

export const RENEW_SENDS = declare("renew-sends", {
  args: ["owner", "leaseMs"],
  reply: replies<readonly string[]>(),
});

export const RENEW_CHECKS = declare("renew-checks", { args: ["leaseMs"], reply: replies<number>() });

export const KEEP_LATE = declare("keep-late", { args: ["id", "version", "receipt"], reply: replies<Yes>() });

export const END_UNREADABLE = declare("end-unreadable", {
  args: ["id", "state", "request", "entry", "leavesLane"],
  reply: replies<Changed<"gone">>(),
});

export const REPLAY = declare("replay", {
  args: [
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
  ],
  reply: replies<Changed<"stale" | "gone">>(),
});

export const FORGET = declare("forget", {
  args: [
    "id",
    "version",
    /** Of an ended delivery that is no dead letter. */
    "status",
    /** How long its key stays known, and what the platform named. */
    "keyMs",
    "receiptMs",
  ],
  reply: replies<Yes>(),
});

/** Then its pieces. */
export const TRIM = declare("trim", {
  args: [
    "id",
    "version",
    /** What the platform named, JSON, and the lane: for `of`; "" where no key leads to it. */
    "receipt",
    "lane",
  ],
  reply: replies<Yes>(),
});

export const TRIMMED_TO = declare("trimmed-to", { args: ["status", "place"], reply: replies<0>() });

export const REMEMBER = declare("remember", { args: ["fact", "value"], reply: replies<0>() });

export const REPORT_CALLS = declare("report-calls", {
  args: [
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
  ],
  reply:
    replies<
      readonly [
        state: "closed" | "open" | "held",
        until: number,
        of: "all" | "sends" | "checks" | "",
        changed: Yes,
      ]
    >(),
});

/** What the reply of LEASE_CHECKS is the JSON of. */
export type LeasedChecks = readonly [
  now: number,
  nextDue: string,
  probe: Yes,
  suspects: Yes,
  passed: string,
  crowded: Yes,
  ...string[],
];

export const LEASE_CHECKS = declare("lease-checks", {
  args: [
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
  ],
  reply: replies<string>(),
});

export const LIST = declare("list", {
  args: [
    /** `status:dead` and the like */
    "list",
    /** Scores, or "+inf" and "-inf". */
    "highest",
    "lowest",
    /** The place to go on after, or "". */
    "afterScore",
    "afterId",
    "most",
  ],
  reply: replies<readonly string[]>(),
});

export const READ_RECORDS = declare("read-records", {
  args: [
    "mostBytes",
    /** What the request holds of each that is meant, and its state, as it is or in small letters; "" for no matter what. */
    "askedWords",
    "stateWords",
    "smallWords",
  ],
  reply: replies<readonly [looked: number, ...(string | null)[]]>(),
});

export const SAVE_CALLBACK = declare("save-callback", {
  args: [
    "id",
    /** The lease's own name. */
    "lease",
    "state",
    /** "" for never again. */
    "nextAt",
    "isDead",
    "at",
  ],
  reply: replies<Yes>(),
});

export const STORE_TOKEN = declare("store-token", {
  args: [
    "scope",
    "owner",
    /** "" gives up the right to fetch. */
    "value",
    "refresh",
    "lifetimeMs",
  ],
  reply: replies<number>(),
});

export const CLAIM_TOKEN = declare("claim-token", {
  args: ["scope", "owner", "lockMs"],
  reply: replies<
    | readonly ["token", value: string]
    | readonly ["fetch", dropped: string, refresh: string]
    | readonly ["wait"]
  >(),
});

export const DROP_TOKEN = declare("drop-token", { args: ["scope", "value"], reply: replies<Yes>() });

export const PURGE = declare("purge", {
  args: [
    "status",
    /** Of a record after its end, and of its key after that. */
    "retentionMs",
    "most",
    /** How long a receipt is known under its key. */
    "receiptMs",
  ],
  reply: replies<number>(),
});

export const TRIMMABLE = declare("trimmable", {
  args: ["status", "endedForMs", "most", "mostBytes"],
  reply: replies<readonly string[]>(),
});

export const READ_STATS = declare("read-stats", {
  args: [
    /** "" for minutes, "h" for hours. */
    "unit",
    "firstUnit",
    "lastUnit",
    /** Of a stretch. */
    "unitsEach",
  ],
  reply: replies<readonly (string | number)[]>(),
});

export const READ_GROUPS = declare("read-groups", {
  args: ["lowest", "highest"],
  reply: replies<readonly (string | number)[]>(),
});

export const READ_GROUP_DETAILS = declare("read-group-details", {
  args: [
    /** How many of the lanes that are held are looked at, and of those in which somebody waits. */
    "mostLanes",
    "mostLooked",
    "firstAt",
    "stretchMs",
    "stretches",
  ],
  reply: replies<readonly number[]>(),
});

export const MIRROR_UNMAPPED = declare("mirror-unmapped", {
  args: [
    /** The account that gets the todos. */
    "to",
    "message",
    "staff",
    "at",
  ],
  reply: replies<number>(),
});

export const LEASE_CALLBACKS = declare("lease-callbacks", {
  args: ["most", "leaseMs", "lease"],
  reply: replies<readonly [now: number, nextDue: string, ...string[]]>(),
});

export const PERMIT_CALL = declare("permit-call", {
  args: ["bucket", "intervalUs", "maxWaitMs"],
  reply: replies<Permission>(),
});

export const EXHAUST_BUDGET = declare("exhaust-budget", {
  args: ["entity", "calls", "windowMs"],
  reply: replies<0>(),
});

export const SAVE_ACTION = declare("save-action", {
  args: [
    "id",
    "version",
    "action",
    /** Its next round, or "". */
    "nextAt",
    /** After its end. */
    "keptMs",
  ],
  reply: replies<Yes>(),
});

export const LEASE_ACTION = declare("lease-action", {
  args: ["leaseMs"],
  reply:
    replies<
      readonly [
        now: number,
        nextDue: string,
        id?: string,
        action?: string,
        version?: string,
        rate?: string,
        dueAt?: string,
      ]
    >(),
});

export const RETRY_CALLBACK = declare("retry-callback", { args: ["id"], reply: replies<Yes>() });

export const CLAIM = declare("claim", { args: ["thing", "id"], reply: replies<Yes>() });

export const CLAIM_EACH = declare("claim-each", { args: ["id"], reply: replies<readonly string[]>() });

export const RELEASE = declare("release", { args: ["id"], reply: replies<number>() });

export const PERMIT_CHECK = declare("permit-check", {
  args: [
    /** Its hash. */
    "entity",
  ],
  reply: replies<Permission>(),
});

/** The arguments in their order, then the rest. */
export function argsOf<Name extends string>(
  { args }: ScriptDeclaration<Name>,
  {
    named,
    rest = [],
  }: { readonly named: Readonly<Record<Name, Argument>>; readonly rest?: readonly Argument[] },
): Argument[] {
  const ordered: Argument[] = args.map((name) => named[name]);
  return rest.length === 0 ? ordered : [...ordered, ...rest];
}

/** The Lua that gives the arguments their names; `FIRST` is where those without a name begin. */
export function preludeOf({ args }: ScriptDeclaration): string {
  if (args.length === 0) return "";
  const names = args.map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  return `local ${names.join(", ")} = unpack(ARGV, 1, ${names.length})\nlocal FIRST = ${names.length + 1}\n`;
}
