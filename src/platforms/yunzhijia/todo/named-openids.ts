/**
 * Which recipients the `data` of a partial failure names. The vendor shows a list of openIds; `data` may
 * also be a text or an object (docs/platforms/yunzhijia.md, "Todos", Modes).
 */
import { parseBody } from "../../classify-http.ts";
import { openIdsInText } from "./input.ts";

interface Named {
  /** As the platform names them: some may be no recipients of this call. */
  readonly ids: readonly string[];
  /** A plain list, or a text that is one: it names all who failed, and nothing else. */
  readonly isList: boolean;
}

export function namedOpenIds(data: unknown): Named {
  if (typeof data === "string") return namedInText(data);
  if (Array.isArray(data)) {
    return { ids: data.flatMap(textsIn), isList: data.every(isId) };
  }
  return { ids: textsIn(data), isList: false };
}

/** `a,b`, or a list that was written as a text. */
function namedInText(text: string): Named {
  const inner = /^\s*[[{]/.test(text) ? parseBody(text) : undefined;
  return typeof inner === "object" && inner !== null
    ? namedOpenIds(inner)
    : { ids: openIdsInText(text), isList: true };
}

function isId(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}

/** Every text in a value, names of fields too: `{"<openId>": "<reason>"}` is one way to say it. */
function textsIn(value: unknown): string[] {
  if (isId(value)) return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return Object.entries(value).flatMap(([name, inner]) => [name, ...textsIn(inner)]);
}
