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

const AROUND = ["test", "bench", "packaging", "examples", "workers", "console/src"];

/** The TypeScript around `src/`, by its path from the root. */
export const filesAround: readonly Pick<SourceFile, "path" | "text">[] = AROUND.flatMap((folder) =>
  readdirSync(join(ROOT, "..", folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(?:ts|tsx|mjs)$/.test(path))
    .map((path) => ({
      path: join(folder, path),
      text: readFileSync(join(ROOT, "..", folder, path), "utf8"),
    })),
);

interface DeclaredFunction {
  readonly start: number;
  readonly end: number;
  readonly params: readonly unknown[];
  /** Its parameters are declared elsewhere: by the function that it is passed to, or by the type of a package. */
  readonly isPassedOn: boolean;
}

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

const parsed = new Map<string, readonly DeclaredFunction[]>();

/** All functions of a file, and the types of functions; parsed once for all tests. */
export function functionsIn({ path, text }: Pick<SourceFile, "path" | "text">): readonly DeclaredFunction[] {
  const known = parsed.get(path);
  if (known !== undefined) return known;
  const found: (Omit<DeclaredFunction, "isPassedOn"> & { readonly id?: unknown })[] = [];
  const elsewhere = new ParametersElsewhere();
  const see = (declared: (typeof found)[number]): void => void found.push(declared);
  new Visitor({
    ImportDeclaration: (node) => elsewhere.seeImport(node as unknown as Node),
    CallExpression: (node) => elsewhere.seeCall(node as unknown as Node),
    NewExpression: (node) => elsewhere.seeCall(node as unknown as Node),
    ClassDeclaration: (node) => elsewhere.seeClass(node as unknown as Node),
    ClassExpression: (node) => elsewhere.seeClass(node as unknown as Node),
    VariableDeclarator: (node) => elsewhere.seeVariable(node as unknown as Node),
    ArrowFunctionExpression: see,
    FunctionDeclaration: see,
    FunctionExpression: see,
    TSDeclareFunction: see,
    TSFunctionType: see,
    TSMethodSignature: see,
    TSCallSignatureDeclaration: see,
    TSConstructSignatureDeclaration: see,
  }).visit(parseSync(path, text).program);
  const functions = found.map((one) => {
    const { start, end } = one;
    // `this` is declared like one, and is none.
    const params = one.params.filter((param) => (param as { readonly name?: string }).name !== "this");
    return { start, end, params, isPassedOn: elsewhere.has(one as unknown as Node) };
  });
  parsed.set(path, functions);
  return functions;
}

/** Functions of one file whose parameters somebody else declares. */
class ParametersElsewhere {
  readonly #fromPackages = new Set<string>();
  readonly #functions = new Set<unknown>();
  readonly #passedByName = new Set<string>();
  readonly #called = new Set<string>();
  readonly #names = new Map<unknown, string>();

  seeImport(node: Node): void {
    const { value } = node["source"] as { readonly value: string };
    if (value.startsWith(".")) return;
    for (const { local } of node["specifiers"] as readonly { readonly local: { readonly name: string } }[])
      this.#fromPackages.add(local.name);
  }

  seeCall(node: Node): void {
    const callee = node["callee"] as Node;
    if (callee.type === "Identifier") this.#called.add(callee["name"] as string);
    for (const given of node["arguments"] as readonly Node[]) this.#pass(given);
  }

  /** Methods of a class that implements what a package declares. */
  seeClass(node: Node): void {
    const parents = (node["implements"] as readonly Node[]).map(({ expression }) => expression as Node);
    if (!parents.some((parent) => this.#isOfPackage(parent))) return;
    for (const member of (node["body"] as { readonly body: readonly Node[] }).body)
      if (member.type === "MethodDefinition" && member["kind"] !== "constructor")
        this.#functions.add(member["value"]);
  }

  /** `const lookup: LookupFunction = (…) => …` has the parameters of that type. */
  seeVariable(node: Node): void {
    const id = node["id"] as Node;
    if (id.type !== "Identifier") return;
    this.#names.set(node["init"], id["name"] as string);
    const type = (id["typeAnnotation"] as { readonly typeAnnotation: Node } | null | undefined)
      ?.typeAnnotation;
    if (type?.type === "TSTypeReference" && this.#isOfPackage(type["typeName"] as Node))
      this.#functions.add(node["init"]);
  }

  has(one: Node): boolean {
    const name = (one["id"] as { readonly name: string } | null | undefined)?.name ?? this.#names.get(one);
    return (
      this.#functions.has(one) ||
      (name !== undefined && this.#passedByName.has(name) && !this.#called.has(name))
    );
  }

  /** What is an argument, or stands in an object or a list that is one. */
  #pass(given: Node): void {
    this.#functions.add(given);
    if (given.type === "Identifier") this.#passedByName.add(given["name"] as string);
    if (given.type === "ArrayExpression")
      for (const element of given["elements"] as readonly (Node | null)[])
        if (element !== null) this.#pass(element);
    if (given.type === "ObjectExpression")
      for (const property of given["properties"] as readonly Node[])
        if (property.type === "Property") this.#pass(property["value"] as Node);
  }

  #isOfPackage(name: Node): boolean {
    const root = (name["left"] ?? name["object"] ?? name) as Node;
    return this.#fromPackages.has(root["name"] as string);
  }
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
