/**
 * What a payload lacks by the JSON Schema of its operation, each with its path and its place in the text. The API checks
 * again and has the last word: what is not known here of a schema is no fault. Pure.
 */
import { ExactNumber } from "../../../src/doors/client/answer-numbers.ts";
import type { JsonNode, Member } from "./json-tree.ts";

export type Fault =
  | { readonly kind: "notJson" | "notObject" | "twice" | "unknown" | "digits" }
  | { readonly kind: "missing"; readonly name: string }
  | { readonly kind: "type"; readonly wanted: readonly string[] }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "pattern"; readonly pattern: string }
  | {
      readonly kind: "minLength" | "maxLength" | "minItems" | "maxItems" | "minimum" | "maximum";
      readonly limit: number;
    };

export interface PayloadProblem {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly from: number;
  readonly to: number;
  readonly fault: Fault;
}

export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Nobody reads more; a list of a thousand recipients that lack a field would be a thousand lines. */
const MOST = 20;

export function checkPayload(root: JsonNode, schema: Schema | null): readonly PayloadProblem[] {
  if (root.kind !== "object") return [problem(root, { pointer: "", fault: { kind: "notObject" } })];
  const found = [...doubles(root, ""), ...(schema === null ? [] : check(root, { schema, at: "" }))];
  return found.toSorted((a, b) => a.from - b.from).slice(0, MOST);
}

function check(
  node: JsonNode,
  { schema, at }: { readonly schema: Schema; readonly at: string },
): readonly PayloadProblem[] {
  if (schema.anyOf !== undefined) return checkEither(node, { schemas: schema.anyOf, at });
  const wanted = typesOf(schema);
  if (wanted.length > 0 && !wanted.some((type) => isOfType(node, type)))
    return [problem(node, { pointer: at, fault: { kind: "type", wanted } })];
  const fault = choiceFault(node, schema) ?? limitFault(node, schema);
  return [...(fault === null ? [] : [problem(node, { pointer: at, fault })]), ...inner(node, { schema, at })];
}

/** One of them has to fit. Else it is told what the one lacks that is of its type, as nearly as can be. */
function checkEither(
  node: JsonNode,
  { schemas, at }: { readonly schemas: readonly Schema[]; readonly at: string },
): readonly PayloadProblem[] {
  const tried = schemas.map((schema) => ({ schema, found: check(node, { schema, at }) }));
  if (tried.some(({ found }) => found.length === 0)) return [];
  const near = tried.filter(({ schema }) => typesOf(schema).some((type) => isOfType(node, type)));
  const [nearest] = near.toSorted((a, b) => a.found.length - b.found.length);
  return (
    nearest?.found ?? [
      problem(node, { pointer: at, fault: { kind: "type", wanted: schemas.flatMap(typesOf) } }),
    ]
  );
}

function inner(
  node: JsonNode,
  { schema, at }: { readonly schema: Schema; readonly at: string },
): readonly PayloadProblem[] {
  const { items } = schema;
  if (node.kind === "array" && items !== undefined)
    return node.items.flatMap((item, index) => check(item, { schema: items, at: `${at}/${index}` }));
  return node.kind === "object" ? checkMembers(node, { schema, at }) : [];
}

function checkMembers(
  node: JsonNode & { readonly members: readonly Member[] },
  {
    schema: { properties = {}, required = [], additionalProperties },
    at,
  }: { readonly schema: Schema; readonly at: string },
): readonly PayloadProblem[] {
  const names = new Set(node.members.map(({ name }) => name));
  const missing = required
    .filter((name) => !names.has(name))
    // At its opening bracket: to mark the whole object would mark all that is right in it.
    .map((name) =>
      problem({ from: node.from, to: node.from + 1 }, { pointer: at, fault: { kind: "missing", name } }),
    );
  const below = node.members.flatMap(({ name, place, value }) => {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (known !== undefined) return check(value, { schema: known, at: child(at, name) });
    return additionalProperties === false
      ? [problem(place, { pointer: child(at, name), fault: { kind: "unknown" } })]
      : [];
  });
  return [...missing, ...below];
}

/** Their readers do not agree on which of two counts: the API takes neither. */
function doubles(node: JsonNode, at: string): readonly PayloadProblem[] {
  if (node.kind === "array") return node.items.flatMap((item, index) => doubles(item, `${at}/${index}`));
  if (node.kind !== "object") return [];
  const seen = new Set<string>();
  return node.members.flatMap(({ name, place, value }) => {
    const isSecond = seen.has(name);
    seen.add(name);
    const own = isSecond ? [problem(place, { pointer: child(at, name), fault: { kind: "twice" } })] : [];
    return [...own, ...doubles(value, child(at, name))];
  });
}

function choiceFault(node: JsonNode, schema: Schema): Fault | null {
  const choices = schema.enum ?? ("const" in schema ? [schema.const] : null);
  if (choices === null || choices.some((choice) => isValue(node, choice))) return null;
  return { kind: "choice", choices: choices.map((choice) => JSON.stringify(choice)) };
}

function isValue(node: JsonNode, value: unknown): boolean {
  if (node.kind === "null") return value === null;
  if (node.kind === "number") return typeof value === "number" && Number(node.text) === value;
  return "value" in node && node.value === value;
}

function limitFault(node: JsonNode, schema: Schema): Fault | null {
  switch (node.kind) {
    case "string":
      return (
        limits(node.value.length, { schema, least: "minLength", most: "maxLength" }) ??
        patternFault(node.value, schema.pattern)
      );
    case "array":
      return limits(node.items.length, { schema, least: "minItems", most: "maxItems" });
    case "number":
      return (
        digitsFault(node.text, schema) ??
        limits(Number(node.text), { schema, least: "minimum", most: "maximum" })
      );
    case "object":
    case "boolean":
    case "null":
      return null;
  }
}

/** Where a schema counts with a number, the API takes none that would lose digits; elsewhere it passes through. */
function digitsFault(text: string, schema: Schema): Fault | null {
  const isCounted = typesOf(schema).some((type) => type === "number" || type === "integer");
  return isCounted && new ExactNumber(text).toNumber() === null ? { kind: "digits" } : null;
}

type Limit = "minLength" | "maxLength" | "minItems" | "maxItems" | "minimum" | "maximum";

function limits(
  value: number,
  { schema, least, most }: { readonly schema: Schema; readonly least: Limit; readonly most: Limit },
): Fault | null {
  const [low, high] = [schema[least], schema[most]];
  if (low !== undefined && value < low) return { kind: least, limit: low };
  return high !== undefined && value > high ? { kind: most, limit: high } : null;
}

function patternFault(value: string, pattern: string | undefined): Fault | null {
  if (pattern === undefined) return null;
  try {
    // A schema does not say whether case counts: what may be right is no fault.
    return new RegExp(pattern, "iu").test(value) ? null : { kind: "pattern", pattern };
  } catch {
    return null;
  }
}

function typesOf({ type = [] }: Schema): readonly string[] {
  return [type].flat();
}

function isOfType(node: JsonNode, type: string): boolean {
  if (type === "integer") return node.kind === "number" && Number.isInteger(Number(node.text));
  return node.kind === type;
}

function child(at: string, name: string): string {
  return `${at}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function problem(
  { from, to }: { readonly from: number; readonly to: number },
  { pointer, fault }: { readonly pointer: string; readonly fault: Fault },
): PayloadProblem {
  return { pointer, from, to, fault };
}
