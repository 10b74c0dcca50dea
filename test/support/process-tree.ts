/**
 * Who was started by whom, as Linux tells it: children in a group of their own are found too.
 */
import { readdirSync, readFileSync } from "node:fs";

export interface Proc {
  readonly pid: number;
  readonly parent: number;
  /** In ticks since boot: with the pid it names one process for good. */
  readonly startedAt: string;
  readonly command: readonly string[];
}

/** The children of a process, their children, and so on. */
export function descendants(pid: number): readonly Proc[] {
  const all = readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? (read(Number(name)) ?? []) : []));
  const below = (parent: number): Proc[] =>
    all.filter((proc) => proc.parent === parent).flatMap((proc) => [proc, ...below(proc.pid)]);
  return below(pid);
}

export function isAlive({ pid, startedAt }: Proc): boolean {
  return read(pid)?.startedAt === startedAt;
}

/** Null for a process that has ended. */
function read(pid: number): Proc | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold blanks; the fields behind it do not.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
    return { pid, parent: Number(fields[1]), startedAt: fields[19] ?? "", command };
  } catch {
    // It ended while it was being looked at.
    return null;
  }
}
