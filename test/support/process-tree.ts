/**
 * Which process started which, read from Linux. It also finds children in a process group of their own.
 */
import { readdirSync, readFileSync } from "node:fs";

export interface Proc {
  readonly pid: number;
  readonly parent: number;
  /** In ticks since boot; together with the pid it identifies a process for good. */
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
    // The name in parentheses may contain spaces; the fields after it do not.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
    return { pid, parent: Number(fields[1]), startedAt: fields[19] ?? "", command };
  } catch {
    // It ended while it was being read.
    return null;
  }
}
