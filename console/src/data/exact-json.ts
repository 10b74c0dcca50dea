/** JSON whose numbers keep their digits: the client reads them as exact numbers, which write themselves. */
export function writeExact(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
