/**
 * The machine's monotonic clock, shared by all processes of the bench: milliseconds since boot.
 */
export function steadyMs(): number {
  return Number(process.hrtime.bigint()) / 1_000_000;
}
