/**
 * The configuration (ARCHITECTURE section 7): one YAML file, parsed once, strict, frozen.
 *
 * Secrets can only be given as `${env:NAME}` or `${file:/path}`. Errors name file, line and field.
 */
import { readFileSync } from "node:fs";
import { LineCounter, type Document } from "yaml";
import { z } from "zod";
import { say } from "../language/say.ts";
import { proxyProblem } from "../platforms/http/route.ts";
import { WIRE_TIMEOUTS } from "../platforms/platform-http.ts";
import { targetOf, type Platform } from "../platforms/platform.ts";
import { allPlatforms, platformNamed } from "../platforms/registry.ts";
import { databaseUrlProblem, parseDatabaseUrl } from "../outbox/address.ts";
import { parseRedisUrl, redisUrlProblem } from "../storage/redis-url.ts";
import { secretProblem } from "../pipeline/callback/signature.ts";
import {
  aliasProblems,
  fieldProblems,
  readYaml,
  referencedFields,
  reservedNames,
  resolveReferences,
  writtenSecrets,
  syntaxProblems,
  type ConfigProblem,
} from "./tools/places.ts";
import { alertsSchema } from "./alerts-schema.ts";
import { duration, wholeNumber } from "./scalars.ts";
import { sloSchema, telemetrySchema, type SloConfig } from "./telemetry-schema.ts";
import { namesIn } from "./tools/nearest-name.ts";
import { ConfigError } from "./config-error.ts";
import { environmentProxies, processEnvironment } from "./environment.ts";
import { loadPlatforms } from "./tools/load-platforms.ts";
import { proxyFor, type ProxyEnvironment } from "./tools/proxies.ts";

/** A smaller value breaks an inequality of `src/pipeline/send-times.ts`. */
const LEAST_LAG_MS = WIRE_TIMEOUTS.answerMs;

const accountName = /^[a-z0-9][a-z0-9_-]{0,63}$/i;
const rate = z
  .string()
  .regex(/^[1-9]\d{0,6}\/(s|min)$/, "expected a rate like 100/s or 300/min")
  .transform((text) => Number.parseInt(text, 10) / (text.endsWith("/min") ? 60 : 1));

/** A reference that was left unresolved, because no secret is needed. */
const UNRESOLVED = /\$\{(env|file):/;

/** The URL of a proxy to a platform; `none` to ignore the proxy of the environment. */
const proxyUrl = z.string().superRefine((text, context) => {
  const problem = text === "none" || UNRESOLVED.test(text) ? null : proxyProblem(text);
  if (problem !== null)
    context.addIssue({ code: "custom", message: `${problem}, or none`, input: undefined });
});

/** What every account has, whatever its platform. */
const accountShape = {
  /** `http://` to a platform is refused unless this is true. */
  allowHttp: z.boolean().default(false),
  /**
   * How many sends are in flight at once, in each worker. Raise it for a slow platform that takes many calls at
   * once.
   */
  concurrency: wholeNumber(1, 1_000).default(50),
  /** Whether a dead letter at the head of a lane holds the lane until a person acts, or is skipped. */
  onDeadHead: z.enum(["hold", "skip"]).default("hold"),
  /**
   * The proxy to the platform. Default: HTTPS_PROXY or HTTP_PROXY of the environment, except for hosts that
   * NO_PROXY names. A platform on this machine is never called through a proxy.
   */
  proxy: proxyUrl.optional(),
  /** A PEM file with the CA of the platform's (or the proxy's) certificate, in addition to those that Node trusts. */
  caFile: z.string().min(1).optional(),
  /** The objective of its deliveries; metrics and `bida slo` say how well it is kept. */
  slo: sloSchema.optional(),
  /** How many unsent deliveries the account may hold. Beyond that producers get 429. 0 for no limit. */
  backlog: wholeNumber(0, 1_000_000_000).default(1_000_000),
};
const secret = z.string().min(1);

const HTTP_ON_PURPOSE = "expected https://; to send over http:// on purpose, set allowHttp: true";
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/;

/** Whether a URL is https, or on this machine: calls to a sandbox or bridge here need no encryption. */
function isEncryptedOrOurs(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || LOOPBACK.test(hostname);
}

/** Whether a URL has a part that calls would not use: they use only scheme, host, port and path. */
function hasUnusedPart(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password, search, hash } = new URL(url);
  return username + password + search + hash !== "";
}

/** A parsed account. Its other fields are known to its platform. */
export interface AccountConfig {
  readonly platform: string;
  readonly baseUrl: string;
  readonly allowHttp: boolean;
  readonly concurrency: number;
  readonly onDeadHead: "hold" | "skip";
  readonly proxy?: string | undefined;
  readonly caFile?: string | undefined;
  readonly slo?: SloConfig | undefined;
  readonly backlog: number;
  /** Calls a second, by bucket, where the account sets a lower rate than its platform. */
  readonly rate: Readonly<Record<string, number | undefined>>;
}

/** The schema of the accounts of one platform. */
function accountOf({ name, fields, rates }: Platform) {
  const buckets = Object.fromEntries(Object.keys(rates).map((bucket) => [bucket, rate.optional()]));
  return z.strictObject({
    ...accountShape,
    platform: z.literal(name),
    ...fields,
    rate: z.strictObject(buckets).default({}),
  });
}

function accountSchema(platforms: readonly Platform[]): z.ZodType<AccountConfig> {
  const [first, ...others] = platforms.map(accountOf);
  if (first === undefined) throw new Error("there is no platform");
  return z.discriminatedUnion("platform", [first, ...others]).superRefine((parsed, context) => {
    const account = parsed as AccountConfig;
    const complain = (path: readonly string[], message: string): void =>
      context.addIssue({ code: "custom", path: [...path], message, input: undefined });
    const platform = platformNamed(account.platform);
    const target = targetOf(platform, account);
    const urls = new Map([
      ["baseUrl", account.baseUrl],
      [target.field, target.url],
    ]);
    for (const [field, url] of urls) {
      if (!account.allowHttp && !isEncryptedOrOurs(url)) complain(field.split("."), HTTP_ON_PURPOSE);
      if (hasUnusedPart(url)) complain(field.split("."), say("expected a URL without a user, a query or #"));
    }
    for (const { path, detail } of platform.problems?.(account) ?? []) complain(path, detail);
  });
}

/** The URL that an account's calls go to: the platform's, or that of a bridge in front of it. */
export function targetUrl(account: AccountConfig): string {
  return targetOf(platformNamed(account.platform), account).url;
}

/** Checks the proxies and certificates of the accounts; a producer needs none of them. */
function checkWays(environment: ProxyEnvironment) {
  return (
    { accounts }: { readonly accounts: Readonly<Record<string, AccountConfig>> },
    context: z.core.$RefinementCtx,
  ): void => {
    const complain = (path: PropertyKey[], message: string): void =>
      context.addIssue({ code: "custom", path: ["accounts", ...path], message, input: undefined });
    for (const [name, account] of Object.entries(accounts)) {
      const problem = account.caFile === undefined ? null : caFileProblem(account.caFile);
      if (problem !== null) complain([name, "caFile"], problem);
      const proxy = proxyFor({ target: targetUrl(account), own: account.proxy }, environment);
      if (proxy === null || proxy.from === "proxy") continue;
      const wrong = proxyProblem(proxy.url);
      if (wrong !== null) complain([name, "proxy"], `is ${proxy.from} of the environment: ${wrong}`);
    }
  };
}

/** Todos may link into an app, so any scheme is allowed. */
const anyUrl = z.string().regex(/^[a-z][a-z0-9+.-]*:\S+$/i, "expected a URL");

/** Messages of one account (Yunzmall) that become todos of another (Yunzhijia). */
const mirrorSchema = z.strictObject({
  from: z.string().min(1),
  lists: z
    .array(z.enum(["waitHandle", "unread"]))
    .min(1)
    .default(["waitHandle", "unread"]),
  /** Mirrors only messages of this plugin, or of this type; the platform filters its lists by them. */
  plugin: z.union([z.string().min(1), z.int()]).optional(),
  notice_type: z.union([z.string().min(1), z.int()]).optional(),
  to: z.string().min(1),
  everySeconds: z.number().min(1).max(86_400).default(30),
  /** Yunzmall's staff id → Yunzhijia's openId. */
  recipients: z.record(z.string(), z.string().min(1)),
  /** The link of the todo; `{id}` is the message's id. Default: the base URL of `from`. */
  url: anyUrl.optional(),
  /** The icon of the todo. Default: the sender's picture, or /favicon.ico under the base URL of `from`. */
  headImg: anyUrl.optional(),
});

interface Mirrored {
  readonly accounts: Readonly<Record<string, { readonly platform: string }>>;
  readonly mirrors: readonly z.output<typeof mirrorSchema>[];
}

/** Checks that each mirror leads from an account with messages to one with todos. */
function checkMirrors({ accounts, mirrors }: Mirrored, context: z.core.$RefinementCtx): void {
  for (const [index, mirror] of mirrors.entries()) {
    const ends = [
      ["from", ({ messages }: Platform) => messages !== undefined],
      ["to", ({ todoOrders }: Platform) => todoOrders !== undefined],
    ] as const;
    for (const [field, fits] of ends) {
      const account = accounts[mirror[field]];
      if (account !== undefined && fits(platformNamed(account.platform))) continue;
      const platform = allPlatforms()
        .filter(fits)
        .map(({ name }) => name)
        .join(" or ");
      const found = account === undefined ? "there is no such account" : `it is of ${account.platform}`;
      context.addIssue({
        code: "custom",
        path: ["mirrors", index, field],
        message: `expected the name of an account of ${platform}, but ${mirror[field]}: ${found}`,
        input: mirror[field],
      });
    }
  }
}

const redisUrl = z.string().superRefine((text, context) => {
  const problem = UNRESOLVED.test(text) ? null : redisUrlProblem(text);
  if (problem !== null) context.addIssue({ code: "custom", message: problem, input: undefined });
});

/** A way in through Redis: its producer, and the accounts that its orders may use. */
const sourceShape = {
  /** For people, logs and metrics. */
  producer: z.string().regex(accountName, "expected letters, digits, - and _"),
  accounts: z.array(z.string().min(1)).min(1),
  /** The Redis with the orders, if it is not Bida's own. */
  redis: z.strictObject({ url: redisUrl }).optional(),
};
/** BullMQ takes any name, but would read a `:` in it as part of a key. */
const queueName = z.string().regex(/^[^:\s]{1,100}$/, "expected a name without : and white space");

const intakeSchema = z.strictObject({
  /** Orders that BullMQ clients add to a queue. */
  bullmq: z
    .strictObject({
      ...sourceShape,
      queue: queueName.default("bida-intake"),
      /** The prefix of BullMQ's keys. */
      prefix: z.string().min(1).default("bull"),
    })
    .optional(),
  /** Orders that Redis clients add to a stream with XADD. */
  stream: z
    .strictObject({ ...sourceShape, key: z.string().min(1).max(100).default("bida:intake") })
    .optional(),
  /** Whether delivery workers take orders too; if false, only `bida intake` does. */
  inWorker: z.boolean().default(true),
});

interface WithIntake {
  readonly accounts: object;
  readonly intake?: z.output<typeof intakeSchema> | undefined;
}

function checkIntake({ accounts, intake }: WithIntake, context: z.core.$RefinementCtx): void {
  for (const source of ["bullmq", "stream"] as const) {
    const unknown = intake?.[source]?.accounts.find((name) => !Object.hasOwn(accounts, name));
    if (unknown === undefined) continue;
    const message = `there is no account ${unknown}`;
    context.addIssue({ code: "custom", path: ["intake", source, "accounts"], message, input: unknown });
  }
}

/** A database in which a business system writes orders into a table (docs/outbox.md). */
const outboxSchema = z
  .strictObject({
    /** `postgresql://user:password@host:5432/database`, or `mysql://…`. */
    url: z.string().superRefine((text, context) => {
      const problem = UNRESOLVED.test(text) ? null : databaseUrlProblem(text);
      if (problem !== null) context.addIssue({ code: "custom", message: problem, input: undefined });
    }),
    table: z
      .string()
      .regex(/^[a-z_]\w{0,62}(\.[a-z_]\w{0,62})?$/i, "expected a name like bida_outbox or oa.bida_outbox")
      .default("bida_outbox"),
    /** The accounts that its rows may use. */
    accounts: z.array(z.string().min(1)).min(1),
    /** How long a row is kept after its delivery was confirmed, cancelled or discarded. */
    keep: duration("0s", "3650d").default(7 * 86_400_000),
    /** Whether the session is encrypted and the server's certificate checked. */
    tls: z.boolean().default(false),
    /** A PEM file with the CA of that certificate. Default: the CAs that Node trusts. */
    caFile: z.string().min(1).optional(),
  })
  .superRefine(({ tls, caFile }, context) => {
    if (caFile === undefined || UNRESOLVED.test(caFile)) return;
    const problem = tls ? caFileProblem(caFile) : "is only for tls: true";
    if (problem !== null)
      context.addIssue({ code: "custom", path: ["caFile"], message: problem, input: undefined });
  });

interface WithOutboxes {
  readonly accounts: object;
  readonly outboxes: Readonly<Record<string, z.output<typeof outboxSchema>>>;
}

function checkOutboxes({ accounts, outboxes }: WithOutboxes, context: z.core.$RefinementCtx): void {
  const owners = new Map<string, string>();
  for (const [name, outbox] of Object.entries(outboxes)) {
    // An outbox's name is part of its rows' keys: by two names, a row could become two deliveries.
    const place = placeOfTable(outbox);
    const owner = place === null ? undefined : owners.get(place);
    if (place !== null && owner === undefined) owners.set(place, name);
    if (owner !== undefined) {
      const message = say("is the table of the outbox {name}; a table has one outbox", { name: owner });
      context.addIssue({ code: "custom", path: ["outboxes", name, "table"], message, input: undefined });
    }
    const unknown = outbox.accounts.find((account) => !Object.hasOwn(accounts, account));
    if (unknown === undefined) continue;
    const message = `there is no account ${unknown}`;
    context.addIssue({ code: "custom", path: ["outboxes", name, "accounts"], message, input: unknown });
  }
}

/** Null where it cannot be told, because the URL is not resolved. */
function placeOfTable({ url, table }: z.output<typeof outboxSchema>): string | null {
  if (UNRESOLVED.test(url) || databaseUrlProblem(url) !== null) return null;
  const { dialect, host, port, database } = parseDatabaseUrl(url);
  const usualSchema = dialect === "postgresql" ? "public" : database;
  const whole = table.includes(".") ? table : `${usualSchema}.${table}`;
  // A database of MySQL is what PostgreSQL calls a schema.
  return JSON.stringify([dialect, host.toLowerCase(), port, dialect === "postgresql" ? database : "", whole]);
}

const keyShape = {
  /** On timelines and in the audit log. */
  name: z.string().regex(accountName, "expected letters, digits, - and _"),
  /** The SHA-256 of the whole key, which is not stored itself. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, "expected 64 hex digits")
    .transform((hex) => hex.toLowerCase()),
  /** How many requests one API process takes for this key; beyond that it answers 429. */
  rate: rate.prefault("1000/s"),
};

/** An API key with its role (docs/api-roles.md); a producer may only use its accounts. */
const apiKeySchema = z.discriminatedUnion("role", [
  z.strictObject({ ...keyShape, role: z.literal("producer"), accounts: z.array(z.string()).min(1) }),
  z.strictObject({ ...keyShape, role: z.literal(["viewer", "operator", "admin", "metrics"]) }),
]);

const addressRange = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: say("expected an address like 10.0.0.1, or a range like 10.0.0.0/8"),
});

const apiSchema = z.strictObject({
  host: z.string().min(1).default("127.0.0.1"),
  /** 0 for any free port. */
  port: wholeNumber(0, 65_535).default(8080),
  keys: z.array(apiKeySchema).default([]),
  /** Shown on every page of the console, so that nobody mistakes production for a test system. */
  environment: z
    .strictObject({
      name: z.string().min(1).max(40),
      colour: z.enum(["blue", "green", "orange", "red", "purple", "grey"]).default("blue"),
    })
    .optional(),
  /** Addresses or ranges of proxies whose X-Forwarded-For is trusted. */
  trustedProxies: z.array(addressRange).default([]),
});

const headerName = z
  .string()
  .regex(/^[\w-]{1,64}$/, "expected the name of a header")
  .transform((name) => name.toLowerCase());

const proxySecret = z
  .string()
  .refine((text) => UNRESOLVED.test(text) || text.length >= 24, "expected at least 24 characters");

/**
 * A proxy that signs people on (oauth2-proxy, 企业微信, 钉钉) and names the person in a header. Anybody could send
 * that header, so it is trusted only from these addresses, and only together with a secret that the proxy adds.
 */
const trustedProxySchema = z.strictObject({
  /** The header with the person's name. */
  user: headerName.default("x-forwarded-user"),
  secretHeader: headerName.default("x-bida-proxy"),
  /** At least 24 characters. */
  secret: proxySecret,
  /** Addresses or ranges from which the proxy connects. */
  from: z.array(addressRange).min(1),
  /** The role of each person, by the name that the proxy gives. Others have no access. */
  roles: z.record(z.string().min(1).max(64), z.enum(["viewer", "operator", "admin"])),
});

const TRACE_URL = "https://jaeger.corp.example/trace/{traceId}";

const consoleSchema = z.strictObject({
  trustedProxy: trustedProxySchema.optional(),
  /** The URL that shows a trace; `{traceId}` stands for its id. Deliveries link to it where traces are pushed. */
  traceUrl: z
    .url({ protocol: /^https?$/, error: say("expected a URL like {example}", { example: TRACE_URL }) })
    .includes("{traceId}", { error: say("expected a URL like {example}", { example: TRACE_URL }) })
    .optional(),
});

/** Checks that names and digests of keys are unique, and that their accounts exist. */
function checkKeys(
  { accounts, api }: { readonly accounts: object; readonly api: z.output<typeof apiSchema> },
  context: z.core.$RefinementCtx,
): void {
  const complain = (
    { index, field }: { readonly index: number; readonly field: string },
    message: string,
  ): void =>
    context.addIssue({ code: "custom", path: ["api", "keys", index, field], message, input: undefined });
  for (const [index, key] of api.keys.entries()) {
    const others = api.keys.slice(0, index);
    if (others.some(({ name }) => name === key.name))
      complain({ index, field: "name" }, "expected each name once");
    if (others.some(({ sha256 }) => sha256 === key.sha256))
      complain({ index, field: "sha256" }, "expected each key once");
    const unknown = key.role === "producer" && key.accounts.find((name) => !Object.hasOwn(accounts, name));
    if (typeof unknown === "string") complain({ index, field: "accounts" }, `there is no account ${unknown}`);
  }
}

const redisSchema = z
  .strictObject({
    /** `redis://host:port/N`, `rediss://` for TLS; N is the database. */
    url: redisUrl.default("redis://127.0.0.1:6379"),
    /** A PEM file with the CA of Redis' certificate. Default: the CAs that Node trusts. */
    caFile: z.string().min(1).optional(),
    /** Sentinels that know the master, instead of `url`. */
    sentinels: z.array(redisUrl).min(1).optional(),
    /** The sentinels' name for the master. */
    name: z.string().min(1).default("mymaster"),
    /** Some nodes of a Redis Cluster, instead of `url`; accounts spread over the cluster. */
    cluster: z.array(redisUrl).min(1).optional(),
    /**
     * How many replicas must have the lease of a send before it leaves, where the platform has no idempotency
     * key (schedule.create, schedule.repeat). Default 0: it does not wait. Also how many replicas `durability:
     * replica` of a delivery waits for, there at least one.
     */
    waitReplicas: wholeNumber(0, 10).optional(),
    prefix: z
      .string()
      .regex(/^[a-z0-9_-]+$/i, "expected letters, digits, - and _")
      .default("bida"),
  })
  .superRefine(checkRedis);

interface RedisSettings {
  readonly url: string;
  readonly caFile?: string | undefined;
  readonly sentinels?: readonly string[] | undefined;
  readonly cluster?: readonly string[] | undefined;
}

/** Checks that the URLs agree with each other. */
function checkRedis(
  { url, caFile, sentinels, cluster }: RedisSettings,
  context: z.core.$RefinementCtx,
): void {
  const complain = (path: PropertyKey[], message: string): void =>
    context.addIssue({ code: "custom", path, message, input: undefined });
  if (sentinels !== undefined && cluster !== undefined)
    return complain(["cluster"], "expected either sentinels or cluster");
  const urls = cluster ?? sentinels ?? [url];
  if (urls.some((one) => redisUrlProblem(one) !== null)) return;
  const parsed = urls.map(parseRedisUrl);
  const where = cluster === undefined ? "sentinels" : "cluster";
  for (const [index, { db, isTls }] of parsed.entries()) {
    if (cluster !== undefined && db !== 0) complain([where, index], "a cluster has only database 0");
    if (db !== parsed[0]?.db) complain([where, index], "expected the same database as in the first URL");
    if (isTls !== parsed[0]?.isTls)
      complain([where, index], "expected redis:// or rediss:// for all of them");
  }
  if (caFile === undefined || UNRESOLVED.test(caFile)) return;
  if (parsed[0]?.isTls !== true) complain(["caFile"], "is only for rediss://; the URL says redis://");
  const problem = caFileProblem(caFile);
  if (problem !== null) complain(["caFile"], problem);
}

function caFileProblem(path: string): string | null {
  try {
    return readFileSync(path, "utf8").includes("-----BEGIN CERTIFICATE-----")
      ? null
      : "expected a PEM file: -----BEGIN CERTIFICATE-----";
  } catch (error) {
    return `cannot be read (${codeOf(error)})`;
  }
}

/** Signs callbacks (Standard Webhooks): `whsec_…` in base64, or any text; at least 24 bytes. */
const signingSecret = secret.superRefine((text, context) => {
  const problem = UNRESOLVED.test(text) ? null : secretProblem(text);
  if (problem !== null) context.addIssue({ code: "custom", message: problem, input: undefined });
});

const hostPattern = z
  .string()
  .regex(
    /^((\*\.)?[^\s:/*@[\]]+|\[?[0-9a-f:.]*:[0-9a-f:.]*\]?)$/i,
    "expected a host like oa.corp.example, or *.corp.example for all hosts below it",
  );

const callbacksSchema = z
  .strictObject({
    /** `oa.corp.example`, or `*.corp.example` for everything under it. */
    allowHosts: z.array(hostPattern).min(1),
    /** Several secrets, the newest first: each signs, so that receivers can rotate theirs at any time. */
    secrets: z.array(signingSecret).optional(),
    /** A single secret. */
    secret: signingSecret.optional(),
    /** Receivers with secrets of their own; the first pattern that matches the host counts. */
    hosts: z.record(hostPattern, z.strictObject({ secrets: z.array(signingSecret).min(1) })).default({}),
    /** Whether a callback may go to an address inside a private network. */
    allowPrivate: z.boolean().default(false),
    /** `http://` to a receiver is refused unless this is true. */
    allowHttp: z.boolean().default(false),
  })
  .refine(({ secret: one, secrets = [] }) => one !== undefined || secrets.length > 0, {
    path: ["secret"],
    error: "is missing; expected text (or secrets: a list, the newest first)",
  })
  .transform(({ secrets = [], ...rest }) => ({ ...rest, secrets }));

/** The schema of the file for the known platforms. Built once, because zod compiles a schema when it is first used. */
export function configSchema(platforms: readonly Platform[] = allPlatforms()): ConfigSchema {
  const isBuilt = (known: Built): boolean =>
    platforms.length === known.platforms.length && platforms.every((one, at) => one === known.platforms[at]);
  if (built === null || !isBuilt(built)) built = { platforms, schema: buildSchema(platforms) };
  return built.schema;
}

type ConfigSchema = ReturnType<typeof buildSchema>;
interface Built {
  readonly platforms: readonly Platform[];
  readonly schema: ConfigSchema;
}
let built: Built | null = null;

function buildSchema(platforms: readonly Platform[]) {
  return z.strictObject({
    redis: redisSchema.prefault({}),
    /** Modules of further platforms, each with what `definePlatform` returns as its default export. */
    platforms: z.array(z.string().min(1)).default([]),
    accounts: z.record(
      z.string().regex(accountName, "expected letters, digits, - and _"),
      accountSchema(platforms),
    ),
    mirrors: z.array(mirrorSchema).default([]),
    api: apiSchema.prefault({}),
    console: consoleSchema.prefault({}),
    callbacks: callbacksSchema.optional(),
    intake: intakeSchema.optional(),
    /** By name, which is part of the rows' default idempotency keys, so it must not change while there are rows. */
    outboxes: z
      .record(z.string().regex(accountName, "expected letters, digits, - and _"), outboxSchema)
      .default({}),
    telemetry: telemetrySchema.prefault({}),
    alerts: alertsSchema.optional(),
    policy: z
      .strictObject({
        /** From acknowledgement (or `sendAt`) to the latest end. Default 24h. */
        deadline: duration("1s", "90d").optional(),
        /** Sends to one recipient before it ends as unproven. Default 5. */
        maxSends: wholeNumber(1, 100).optional(),
        /** Negative checks since a send that together prove absence. Default 3. */
        absenceProofs: wholeNumber(1, 100).optional(),
        /**
         * How long the platform may take to show what it has stored. Default 60000; at least the time-out of an
         * answer.
         */
        visibilityLagMs: wholeNumber(0, 3_600_000)
          .min(LEAST_LAG_MS, {
            error: say(
              "expected at least {least}: a call waits this many milliseconds for its answer, and until then the platform may still store what was sent",
              { least: LEAST_LAG_MS },
            ),
          })
          .optional(),
        /** How long ended deliveries stay readable. Dead letters stay until a person acts on them. Default 7d. */
        retention: duration("1s", "3650d").optional(),
        /** How long a confirmed or cancelled delivery keeps its payload and its whole timeline. Default 1h. */
        trimAfter: duration("1s", "3650d").optional(),
        /** How long `of` still resolves after the record of the delivery that it names was deleted. Default 90d. */
        referenceRetention: duration("1s", "3650d").optional(),
      })
      .default({}),
  });
}

export type Config = z.output<ConfigSchema>;
export type CallbackConfig = NonNullable<Config["callbacks"]>;
export type IntakeConfig = NonNullable<Config["intake"]>;
export type OutboxConfig = Config["outboxes"][string];
export type MirrorConfig = Config["mirrors"][number];

/** @throws ConfigError */
export function readConfigText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const detail = `cannot be read (${codeOf(error)}); name one with --config or BIDA_CONFIG`;
    throw new ConfigError(`${path}: ${detail}`, { problems: [{ line: null, field: "", detail }] });
  }
}

/** @throws ConfigError */
export function loadConfig(
  path: string,
  reading: ReadOptions & { readonly env?: NodeJS.ProcessEnv | undefined } = {},
): Config {
  return parseConfig(readConfigText(path), { path, ...reading });
}

export interface ReadOptions {
  /** A producer needs only the secrets of Redis; other references stay unresolved. */
  readonly for?: "producer";
  /** For readers that need no secret: references that cannot be resolved stay as they are written. */
  readonly keepsUnresolved?: boolean;
}

/** @throws ConfigError with all problems, in the order of their lines */
export function parseConfig(
  text: string,
  {
    path,
    env = processEnvironment(),
    keepsUnresolved = false,
    for: reader,
  }: ReadOptions & { readonly path: string; readonly env?: NodeJS.ProcessEnv | undefined },
): Config {
  const lines = new LineCounter();
  const document = readYaml(text, lines);
  const unreadable = [
    ...syntaxProblems(document, { lines, text }),
    ...aliasProblems(document, lines),
    ...reservedNames(document, lines),
  ];
  if (unreadable.length > 0) throw refusal(path, unreadable);
  const strangers = loadPlatforms(document, { lines, path });
  if (strangers.length > 0) throw refusal(path, strangers);
  const written = writtenSecrets(document, lines);
  const unresolved = resolveReferences(document, { lines, env });
  const sends = reader !== "producer" && !keepsUnresolved;
  const parsed = configSchema()
    .superRefine(checkMirrors)
    .superRefine(checkKeys)
    .superRefine(checkIntake)
    .superRefine(checkOutboxes)
    .superRefine(sends ? checkWays(environmentProxies(env)) : () => undefined)
    .safeParse(document.toJS() ?? {});
  const missing =
    reader === "producer" ? unresolved.filter(({ field }) => /^redis\b/.test(field)) : unresolved;
  const problems = keepsUnresolved ? [] : [...missing, ...written.filter(isNoPlayground(document))];
  if (parsed.success && problems.length === 0) {
    references.set(parsed.data.accounts, new Set(referencedFields(text)));
    return deepFreeze(parsed.data);
  }
  // Further errors about a field that already has a problem are not reported.
  const others = fieldProblems(parsed.error?.issues ?? [], { document, lines, namesAt }).filter(
    ({ field }) => !problems.some((problem) => problem.field === field),
  );
  throw refusal(path, [...problems, ...others]);
}

/** Keyed by the accounts object, which copies of a configuration share. */
const references = new WeakMap<object, ReadonlySet<string>>();

/** The fields whose values came from `${env:…}` or `${file:…}`. */
export function referencesOf({ accounts }: Pick<Config, "accounts">): ReadonlySet<string> {
  return references.get(accounts) ?? new Set();
}

/** A filter for problems: secrets may stand in the file for accounts on a sandbox of this machine. */
function isNoPlayground(document: Document): (problem: ConfigProblem) => boolean {
  const raw = playground.safeParse(document.toJS()).data;
  return ({ field }) => {
    const [section, account = "", index = ""] = field.split(".");
    if (section === "alerts") return !isOnThisMachine(raw?.alerts?.to?.[Number(index)]?.url ?? "");
    if (section === "callbacks")
      return !(raw?.callbacks?.allowHosts ?? []).every((host) => LOOPBACK.test(host));
    return !isOnThisMachine(raw?.accounts?.[account]?.baseUrl ?? "");
  };
}

function isOnThisMachine(url: string): boolean {
  return URL.canParse(url) && LOOPBACK.test(new URL(url).hostname);
}

const playground = z.object({
  alerts: z
    .object({ to: z.array(z.object({ url: z.string() }).partial()) })
    .partial()
    .optional()
    .catch(undefined),
  accounts: z
    .record(z.string(), z.object({ baseUrl: z.string() }).partial())
    .optional()
    .catch(undefined),
  callbacks: z
    .object({ allowHosts: z.array(z.string()) })
    .partial()
    .optional()
    .catch(undefined),
});

/** The field names that are allowed at a path of the configuration. */
function namesAt(path: readonly PropertyKey[]): readonly string[] {
  return namesIn(z.toJSONSchema(configSchema(), { io: "input", unrepresentable: "any" }), path);
}

function refusal(path: string, problems: readonly ConfigProblem[]): ConfigError {
  const sorted = problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  const text = sorted.map(({ line, field, detail }) => `${path}:${line}: ${field || "the file"}: ${detail}`);
  return new ConfigError(text.join("\n"), { problems: sorted });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown cause";
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}
