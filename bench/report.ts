/**
 * Results as a table and as JSON.
 */
import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import type { ContenderName } from "./contender.ts";
import type { Line } from "./figures.ts";
import type { Options } from "./options.ts";

const SIDES: readonly ContenderName[] = ["baseline", "bida", "floor"];

interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly redis: string;
  readonly bullmq: string;
  /** Load average of the minute before the run: above 0.5, something else was running. */
  readonly loadBefore: number;
}

export function machine(redisInfo: string): Machine {
  const bullmq = new URL("../node_modules/bullmq/package.json", import.meta.url);
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    redis: /^redis_version:(\S+)/m.exec(redisInfo)?.[1] ?? "unknown",
    bullmq: (JSON.parse(readFileSync(bullmq, "utf8")) as { version: string }).version,
    loadBefore: loadavg()[0] ?? 0,
  };
}

export function asJson(
  lines: readonly Line[],
  { options, machine }: { readonly options: Options; readonly machine: Machine },
): string {
  return JSON.stringify({ machine, options, measures: lines }, null, 2);
}

export function asTable(
  lines: readonly Line[],
  { options, machine }: { readonly options: Options; readonly machine: Machine },
): string {
  const { cores, cpu, memoryGiB, node, redis, bullmq, loadBefore } = machine;
  const rows = [
    ["median (lowest–highest)", ...SIDES, "to baseline", "to floor", "goal", ""],
    ...lines.map(rowOf),
  ];
  return [
    `${cores} × ${cpu}, ${memoryGiB} GiB, Node ${node}, Redis ${redis}, BullMQ ${bullmq}, load before ${loadBefore.toFixed(2)}`,
    `${options.rounds} rounds in turns, ${options.deliveries} deliveries each, concurrency ${options.concurrency}`,
    "",
    ...aligned(rows),
  ].join("\n");
}

const WORDS = { ratio: "", floor: "to floor ", bida: "itself " } as const;

function rowOf(line: Line): string[] {
  const { title, ratio, toFloor, goals, reached } = line;
  return [
    title,
    ...SIDES.map((side) => spread(line, side)),
    ratio === null ? "–" : ratio.toFixed(2),
    toFloor === null ? "–" : toFloor.toFixed(2),
    goals.map(({ of, is, value }) => `${WORDS[of]}${is === "atLeast" ? "≥" : "≤"} ${value}`).join(", "),
    reached === null ? "" : reached ? "reached" : "MISSED",
  ];
}

function spread({ medians, rounds, digits }: Line, side: ContenderName): string {
  const middle = medians[side];
  const all = rounds[side] ?? [];
  if (middle === undefined) return "–";
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return `${middle.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_title, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
