/** Which fields an edit changes: JSON pointers with what stood there and what stands there now. Pure. */
import type { JsonNode } from "./json-tree.ts";

export interface Change {
  readonly pointer: string;
  readonly before: string | null;
  readonly after: string | null;
}

export function changes(before: JsonNode, after: JsonNode): readonly Change[] {
  const old = new Map(leaves(before, ""));
  const now = new Map(leaves(after, ""));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((pointer) => {
    const change = { pointer, before: old.get(pointer) ?? null, after: now.get(pointer) ?? null };
    return change.before === change.after ? [] : [change];
  });
}

/** Numbers in the spelling of their author: another spelling is another request. */
function leaves(node: JsonNode, pointer: string): readonly (readonly [string, string])[] {
  switch (node.kind) {
    case "object":
      if (node.members.length === 0) return [[pointer, "{}"]];
      return node.members.flatMap(({ name, value }) =>
        leaves(value, `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`),
      );
    case "array":
      if (node.items.length === 0) return [[pointer, "[]"]];
      return node.items.flatMap((item, index) => leaves(item, `${pointer}/${index}`));
    case "number":
      return [[pointer, node.text]];
    case "null":
      return [[pointer, "null"]];
    case "string":
    case "boolean":
      return [[pointer, JSON.stringify(node.value)]];
  }
}
