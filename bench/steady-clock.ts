/**
 * The machine's steady clock, which all processes of the bench share: milliseconds since it was started.
 */
export function steadyMs(): number {
  return Number(process.hrtime.bigint()) / 1_000_000;
}
