/**
 * JSON pointers (RFC 6901): how a place in a payload is named.
 */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${escaped(String(part))}`).join("");
}

/** Longer names and pointers are cut: a producer chooses the names, and one may be a megabyte long. */
const LONGEST_SHOWN = { name: 200, pointer: 500 };

/** A pointer for people: what is too long is cut, and ends with an ellipsis. */
export function shownPointer(path: readonly PropertyKey[]): string {
  // The name is cut first: there may be thousands of faults under one long name.
  return cut(pointerTo(path.map((part) => cut(String(part), LONGEST_SHOWN.name))), LONGEST_SHOWN.pointer);
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed()}…`;
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
