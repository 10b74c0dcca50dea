/**
 * Only what another file imports is exported: an export says that somebody else depends on it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { files } from "./source-tree.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FOLDERS = ["src", "workers", "test", "bench", "packaging", "console/src", "examples", "bin"];

/** For the packages' users, and the types that are generated for them. */
const ENTRIES = ["channel.ts", "client.ts", "producer.ts", "testing.ts", "doors/client/contract-types.ts"];

const NAMED = /(?:import|export)\s+(?:type\s+)?(?:\w+\s*,\s*)?\{([^}]*)\}\s*from\s*"(\.[^"]+)"/g;
/** Whoever imports a whole module may use all of it. */
const WHOLE =
  /(?:import\s+(?:type\s+)?\*\s*as\s+\w+\s+from\s*|export\s+\*\s+from\s*|import\(\s*)"(\.[^"]+)"/g;
const EXPORTED =
  /^export (?:declare )?(?:async )?(?:abstract )?(?:function\*?|const|let|class|interface|type) (\w+)/gm;

it("nothing is exported that no other file imports", () => {
  const { names, whole } = imported();
  const unused = files
    .filter(({ path }) => !ENTRIES.includes(path) && !whole.has(join(ROOT, "src", path)))
    .flatMap(({ path, text }) =>
      [...text.matchAll(EXPORTED)]
        .map(([, name = ""]) => name)
        .filter((name) => !names.has(`${join(ROOT, "src", path)} ${name}`))
        .map((name) => `${path}: ${name} needs no export`),
    );

  expect(unused).toEqual([]);
});

function imported(): { readonly names: ReadonlySet<string>; readonly whole: ReadonlySet<string> } {
  const names = new Set<string>();
  const whole = new Set<string>();
  for (const path of FOLDERS.flatMap(sourcesIn)) {
    const text = readFileSync(path, "utf8");
    for (const [, list = "", from = ""] of text.matchAll(NAMED))
      for (const item of list.split(",")) {
        const name =
          item
            .trim()
            .replace(/^type /, "")
            .split(" as ")[0]
            ?.trim() ?? "";
        names.add(`${join(dirname(path), from)} ${name}`);
      }
    for (const [, from = ""] of text.matchAll(WHOLE)) whole.add(join(dirname(path), from));
  }
  return { names, whole };
}

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(ts|tsx|mjs|js)$/.test(path) && !path.includes("node_modules"))
    .map((path) => join(ROOT, folder, path));
}
