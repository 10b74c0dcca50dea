/**
 * The recipients that the `data` of a partial failure names. The vendor's document shows a list of openIds;
 * `data` may also be a text or an object (docs/platforms/yunzhijia.md, "Todos", Modes).
 */
import { parseBody } from "../../classify-http.ts";
import { openIdsInText } from "./input.ts";

interface Named {
  /** The ids as the platform names them; some may be no recipients of this call. */
  readonly ids: readonly string[];
  /** A plain list, or a text with one: it names exactly those that failed. */
  readonly isList: boolean;
}

export function namedOpenIds(data: unknown): Named {
  if (typeof data === "string") return namedInText(data);
  if (Array.isArray(data)) {
    return { ids: data.flatMap(textsIn), isList: data.every(isId) };
  }
  return { ids: textsIn(data), isList: false };
}

/** The ids in a text: `a,b`, or a JSON list. */
function namedInText(text: string): Named {
  const inner = /^\s*[[{]/.test(text) ? parseBody(text) : undefined;
  return typeof inner === "object" && inner !== null
    ? namedOpenIds(inner)
    : { ids: openIdsInText(text), isList: true };
}

function isId(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}

/** Every text in a value, names of fields included, because `{"<openId>": "<reason>"}` is possible. */
function textsIn(value: unknown): string[] {
  if (isId(value)) return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return Object.entries(value).flatMap(([name, inner]) => [name, ...textsIn(inner)]);
}
