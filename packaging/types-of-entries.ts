/**
 * The declarations that a package ships: those that its entries show, and no others.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Removes every declaration that no entry leads to, and writes imports as what lies in the package. */
export function keepTypesOf(entries: readonly string[], folder: string): void {
  const shown = new Set<string>();
  for (const entry of entries) follow(entry, shown);
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const file = join(folder, path);
    if (!path.endsWith(".d.ts")) continue;
    if (shown.has(file)) writeFileSync(file, readFileSync(file, "utf8").replace(IMPORT, "$1.js$3"));
    else rmSync(file);
  }
}

/** `from "./x.ts"`, `import("./x.ts")`: TypeScript leaves the names of modules in declarations as they are. */
const IMPORT = /((?:from |import\()"\.[^"]*)\.(ts)(")/g;

function follow(file: string, shown: Set<string>): void {
  if (shown.has(file)) return;
  shown.add(file);
  for (const [, path = ""] of readFileSync(file, "utf8").matchAll(IMPORT))
    follow(join(dirname(file), `${path.replace(/^.*"/, "")}.d.ts`), shown);
}
