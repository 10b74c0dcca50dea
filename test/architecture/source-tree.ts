/**
 * The source tree as the architecture tests see it: files, and what they import from each other.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor } from "vite";

const ROOT = fileURLToPath(new URL("../../src", import.meta.url));

export interface SourceFile {
  /** Relative to `src/`, for example `delivery/record.ts`. */
  readonly path: string;
  /** The top folder, for example `delivery`; `entries` for the package's own entries beside them. */
  readonly folder: string;
  readonly text: string;
  /** Modules of `src/` that it imports, relative to `src/`. */
  readonly imports: readonly string[];
  /** Those of them that are there when the program runs: not for their types alone. */
  readonly loads: readonly string[];
  /** Packages that it imports, without Node's own. */
  readonly packages: readonly string[];
}

export const files: readonly SourceFile[] = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map(read);

const AROUND = ["test", "bench", "packaging", "examples", "workers"];

/** The TypeScript around `src/`, by its path from the root. */
export const filesAround: readonly Pick<SourceFile, "path" | "text">[] = AROUND.flatMap((folder) =>
  readdirSync(join(ROOT, "..", folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => ({
      path: join(folder, path),
      text: readFileSync(join(ROOT, "..", folder, path), "utf8"),
    })),
);

interface DeclaredFunction {
  readonly start: number;
  readonly end: number;
  readonly params: readonly unknown[];
  /** Written as an argument of a call: its parameters are those that the called function declares. */
  readonly isPassedOn: boolean;
}

const parsed = new Map<string, readonly DeclaredFunction[]>();

/** All functions of a file, and the types of functions; parsed once for all tests. */
export function functionsIn({ path, text }: Pick<SourceFile, "path" | "text">): readonly DeclaredFunction[] {
  const known = parsed.get(path);
  if (known !== undefined) return known;
  const found: Omit<DeclaredFunction, "isPassedOn">[] = [];
  const passedOn = new Set<unknown>();
  const see = (declared: Omit<DeclaredFunction, "isPassedOn">): void => void found.push(declared);
  const pass = ({ arguments: given }: { readonly arguments: readonly unknown[] }): void => {
    for (const one of given) passedOn.add(one);
  };
  new Visitor({
    CallExpression: pass,
    NewExpression: pass,
    ArrowFunctionExpression: see,
    FunctionDeclaration: see,
    FunctionExpression: see,
    TSFunctionType: see,
    TSMethodSignature: see,
  }).visit(parseSync(path, text).program);
  const functions = found.map((one) => {
    const { start, end, params } = one;
    return { start, end, params, isPassedOn: passedOn.has(one) };
  });
  parsed.set(path, functions);
  return functions;
}

export function lineOf(offset: number, text: string): number {
  return text.slice(0, offset).split("\n").length;
}

function read(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), "utf8");
  const inTree = (name: string): string => relative(ROOT, join(ROOT, dirname(path), name));
  const forTypes = [...text.matchAll(/import type [^;]*? from "([^"]+)"/g)].map(([, name = ""]) => name);
  const named = [...text.matchAll(/(?:from|import\() ?"([^"]+)"/g)].map(([, name = ""]) => name);
  return {
    path,
    folder: path.includes("/") ? (path.split("/")[0] ?? "") : "entries",
    text,
    imports: named.filter((name) => name.startsWith(".")).map(inTree),
    loads: named.filter((name) => name.startsWith(".") && !forTypes.includes(name)).map(inTree),
    packages: named.filter((name) => !name.startsWith(".") && !name.startsWith("node:")),
  };
}
