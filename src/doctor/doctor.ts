/**
 * `bida doctor`: examines everything that Bida depends on, from the configuration to the work itself. It
 * changes nothing, and asks the platforms only for tokens and lists.
 */
import { isRedisAway } from "../storage/redis-away.ts";
import { checkScriptRights } from "../storage/script-rights.ts";
import { brokenKeys } from "../storage/key-types.ts";
import type { OperationsAccount } from "../operations/context.ts";
import type { ScriptedRedis } from "../storage/connection.ts";
import { tryWrites } from "../storage/write-probe.ts";
import { familiesOf } from "../pipeline/account-context.ts";
import { AccountProgressStore } from "../storage/account-progress-store.ts";
import { hasConfiguration } from "../config/environment.ts";
import { checkConfig } from "../config/tools/check.ts";
import { configDigest } from "../config/tools/digest.ts";
import type { Config } from "../config/config.ts";
import { openOperations, type Operations } from "../app/operations-context.ts";
import { say } from "../language/say.ts";
import { broken, ok, warning, type Finding } from "./finding.ts";
import { alertFindings } from "./alert-findings.ts";
import { intakeFindings } from "./intake-findings.ts";
import { outboxFindings } from "./outbox-findings.ts";
import { platformFindings, type Clock } from "./platform-findings.ts";
import { platformNamed } from "../platforms/registry.ts";
import { alterationFindings } from "./alteration-findings.ts";
import { progressFindings } from "./progress-findings.ts";
import { causeOf, refusalOf } from "./redis-cause.ts";
import { lossFindings, redisFindings } from "./redis-findings.ts";
import { workerFindings } from "./worker-findings.ts";
import { turnFindings } from "./turn-findings.ts";

/** Null where no configuration is named and none is found. */
export async function diagnose(options: { readonly config?: string | undefined }): Promise<Finding[] | null> {
  if (!hasConfiguration(options.config)) return null;
  const { config, path, problems, summary } = checkConfig(options.config);
  if (config === null)
    return problems.map(({ line, field, detail }) =>
      broken({
        about: line === null ? path : `${path}:${line}`,
        found: field === "" ? detail : `${field}: ${detail}`,
        mend: say(
          "Correct it: bida config check says whether it is valid, bida config schema shows what is allowed.",
        ),
      }),
    );
  return [ok(path, summary), ...(await diagnoseWith(config))];
}

/** Examines with a configuration that has been read already. */
export async function diagnoseWith(config: Config): Promise<Finding[]> {
  const errors: Error[] = [];
  const onError = (error: unknown): void => void errors.push(asError(error));
  const operations = openOperations({ config, onError });
  try {
    const redis = await lookAtRedis(operations, { config, errors });
    const clock = redis.isThere ? clockOf(operations) : OURS;
    const accounts = await Promise.all(
      Object.entries(config.accounts).map(async ([name, account]) => [
        ...(await platformFindings({ name, account }, { clock })),
        ...(redis.isThere ? await lookAtWork(name, { operations, config }) : []),
      ]),
    );
    const left = redis.isThere ? await lookAtLeft(operations) : [];
    const intake = redis.isThere ? await intakeFindings(config, operations.context) : [];
    const workers = redis.isThere
      ? workerFindings(await operations.context.workers.list(), configDigest(config))
      : [];
    const turns = redis.isThere ? await turnFindings(operations.redis, config) : [];
    const alerts = redis.isThere ? await alertFindings(operations.redis, config) : [];
    const outboxes = await outboxFindings(config);
    return [
      ...redis.findings,
      ...workers,
      ...accounts.flat(),
      ...left,
      ...turns,
      ...intake,
      ...outboxes,
      ...alerts,
    ];
  } finally {
    await operations.close();
  }
}

const OURS: Clock = { now: () => Date.now(), whose: say("this machine's") };

function clockOf({ context }: Operations): Clock {
  return { now: context.now, whose: say("Redis'") };
}

interface Look {
  readonly isThere: boolean;
  readonly findings: readonly Finding[];
}

async function lookAtRedis(
  { redis, context }: Operations,
  { config, errors }: { readonly config: Config; readonly errors: readonly Error[] },
): Promise<Look> {
  try {
    await context.ready();
    await checkScriptRights(redis, config.redis.prefix);
    const findings = await redisFindings(redis, config.redis.waitReplicas);
    const refusals = await writeFindings(redis, config);
    const losses = lossFindings(await context.workers.lostWrites());
    return { isThere: true, findings: [...findings, ...refusals, ...losses, clockFinding(context.now())] };
  } catch (error) {
    if (!isRedisAway(error)) throw error;
    const { found, mend } = causeOf([...errors, asError(error)], config);
    return { isThere: false, findings: [broken({ about: "Redis", found, mend })] };
  }
}

/** A finding if Redis refuses every write. A full memory and a replica have findings of their own. */
async function writeFindings(redis: ScriptedRedis, config: Config): Promise<Finding[]> {
  try {
    await tryWrites(redis, { prefix: config.redis.prefix, accounts: Object.keys(config.accounts) });
    return [];
  } catch (thrown) {
    const error = asError(thrown);
    if (/^READONLY\b/.test(error.message)) return [];
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    return [broken({ about: "Redis", ...refusal })];
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Clocks of machines need not agree, but logs are easier to read if they do. */
function clockFinding(redisNow: number): Finding {
  const apart = Math.abs(redisNow - Date.now());
  if (apart < 60_000) return ok("Redis", say("its clock agrees with this machine's"));
  const found = say("its clock and this machine's are {seconds} s apart", {
    seconds: Math.round(apart / 1_000),
  });
  return warning({ about: "Redis", found, mend: say("Let NTP set both clocks.") });
}

async function lookAtWork(
  name: string,
  { operations: { context, redis }, config }: { readonly operations: Operations; readonly config: Config },
): Promise<Finding[]> {
  const account = context.accounts.get(name);
  if (account === undefined) return [];
  const unusable = await brokenKeysOf(account, { redis, prefix: config.redis.prefix });
  if (unusable.length > 0) return unusable;
  const progress = new AccountProgressStore(redis, {
    prefix: config.redis.prefix,
    account: name,
    families: familiesOf(account.channels),
  });
  const works = await progressFindings(account, { progress, now: context.now() });
  const configured = config.accounts[name];
  const alterations = configured === undefined ? undefined : platformNamed(configured.platform).alterations;
  if (alterations === undefined) return works;
  const kinds = alterations.kindsIn(await progress.fact(alterations.fact));
  return [...works, ...alterationFindings(name, kinds)];
}

/** A finding if keys hold values of other types; then the rest cannot be looked at. */
async function brokenKeysOf(
  { name, channels }: OperationsAccount,
  { redis, prefix }: { readonly redis: ScriptedRedis; readonly prefix: string },
): Promise<Finding[]> {
  const keys = await brokenKeys(redis, { prefix, account: name, families: familiesOf(channels) });
  if (keys.length === 0) return [];
  const found = say("these keys in Redis hold values of the wrong type, and its work stops at them: {keys}", {
    keys: keys.join(", "),
  });
  const mend = say(
    "Something else writes under the prefix {prefix}: stop it, rename these keys, and bring back what they held from a backup.",
    { prefix },
  );
  return [broken({ about: say("account {account}", { account: name }), found, mend })];
}

/** Accounts that have left the configuration and still have deliveries. */
async function lookAtLeft({ context }: Operations): Promise<Finding[]> {
  const left = [...context.accounts.values()].filter(({ isConfigured }) => !isConfigured);
  const found = await Promise.all(
    left.map(async ({ name, health, left: account }): Promise<Finding[]> => {
      // A retired account needs nobody's attention.
      if ((await account?.read())?.retired != null) return [];
      const { counts } = await health.look();
      const waiting = counts.queued + counts.retrying + counts.sending + counts.confirming;
      const about = say("account {account}", { account: name });
      if (waiting > 0)
        return [
          broken({
            about,
            found: say(
              "has left the configuration; deliveries that wait, and end unconfigured at their deadlines: {waiting}",
              { waiting },
            ),
            mend: say(
              'Put accounts.{account} back into the configuration, or end them now: bida account retire {account} --force --note "…"; nothing is sent for it.',
              { account: name },
            ),
          }),
        ];
      if (counts.dead === 0) return [];
      const mend = say(
        'Discard them: bida dead discard --account {account}; to replay them, put the account back; if they concern nobody: bida account retire {account} --note "…".',
        { account: name },
      );
      return [
        warning({
          about,
          found: say("has left the configuration; dead letters that it left: {dead}", { dead: counts.dead }),
          mend,
        }),
      ];
    }),
  );
  return found.flat();
}
