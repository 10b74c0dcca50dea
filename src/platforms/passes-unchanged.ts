/**
 * Tells whether a schema accepts a value and leaves it unchanged, so that it need not be parsed. Most payloads
 * are like that, and zod would make a new object of each, with a dozen small ones beside it.
 *
 * It understands only simple schemas, and returns `false` for everything else: then the schema decides.
 *
 * Invariant: where it answers `true`, the schema makes an equal value (test/unit/platforms/passes-unchanged.test.ts).
 */
import type { z } from "zod";

type Passes = (value: unknown) => boolean;

/** The parts of a zod schema that are read here. */
interface Part {
  readonly def: Definition;
  readonly optin?: string;
}
type Schema = { readonly _zod: Part };
interface Definition {
  readonly type: string;
  readonly coerce?: boolean;
  readonly format?: string;
  readonly checks?: readonly Check[];
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly catchall?: Schema;
  readonly element?: Schema;
  readonly innerType?: Schema;
  readonly options?: readonly Schema[];
  readonly inclusive?: boolean;
  readonly discriminator?: string;
  readonly values?: readonly unknown[];
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly in?: Schema;
  readonly out?: Schema;
  readonly transform?: unknown;
}
interface Check {
  readonly _zod: {
    readonly def: { readonly check?: string; readonly when?: (payload: Checked) => boolean };
    readonly check: (payload: Checked) => unknown;
  };
}
interface Checked {
  value: unknown;
  readonly issues: unknown[];
}

const never: Passes = () => false;
const known = new WeakMap<object, Passes>();
const changingNullsAlone = new WeakSet<object>();

/** Marks a transform as one that changes only `null`, or fields of its value that are `null`. */
export function changesNullsAlone<Transform extends (value: never) => unknown>(
  transform: Transform,
): Transform {
  changingNullsAlone.add(transform);
  return transform;
}

/** An optional field where `null` counts as absent. */
export const undefinedForNull = changesNullsAlone(
  <T>(value: T | null | undefined): T | undefined => value ?? undefined,
);

export function passesUnchanged(schema: z.ZodType, value: unknown): boolean {
  return passesOf(schema as unknown as Schema)(value);
}

function passesOf(schema: Schema): Passes {
  const before = known.get(schema);
  if (before !== undefined) return before;
  // For a schema that contains itself.
  known.set(schema, never);
  const passes = checked(typed(schema._zod.def), schema._zod.def.checks ?? []);
  known.set(schema, passes);
  return passes;
}

function typed(def: Definition): Passes {
  // Formats and coercions may change a value.
  if (def.coerce === true) return never;
  if (def.format !== undefined)
    return def.type === "number" && def.format === "safeint" ? Number.isSafeInteger : never;
  switch (def.type) {
    case "unknown":
      return () => true;
    case "string":
      return (value) => typeof value === "string";
    case "boolean":
      return (value) => typeof value === "boolean";
    case "number":
      return (value) => typeof value === "number" && Number.isFinite(value);
    case "literal":
      return oneOf(def.values ?? []);
    case "enum":
      return oneOf(Object.values(def.entries ?? {}));
    case "optional":
      return orElse(undefined, def.innerType);
    case "nullable":
      return orElse(null, def.innerType);
    case "array":
      return listOf(def.element);
    case "object":
      return objectOf(def);
    case "union":
      return unionOf(def);
    case "pipe":
      return pipeOf(def);
    default:
      return never;
  }
}

/** Runs the checks as zod does. A check that changes the value, such as `trim`, makes it not unchanged. */
function checked(passes: Passes, checks: readonly Check[]): Passes {
  if (passes === never || checks.length === 0) return passes;
  return (value) => {
    if (!passes(value)) return false;
    const payload: Checked = { value, issues: [] };
    for (const { _zod: check } of checks) {
      if (check.def.when !== undefined && !check.def.when(payload)) continue;
      if (check.check(payload) instanceof Promise) return false;
      if (payload.issues.length > 0 || payload.value !== value) return false;
    }
    return true;
  };
}

function oneOf(values: readonly unknown[]): Passes {
  return (value) => values.includes(value);
}

function orElse(nothing: null | undefined, inner: Schema | undefined): Passes {
  const passes = inner === undefined ? never : passesOf(inner);
  return passes === never ? never : (value) => value === nothing || passes(value);
}

function listOf(element: Schema | undefined): Passes {
  const passes = element === undefined ? never : passesOf(element);
  if (passes === never) return never;
  return (value) => {
    if (!Array.isArray(value)) return false;
    for (const item of value) if (!passes(item)) return false;
    return true;
  };
}

/**
 * Zod uses the first option that accepts the value. Which one that is does not matter only if no option changes
 * anything.
 */
function unionOf({ options = [], inclusive, discriminator }: Definition): Passes {
  if (inclusive === false || discriminator !== undefined || !options.every(changesNothing)) return never;
  const each = options.map(passesOf);
  return (value) => each.some((passes) => passes(value));
}

function changesNothing({ _zod: { def } }: Schema): boolean {
  if (def.coerce === true || def.format !== undefined) return false;
  if (!(def.checks ?? []).every(({ _zod: check }) => MEASURES.has(check.def.check ?? ""))) return false;
  if (def.type === "array") return def.element !== undefined && changesNothing(def.element);
  return ["string", "number", "boolean", "literal", "enum"].includes(def.type);
}

/** Checks that only read the value. */
const MEASURES: ReadonlySet<string> = new Set(["min_length", "max_length", "greater_than", "less_than"]);

function pipeOf({ in: inner, out }: Definition): Passes {
  const transform = out?._zod.def.transform;
  if (inner === undefined || typeof transform !== "function" || !changingNullsAlone.has(transform))
    return never;
  const passes = passesOf(inner);
  if (passes === never) return never;
  return (value) => value !== null && !hasNull(value) && passes(value);
}

function hasNull(value: unknown): boolean {
  if (typeof value !== "object" || Array.isArray(value)) return false;
  for (const name in value) if ((value as Fields)[name] === null) return true;
  return false;
}

type Fields = Readonly<Record<string, unknown>>;

function objectOf({ shape = {}, catchall }: Definition): Passes {
  const isLoose = catchall?._zod.def.type === "unknown";
  if (catchall !== undefined && !isLoose && catchall._zod.def.type !== "never") return never;
  const fields = new Map<string, Passes>();
  const required: string[] = [];
  for (const [name, schema] of Object.entries(shape)) {
    const passes = passesOf(schema);
    fields.set(name, passes);
    if (schema._zod.optin !== "optional" || !passes(undefined)) required.push(name);
  }
  return (value) => {
    if (!isPlainObject(value)) return false;
    for (const name of required) if (!Object.hasOwn(value, name)) return false;
    for (const name in value) {
      const passes = fields.get(name);
      // A property that is present but undefined differs between zod and JSON.
      if (value[name] === undefined) return false;
      if (passes === undefined ? !isLoose || name === "__proto__" : !passes(value[name])) return false;
    }
    return true;
  };
}

function isPlainObject(value: unknown): value is Fields {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
