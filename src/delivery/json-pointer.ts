/**
 * JSON pointers (RFC 6901): how a place in a payload is named.
 */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${escaped(String(part))}`).join("");
}

/** A pointer is shown and logged, so it is well-formed also where the name is not. */
function escaped(part: string): string {
  return part.toWellFormed().replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The names along a pointer; null if it is not one. */
export function stepsOf(pointer: string): readonly string[] | null {
  if (pointer === "") return [];
  if (!pointer.startsWith("/") || /~(?![01])/.test(pointer)) return null;
  return pointer
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}
