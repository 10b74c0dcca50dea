/**
 * Works on the text of the configuration: resolves references to secrets, and finds the line and field of each
 * problem.
 */
import { readFileSync } from "node:fs";
import {
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  LineCounter,
  type Scalar,
} from "yaml";
import type { z } from "zod";
import { say, type FixedSentence } from "../../language/say.ts";
import { nearestName } from "../../delivery/nearest-name.ts";
import { allPlatforms } from "../../platforms/registry.ts";

export interface ConfigProblem {
  readonly line: number | null;
  /** Empty for the file itself. */
  readonly field: string;
  readonly detail: string;
}

/** Parses YAML with keys as text, even `00123`, `0x1F` and 19 digits, which YAML would read as numbers. */
export function readYaml(text: string, lineCounter: LineCounter = new LineCounter()): Document {
  const uniqueKeys = (a: unknown, b: unknown): boolean =>
    isScalar(a) && isScalar(b) && textOfKey(a) === textOfKey(b);
  const document = parseDocument(text, { lineCounter, uniqueKeys });
  visit(document, {
    Pair(_key, { key }) {
      if (isScalar(key)) key.value = textOfKey(key);
    },
  });
  return document;
}

function textOfKey({ value, source }: Scalar): string {
  return typeof value === "string" ? value : (source ?? String(value));
}

/** All repeated fields; of other syntax errors only the first, because the others may follow from it. */
export function syntaxProblems(
  { errors: wrong, warnings }: Document,
  { lines, text }: { readonly lines: LineCounter; readonly text: string },
): ConfigProblem[] {
  // Warnings count as errors: YAML drops an unknown tag with a warning, which would cut a secret that begins
  // with !.
  const errors = [...wrong, ...warnings];
  const twice = errors.filter(({ code }) => code === "DUPLICATE_KEY");
  const [first] = errors.filter(({ code }) => code !== "DUPLICATE_KEY");
  return [
    ...twice.map(({ pos }) => ({
      line: lines.linePos(pos[0]).line,
      field: /^[\w.-]+/.exec(text.slice(pos[0]))?.[0] ?? "",
      detail: say("occurs twice"),
    })),
    ...(first === undefined ? [] : [syntaxProblem(first, { line: lines.linePos(first.pos[0]).line, text })]),
  ];
}

function syntaxProblem(
  { message }: { readonly message: string },
  { line, text }: { readonly line: number; readonly text: string },
): ConfigProblem {
  const hasReference = text.split("\n")[line - 1]?.includes("${") === true;
  const why = withoutExcerpt(message);
  const detail = hasReference
    ? say('cannot be read as YAML: {why}; inside { } a reference needs quotes: "${env:NAME}"', { why })
    : say("cannot be read as YAML: {why}", { why });
  return { line, field: "", detail };
}

/** Aliases without an anchor: unquoted text that begins with an asterisk, perhaps a secret, is read as an alias. */
export function aliasProblems(document: Document, lines: LineCounter): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  visit(document, {
    Alias(_key, node, ancestors) {
      if (node.resolve(document) !== undefined) return;
      const line = lines.linePos(node.range?.[0] ?? 0).line;
      const detail = say("there is no such anchor; text that begins with * needs quotes");
      problems.push({ line, field: fieldOf(node, ancestors), detail });
    },
  });
  return problems;
}

/** Names that JavaScript would silently drop, and nested aliases that would fill the memory. */
export function reservedNames(document: Document, lines: LineCounter): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  visit(document, {
    Pair(_key, pair, ancestors) {
      if (!isScalar(pair.key) || pair.key.value !== "__proto__") return;
      const line = lines.linePos(pair.key.range?.[0] ?? 0).line;
      problems.push({ line, field: fieldOf(pair, ancestors), detail: say("there is no such field") });
    },
  });
  if (problems.length > 0) return problems;
  try {
    document.toJS();
  } catch (error) {
    // An alias without an anchor is reported elsewhere, with its line.
    if (error instanceof Error && error.message.startsWith("Excessive alias count"))
      problems.push({ line: 1, field: "", detail: say("its anchors and aliases repeat too much") });
  }
  return problems;
}

/** The message without the position, which is reported already, and without the excerpt, which may hold a secret. */
function withoutExcerpt(message: string): string {
  const [sentence = ""] = message.split("\n");
  if (sentence.startsWith("Source contains multiple documents")) return "it holds several documents (---)";
  return sentence.replace(/: .*$/, "").replace(/ at line \d+, column \d+:?\s*$/, "");
}

interface WrittenConfig {
  readonly document: Document;
  readonly lines: LineCounter;
  /** The names of the fields that exist at a path. */
  readonly namesAt: (path: readonly PropertyKey[]) => readonly string[];
}

/** The problems of a schema. Unknown fields are reported one by one, each with its line and a suggestion. */
export function fieldProblems(
  issues: readonly z.core.$ZodIssue[],
  { document, lines, namesAt }: WrittenConfig,
): ConfigProblem[] {
  return issues.flatMap((issue) => {
    const unknown = issue.code === "unrecognized_keys" ? issue.keys : [];
    const told = (path: readonly PropertyKey[], detail: string): ConfigProblem => ({
      line: lineOf(document, { path, lines }),
      field: path.map(String).join("."),
      detail,
    });
    if (unknown.length === 0) return [told(issue.path, wordsOf(issue))];
    return unknown.map((key) => {
      const meant = nearestName(
        key,
        // Another variant of this section may have that name.
        namesAt(issue.path).filter((name) => name !== key),
      );
      const detail =
        meant === null
          ? say("there is no such field")
          : say("there is no such field; did you mean {name}?", { name: meant });
      return told([...issue.path, key], detail);
    });
  });
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union") return issue.message.replace(/^.*Expected /, "expected ");
  if (issue.code === "invalid_format" && issue.format === "url")
    return issue.message === "Invalid URL" ? say("expected a URL") : issue.message;
  if (issue.code === "too_small" && issue.origin === "array")
    return say("expected at least {count} in the list", { count: Number(issue.minimum) });
  if (issue.code === "too_small" && issue.origin === "string" && issue.message.startsWith("Too small"))
    return say("expected text that is not empty");
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? issue.message;
  if (issue.code === "invalid_value" && issue.message.startsWith("Invalid"))
    return say("expected {type}", { type: issue.values.map((value) => `'${String(value)}'`).join(" | ") });
  // The schema has a message of its own.
  if (issue.code !== "invalid_type" || !issue.message.startsWith("Invalid input")) return issue.message;
  const [, received] = /received (\w+)$/.exec(issue.message) ?? [];
  if (received === "undefined") return say("is missing; expected {type}", { type: nameOf(issue.expected) });
  // YAML reads an unquoted id of digits as a number, and drops leading zeros.
  const isUnquoted = issue.expected === "string" && (received === "number" || received === "boolean");
  const type = nameOf(issue.expected);
  if (received === undefined) return say("expected {type}", { type });
  const given = nameOf(received);
  return isUnquoted
    ? say("expected {type}, got {given}: put it in quotes", { type, given })
    : say("expected {type}, got {given}", { type, given });
}

const NAMES: Readonly<Record<string, FixedSentence>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a section",
  record: "a section",
  array: "a list",
  null: "nothing",
};

function nameOf(type: string): string {
  return NAMES[type] ?? type;
}

interface Source {
  readonly lines: LineCounter;
  readonly env: NodeJS.ProcessEnv;
}

const REFERENCE = /\$\{(env|file):([^}]+)\}/g;

/** Printed in place of a secret. */
export const STRUCK_OUT = "***";

/** Whether a field holds a secret; for fields of accounts the platform says so. */
export function isSecretField(field: string): boolean {
  const ofAccount = /^accounts\.[^.]+\.([^.]+)(\.[^.]+)?$/.exec(field)?.[1];
  if (ofAccount !== undefined)
    return allPlatforms().some(({ secretFields }) => secretFields.includes(ofAccount));
  // The URL of a robot is a secret too: anybody who knows it can write into the group.
  if (/^alerts\.to\.\d+\.(url|secret)$/.test(field)) return true;
  if (field === "console.trustedProxy.secret") return true;
  return /^callbacks\.(secret|secrets\.\d+|hosts\..+\.secrets\.\d+)$/.test(field);
}

/** Headers whose values may stand in the file. */
const OPEN_HEADER = /\.headers\.(?!authorization$|cookie$|.*(token|key|secret))[^.]+$/i;

/** Secrets that stand in the file itself; to be called before references are resolved. */
export function writtenSecrets(document: Document, lines: LineCounter): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  visit(document, {
    Scalar(key, node, ancestors) {
      if (key === "key" || typeof node.value !== "string") return;
      if (node.value === STRUCK_OUT || node.value.search(REFERENCE) >= 0) return;
      const field = fieldOf(node, ancestors);
      if (OPEN_HEADER.test(field)) return;
      if (!hasPassword(field, node.value) && !isSecretField(field)) return;
      const { line } = lines.linePos(node.range?.[0] ?? 0);
      const detail = say("expected ${env:NAME} or ${file:/path}: a secret must not stand in the file");
      problems.push({ line, field, detail });
    },
  });
  return problems;
}

/** The URL of a proxy or a database is a secret only if it contains a password. */
function hasPassword(field: string, value: string): boolean {
  const mayHaveOne = /^(accounts\.[^.]+\.proxy|outboxes\.[^.]+\.url)$/.test(field);
  return mayHaveOne && URL.canParse(value) && new URL(value).password !== "";
}

/**
 * Replaces `${env:NAME}` and `${file:/path}`. References that cannot be resolved stay, and are returned as
 * problems.
 */
export function resolveReferences(document: Document, { lines, env }: Source): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  visit(document, {
    Scalar(_key, node, ancestors) {
      if (typeof node.value !== "string") return;
      node.value = node.value.replaceAll(REFERENCE, (reference, kind: string, name: string) => {
        // A secret that was made with echo ends with a line break.
        const value = kind === "env" ? env[name]?.replace(/[\r\n]+$/, "") : readSecret(name);
        if (value !== undefined) return value;
        const line = lines.linePos(node.range?.[0] ?? 0).line;
        const detail =
          kind === "env"
            ? say("{reference} is not set", { reference })
            : say("{reference} cannot be read", { reference });
        problems.push({ line, field: fieldOf(node, ancestors), detail });
        return reference;
      });
    },
  });
  return problems;
}

/** The fields whose values contain a reference. */
export function referencedFields(text: string): readonly string[] {
  const fields: string[] = [];
  visit(readYaml(text), {
    Scalar(_key, node, ancestors) {
      if (typeof node.value === "string" && node.value.search(REFERENCE) >= 0)
        fields.push(fieldOf(node, ancestors));
    },
  });
  return fields;
}

/** The name of the field that holds this value, from the nodes above it. */
function fieldOf(node: unknown, ancestors: readonly unknown[]): string {
  const path = [...ancestors, node];
  return path
    .flatMap((one, depth) => {
      const above = path[depth - 1];
      if (isPair(one) && isScalar(one.key)) return [String(one.key.value)];
      return isSeq(above) ? [String(above.items.indexOf(one))] : [];
    })
    .join(".");
}

function readSecret(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    // The caller reports it with file and line.
    return undefined;
  }
}

/** The line of a field, or of its nearest parent in the file. */
function lineOf(
  document: Document,
  { path, lines }: { readonly path: readonly PropertyKey[]; readonly lines: LineCounter },
): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const parent = document.getIn(path.slice(0, depth - 1), true) ?? document.contents;
    const at = startOf(parent, path[depth - 1]);
    if (at !== undefined) return lines.linePos(at).line;
  }
  return 1;
}

function startOf(parent: unknown, name: PropertyKey | undefined): number | undefined {
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(name));
    return pair !== undefined && isScalar(pair.key) ? pair.key.range?.[0] : undefined;
  }
  const item = isSeq(parent) ? parent.items[Number(name)] : undefined;
  return isNode(item) ? item.range?.[0] : undefined;
}
