/**
 * Numbers with the digits that they were written with, for what the sandbox only keeps and gives back. It
 * reads and writes them by itself: a fault of Bida's own reader must not hide behind the same fault here.
 */
const json = JSON as unknown as {
  readonly rawJSON: (text: string) => object;
  readonly isRawJSON: (value: unknown) => value is { readonly rawJSON: string };
};

/** Goes out as these digits. */
export function exactNumber(digits: string): unknown {
  return json.rawJSON(digits);
}

export function isExact(value: unknown): value is { readonly rawJSON: string } {
  return json.isRawJSON(value);
}

/** JSON in which each number that JavaScript would write otherwise is kept as it is; undefined: no JSON. */
export function parseExactly(text: string): unknown {
  try {
    return JSON.parse(text, keepSource);
  } catch {
    return undefined;
  }
}

function keepSource(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== "number" || source === undefined) return value;
  // 9007199254740994 is itself as a double, and so is its neighbour.
  const isItself = String(value) === source && (Number.isSafeInteger(value) || !Number.isInteger(value));
  return isItself ? value : exactNumber(source);
}
