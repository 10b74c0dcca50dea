/**
 * CPU time that a process has used, as Linux counts it (/proc, in hundredths of a second).
 */
import { readFileSync } from "node:fs";

const MICROS_A_TICK = 10_000;

/** Microseconds in user and kernel mode since the process began, all its threads together. */
export function cpuMicros(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name, in brackets, may hold spaces: fields are counted from behind it. User is 14, system is 15.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MICROS_A_TICK;
}
