/** Which fields an edit changes: JSON pointers with what stood there and what stands there now. */
export interface Change {
  readonly pointer: string;
  readonly before: string | null;
  readonly after: string | null;
}

export function changes(before: unknown, after: unknown): readonly Change[] {
  const old = new Map(leaves(before, ""));
  const now = new Map(leaves(after, ""));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((pointer) => {
    const change = { pointer, before: old.get(pointer) ?? null, after: now.get(pointer) ?? null };
    return change.before === change.after ? [] : [change];
  });
}

function leaves(value: unknown, pointer: string): readonly (readonly [string, string])[] {
  if (typeof value !== "object" || value === null || isRaw(value)) return [[pointer, JSON.stringify(value)]];
  const entries = Object.entries(value);
  if (entries.length === 0) return [[pointer, JSON.stringify(value)]];
  return entries.flatMap(([name, child]) =>
    leaves(child, `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
}

/** A number that keeps its digits (exact-json.ts). */
function isRaw(value: object): boolean {
  return Object.getPrototypeOf(value) === null && "rawJSON" in value;
}
