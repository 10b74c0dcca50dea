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

type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields that the sandbox has no use for, as they were written: what a client passes through.
 *
 * @param path of the object within the document
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
