/**
 * The demo's report as a table: a line for each platform's part, and one for all.
 */
import type { Figures, Report } from "./report.ts";

const COLUMNS: readonly [title: string, cell: (figures: Figures) => string | number][] = [
  ["accepted", ({ accepted }) => accepted],
  ["confirmed", ({ confirmed }) => confirmed],
  ["dead", ({ dead }) => Object.values(dead).reduce((sum, count) => sum + count, 0)],
  ["lost", ({ lost }) => lost],
  ["duplicates", ({ duplicates }) => duplicates],
  ["said, not so", ({ lies }) => lies],
  ["sends", ({ sends }) => sends],
  ["checks", ({ checks }) => checks],
  ["resends", ({ resends }) => resends],
];

export function table(report: Report): string {
  const rows: [string, Figures][] = [...Object.entries(report.platforms), ["all", report]];
  const cells = [
    ["", ...COLUMNS.map(([title]) => title)],
    ...rows.map(([name, figures]) => [name, ...COLUMNS.map(([, cell]) => String(cell(figures)))]),
  ];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string =>
    `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ")}`;
  return [...cells.map(line), "", ...notes(report), "", `  ${verdictOf(report)}`].join("\n");
}

function notes({ dead, checksOverLimit, workerKilled, seconds }: Report): string[] {
  const reasons = Object.entries(dead).map(([reason, count]) => `${reason} ${count}`);
  return [
    ...(reasons.length > 0 ? [`  dead: ${reasons.join(", ")}`] : []),
    `  checks over the platform's limit: ${checksOverLimit}`,
    `  worker killed and restarted: ${workerKilled ? "yes" : "no"}`,
    `  seconds: ${seconds.toFixed(1)}`,
  ];
}

function verdictOf({ promisesKept, unfinished }: Report): string {
  if (!promisesKept) return "A PROMISE WAS BROKEN.";
  if (unfinished > 0) return `Nothing has ended for three minutes: ${unfinished} are still on their way.`;
  return "Every promise was kept.";
}
