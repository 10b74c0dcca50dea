/**
 * Ids above 2^53, as a Java or PHP server with 64-bit keys gives them: numbers in its JSON that a client
 * which reads them as doubles takes for their neighbours (setting `bigIds`). Inside the sandbox they are
 * text.
 */
const beyondDoubles = 9_007_199_254_740_992n;

/** The n-th of a kind: two that follow each other are the same double. */
export function bigId(n: number): string {
  return String(beyondDoubles + BigInt(n));
}

/** Texts of so many digits, and only ids are, go out as numbers. */
export function unquoteBigIds(json: string): string {
  return json.replace(/"(\d{16,19})"(?!:)/g, "$1");
}
