/**
 * Numbers with their original digits, for values that the sandbox only stores and returns. It has code of its
 * own for this: a bug in Bida's reader must not be hidden by the same bug here.
 */
const json = JSON as unknown as {
  readonly rawJSON: (text: string) => object;
  readonly isRawJSON: (value: unknown) => value is { readonly rawJSON: string };
};

/** A value that is written as these digits. */
export function exactNumber(digits: string): unknown {
  return json.rawJSON(digits);
}

export function isExact(value: unknown): value is { readonly rawJSON: string } {
  return json.isRawJSON(value);
}

/** Parses JSON and keeps each number that JavaScript would write differently; undefined if it is not JSON. */
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
  // Above 2^53 a number may print as itself and still be the double of its neighbour.
  const isItself = String(value) === source && (Number.isSafeInteger(value) || !Number.isInteger(value));
  return isItself ? value : exactNumber(source);
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields that the sandbox does not use, as they were written: what a client passes through.
 *
 * @param path the path of the object within the document
 */
export function unknownFields(
  { json: document, text }: { readonly json: unknown; readonly text: string },
  { known, path = [] }: { readonly known: Fields; readonly path?: readonly PropertyKey[] },
): Fields {
  const names = Object.keys(objectAt(document, path)).filter((name) => !Object.hasOwn(known, name));
  if (names.length === 0) return {};
  const exact = objectAt(parseExactly(text), path);
  return Object.fromEntries(names.map((name) => [name, exact[name]]));
}

function objectAt(document: unknown, path: readonly PropertyKey[]): Fields {
  let here = document;
  for (const step of path) here = isObject(here) ? Reflect.get(here, step) : undefined;
  return isObject(here) ? (here as Fields) : {};
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
