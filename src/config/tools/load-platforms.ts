/**
 * `platforms:` of the configuration: modules from outside, each with one platform. They are loaded before the
 * rest of the file is read, because they define the fields of accounts.
 */
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import type { Document, LineCounter } from "yaml";
import { isMap, isScalar, isSeq } from "yaml";
import { isPlatform } from "../../platforms/platform.ts";
import { addPlatform } from "../../platforms/registry.ts";
import type { ConfigProblem } from "./places.ts";

const load = createRequire(import.meta.url);

/** Loads the modules. Paths are relative to the configuration file. Returns the problems with their lines. */
export function loadPlatforms(
  document: Document,
  { lines, path }: { readonly lines: LineCounter; readonly path: string },
): ConfigProblem[] {
  const list = isMap(document.contents) ? document.contents.get("platforms") : undefined;
  if (!isSeq(list)) return [];
  return list.items.flatMap((item, index): ConfigProblem[] => {
    // An entry that is not text is refused with the rest of the file.
    if (!isScalar(item) || typeof item.value !== "string") return [];
    const detail = problemOf(resolve(dirname(path), item.value));
    if (detail === null) return [];
    return [{ line: lines.linePos(item.range?.[0] ?? 0).line, field: `platforms.${index}`, detail }];
  });
}

function problemOf(file: string): string | null {
  let platform: unknown;
  try {
    platform = (load(file) as { readonly default?: unknown }).default;
  } catch (error) {
    return `cannot be loaded: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : "unknown cause"}`;
  }
  if (!isPlatform(platform)) return "expected a module whose default export is what definePlatform returns";
  if (!addPlatform(platform))
    return `another platform already has the name ${platform.name}, or the name of one of its operations`;
  return null;
}
