/**
 * Shows the running processes, what they depend on, statistics, and the live state.
 */
import type { Command } from "commander";
import { say } from "../../../language/say.ts";
import type { LiveState, Stats, SystemState, WorkerState } from "../../client/types.ts";
import { withConnection, examples, type Cli, type JsonOption } from "../cli.ts";
import { EXIT } from "../exit-status.ts";
import { wholeNumber } from "../flags.ts";
import { localTime, past, spoken } from "../moments.ts";
import type { Output } from "../output.ts";
import { printableJson, type Column } from "../table.ts";

type StatsBucket = Stats["buckets"][number];

const COLUMNS: readonly Column<WorkerState>[] = [
  { title: "ROLE", of: ({ role }) => role },
  { title: "HOST", of: ({ host }) => host, goes: 6 },
  { title: "PID", of: ({ pid }) => pid, goes: 5 },
  { title: "VERSION", of: ({ version }) => version, goes: 3 },
  { title: "UP", of: ({ uptimeMs }) => spoken(uptimeMs), goes: 2 },
  { title: "MEMORY", of: ({ memoryBytes }) => `${Math.round(memoryBytes / 2 ** 20)} MiB`, goes: 1 },
  {
    title: "CONFIG",
    isSaid: true,
    of: ({ configDigest: digest, hasOtherConfig }) =>
      hasOtherConfig ? say("{digest} (unlike most)", { digest }) : digest,
  },
  {
    title: "STATE",
    isSaid: true,
    of: ({ reasons }) => (reasons.length === 0 ? say("ready") : reasons.join("; ")),
  },
];

export function addWorkers(program: Command, cli: Cli): void {
  const command = program
    .command("workers")
    .description("the processes that run, and whether they are ready");
  withConnection<JsonOption>({ command, cli }, async ({ client, out }) => {
    const items = await client.workers();
    if (out.isJson) out.json({ items });
    else out.table(COLUMNS, items);
    return items.every(({ reasons }) => reasons.length === 0) ? EXIT.ok : EXIT.failed;
  });
  examples(command, ["bida workers"]);
}

const REDIS_COLUMNS: readonly Column<SystemState["redis"][number]>[] = [
  { title: "VERSION", of: ({ version }) => version },
  { title: "ROLE", of: ({ role }) => role },
  { title: "UP", of: ({ uptimeMs }) => spoken(uptimeMs) },
  {
    title: "MEMORY",
    of: ({ usedBytes, mostBytes }) =>
      `${mebi(usedBytes)}${mostBytes === 0 ? "" : ` / ${mebi(mostBytes)}`} MiB`,
  },
  { title: "POLICY", of: ({ policy }) => policy },
  { title: "AOF", of: ({ writesAof }) => (writesAof ? "yes" : "no") },
  { title: "REPLICAS", of: ({ replicas }) => replicas },
  {
    title: "BEHIND, KiB",
    of: ({ replicaLagBytes }) => (replicaLagBytes === null ? null : Math.ceil(replicaLagBytes / 1024)),
  },
  { title: "CLIENTS", of: ({ clients }) => clients },
  { title: "COMMANDS/S", of: ({ commandsPerSecond }) => commandsPerSecond },
];

type Work = SystemState["work"][number];

function workColumns(now: number): readonly Column<Work>[] {
  const since = (iso: string | null): string | null =>
    iso === null ? null : say("{duration} ago", { duration: spoken(Math.max(0, now - Date.parse(iso))) });
  return [
    { title: "ACCOUNT", of: ({ account }) => account },
    { title: "SENDING", of: ({ sends }) => sends.count },
    { title: "CONFIRMING", of: ({ checks }) => checks.count },
    { title: "LEASE ENDS", of: ({ sends, checks }) => localTime(firstOf(sends, checks)) },
    { title: "LOOKED", isSaid: true, of: ({ lookedAt }) => since(lookedAt) },
    { title: "WOKEN", isSaid: true, of: ({ wokenAt }) => since(wokenAt) },
  ];
}

function firstOf(sends: Work["sends"], checks: Work["checks"]): string | null {
  const [first = null] = [sends.firstEndsAt, checks.firstEndsAt].filter((at) => at !== null).toSorted();
  return first;
}

function mebi(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

export function addSystem(program: Command, cli: Cli): void {
  const command = program
    .command("system")
    .description("what Bida depends on: Redis, and the effective configuration");
  withConnection<JsonOption>({ command, cli }, async ({ client, out }) => {
    const system = await client.system({ include: "config" });
    if (out.isJson) out.json(system);
    else {
      out.table(REDIS_COLUMNS, system.redis);
      out.data("\n");
      out.table(workColumns(cli.context.now()), system.work);
      out.data(`\n${printableJson(system.config, 2)}`);
    }
    return EXIT.ok;
  });
  examples(command, ["bida system", "bida system --json | jq .config.policy"]);
}

const STATS_COLUMNS: readonly Column<StatsBucket>[] = [
  { title: "FROM", of: ({ at }) => localTime(at) },
  { title: "ACCEPTED", of: ({ accepted }) => accepted },
  { title: "CONFIRMED", of: ({ confirmed }) => confirmed, goes: 3 },
  { title: "DEAD", of: ({ dead }) => Object.values(dead).reduce((sum, count) => sum + count, 0) },
  { title: "REPLAYED", of: ({ replayed }) => replayed, goes: 2 },
  { title: "THROTTLED", of: ({ calls, throttled }) => `${throttled} / ${calls}`, goes: 4 },
  { title: "DISCARDED", of: ({ discarded }) => discarded, goes: 1 },
];

interface StatsOptions extends JsonOption {
  readonly account?: string;
  readonly since?: string;
  readonly bucket?: number;
}

export function addStats(program: Command, cli: Cli): void {
  const command = program
    .command("stats")
    .description("what was accepted, proven and given up over time")
    .option("--account <name>", "of this account alone")
    .option("--since <when>", "from then until now: 6h (ago), or a date; default: the last hour")
    .option("--bucket <minutes>", "minutes per line", wholeNumber(1, 10_080));
  withConnection<StatsOptions>({ command, cli }, async ({ options, client, out }) => {
    const { account, since, bucket } = options;
    const from = since === undefined ? undefined : past(since, { flag: "--since", now: cli.context.now() });
    const stats = await client.stats({
      ...(account === undefined ? {} : { account }),
      ...(from === undefined ? {} : { since: from }),
      ...(bucket === undefined ? {} : { bucketMinutes: bucket }),
    });
    if (out.isJson) out.json(stats);
    else out.table(STATS_COLUMNS, stats.buckets);
    return EXIT.ok;
  });
  examples(command, ["bida stats", "bida stats --since 24h --bucket 60"]);
}

export function addWatch(program: Command, cli: Cli): void {
  const command = program.command("watch").description("live activity: one line for each change");
  withConnection<JsonOption>({ command, cli }, async ({ client, out }) => {
    const { signal, forget } = cli.context.untilInterrupted();
    try {
      for await (const state of client.live(signal)) {
        if (out.isJson) out.json(state);
        else out.data(lineOf(state, { now: cli.context.now(), out }));
      }
    } finally {
      forget();
    }
    return EXIT.interrupted;
  });
  examples(command, ["bida watch", "bida watch --json | jq '.accounts[].counts.dead'"]);
}

function lineOf(
  { accounts, actions }: LiveState,
  { now, out }: { readonly now: number; readonly out: Output },
): string {
  const each = accounts.map(({ name, backlog, counts, paused, breaker }) => {
    const state = paused ? " paused" : breaker.state === "closed" ? "" : ` ${breaker.state}`;
    const figures = { account: `${name}${state}`, backlog, dead: counts["dead"] ?? 0 };
    return out.inWords(say("{account}: {backlog} unfinished, {dead} dead", figures));
  });
  const running = actions.filter(({ status }) => status === "running").length;
  const acting = running === 0 ? [] : [out.inWords(say("bulk actions that run: {running}", { running }))];
  return `${localTime(new Date(now).toISOString()) ?? ""}  ${[...each, ...acting].join(" · ")}`;
}
