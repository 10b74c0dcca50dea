/**
 * One declaration for each script, for Lua and TypeScript alike. In Lua each argument is a local variable with
 * its name in snake_case; in TypeScript arguments are passed by name, and replies have a type.
 */
type Argument = string | number | Buffer;

export interface ScriptDeclaration<Name extends string = string, Reply = unknown> {
  /** The file's path below `scripts/`, without `.lua`. */
  readonly file: string;
  readonly args: readonly Name[];
  readonly reply: ReplyType<Reply>;
}

/** Carries the type of a script's reply; it has no value. */
interface ReplyType<Reply> {
  readonly of?: Reply;
}

export type ReplyOf<Declaration extends ScriptDeclaration> =
  Declaration extends ScriptDeclaration<string, infer Reply> ? Reply : never;

function replies<Reply>(): ReplyType<Reply> {
  return {};
}

/** 1 means yes. */
type Yes = 0 | 1;

/** The reply of a change of state. `rings`: the caller is to wake a worker. `version`: after a save. */
type Changed<Kind extends string> = readonly [kind: "saved" | Kind, rings?: Yes, version?: string];

/** `ms`: until the call may be made if it is granted, otherwise until asking again makes sense. */
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

export const BEAT = declare("beat", {
  args: [
    "id",
    /** The number of this heartbeat, from 1. */
    "count",
    /** The time of the heartbeat before; 0 for the first. */
    "seenAt",
    "beatKeptForMs",
    "lossKeptForMs",
  ],
  reply: replies<readonly [now: number, noticed: Yes, from: string, to: string]>(),
});

/** `ifNew`: 1 to write only where the key does not exist. */
export const PUT = declare("put", { args: ["value", "forMs", "ifNew"], reply: replies<Yes>() });

export const PUT_LISTED = declare("put-listed", {
  args: ["id", "value", "now", "forMs"],
  reply: replies<null>(),
});

export const ADD_ACCOUNTS = declare("add-accounts", { args: [], reply: replies<null>() });

export const SERVE_ACCOUNTS = declare("serve-accounts", { args: [], reply: replies<null>() });

export const MARK_DURABLE = declare("mark-durable", {
  args: ["durability", "lastsMs"],
  reply: replies<"OK">(),
});

export const LACKING_RIGHTS = declare("lacking-rights", {
  args: [],
  reply: replies<readonly [lacking: readonly string[], unknown: readonly string[]]>(),
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
    /** Their hashes, separated by spaces. */
    "recipients",
  ],
  reply: replies<
    /** The 1 means that the caller is to wake a worker. */
    "created" | readonly ["created", 1] | readonly ["claimed", id: string, digest: string] | readonly ["full"]
  >(),
});

export const SAVE = declare("save", {
  args: [
    "id",
    /** The version that the decision was made on. */
    "version",
    /** An id of this save: a repeat of the same save changes nothing. */
    "saver",
    "state",
    "from",
    "to",
    /** In the list of the new status: the time of the end for ended deliveries, of the acknowledgement for others. */
    "score",
    /** "send" | "check" | "end" */
    "step",
    "at",
    "family",
    /** How many workers have died while sending it. */
    "interruptions",
    "reasonBefore",
    "reason",
    "lane",
    "leavesLane",
    /** When an unfinished delivery must have ended; "" to leave that unchanged. */
    "endsAt",
    /** How many late receipts the decision was made with. */
    "lateSeen",
    "priority",
    "createdAt",
    /** The group of a dead letter; "" for any other delivery. */
    "group",
    /** The platform's ids that are new: each id and its hash, on a line of its own each. */
    "named",
    /** Names of the counters that this decision raises, separated by spaces. */
    "counts",
    /** New entries of the timeline: JSON, one a line. */
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
    /** How long after its delivery's deadline a check may stay leased. */
    "overdueCheckMs",
    /** Whether the worker looks again in a moment, so that nobody need ring meanwhile. */
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
    /** The id of the bulk action that the replay is part of, or "". */
    "action",
    "entries",
  ],
  reply: replies<Changed<"stale" | "gone">>(),
});

export const FORGET = declare("forget", {
  args: [
    "id",
    "version",
    /** The status of the ended delivery, never dead. */
    "status",
    /** How long its idempotency key stays known, and (`receiptMs`) the platform's ids. */
    "keyMs",
    "receiptMs",
  ],
  reply: replies<Yes>(),
});

/** The pieces of the record follow. */
export const TRIM = declare("trim", {
  args: [
    "id",
    "version",
    /** The platform's ids (JSON) and the lane, for `of`; "" where the delivery has no idempotency key. */
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
    /** Calls that were unreachable, unknown or answered 5xx. */
    "failures",
    "checkCalls",
    "checkFailures",
    /** All calls, and those that the platform refused for its rate: for the statistics only. */
    "made",
    "throttled",
    /** "" | "ok" | "failed" */
    "probe",
    /** "send" | "check" | "all" */
    "probeOf",
    "unauthorized",
    "windowMs",
    "leastCalls",
    /** The percentage of failed calls that opens the breaker. */
    "failurePercent",
    "firstOpenMs",
    "longestOpenMs",
    /** How long the account is held after a refusal of the credentials. */
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

/** The reply of LEASE_CHECKS, which is JSON. */
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
    /** The most bytes of payload; the first item may exceed it. */
    "mostBytes",
    /** How far an earlier look found full families only, as its reply says; "" for from the beginning. */
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
    /** The place after which to go on, or "". */
    "afterScore",
    "afterId",
    "most",
  ],
  reply: replies<readonly string[]>(),
});

export const READ_RECORDS = declare("read-records", {
  args: [
    "mostBytes",
    /** Text that the request, or the state, of each wanted record contains, as written or in lower case; "" for any. */
    "askedWords",
    "stateWords",
    "smallWords",
  ],
  reply: replies<readonly [looked: number, ...(string | null)[]]>(),
});

export const SAVE_CALLBACK = declare("save-callback", {
  args: [
    "id",
    /** The id of the lease. */
    "lease",
    "state",
    /** "" where it is not tried again. */
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
    /** How long a record is kept after its end, and its idempotency key after that. */
    "retentionMs",
    "most",
    /** How long a receipt stays known under its idempotency key. */
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
    /** How many units make one stretch. */
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
    /** At most this many held lanes are read, and (`mostLooked`) at most this many of those with deliveries waiting. */
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
    /** When its next round is due, or "". */
    "nextAt",
    /** How long it is kept after its end. */
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
    /** The hash of the entity's id. */
    "entity",
  ],
  reply: replies<Permission>(),
});

/** The arguments in the declared order, then the rest. */
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

/** The Lua that declares the arguments by name. `FIRST` is the index of the first argument without a name. */
export function preludeOf({ args }: ScriptDeclaration): string {
  if (args.length === 0) return "local FIRST = 1\n";
  const names = args.map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  return `local ${names.join(", ")} = unpack(ARGV, 1, ${names.length})\nlocal FIRST = ${names.length + 1}\n`;
}
