/**
 * Parses a payload by its operation's schema, where numbers keep the spelling of their author.
 *
 * Where the schema wants a number, an `ExactNumber` of the same value will do: `1.0` is 1 there. One that
 * JavaScript would change is refused there, and travels untouched where the schema does not know the field.
 */
import { z } from "zod";
import { digitsOf, ExactNumber } from "../delivery/exact-number.ts";
import { passesUnchanged } from "./passes-unchanged.ts";

/** A channel's field that takes a text or a whole number, and gives the text: all digits of a long one. */
export const textOrWholeNumber = z.preprocess(
  (given) => (given instanceof ExactNumber && isWhole(given) ? digitsOf(given) : given),
  z
    .union([z.string().min(1, "expected a text that is not empty"), z.int()], {
      error: "expected a text or a whole number",
    })
    .transform(String),
);

function isWhole(number: ExactNumber): boolean {
  const value = number.toNumber();
  return value === null ? /^-?\d+$/.test(number.text) : Number.isSafeInteger(value);
}

/** A number as a field of one union may hide behind the first issue of another: each try tells some more. */
const MOST_TRIES = 4;

export type ParsedPayload<T> =
  { readonly success: true; readonly data: T } | { readonly success: false; readonly error: z.ZodError };

export function parsePayload<T>(schema: z.ZodType<T>, payload: unknown): ParsedPayload<T> {
  if (passesUnchanged(schema, payload)) return { success: true, data: payload as T };
  let given = payload;
  let result = schema.safeParse(given);
  for (let tries = 1; tries < MOST_TRIES && !result.success; tries += 1) {
    const plain = result.error.issues.flatMap((issue) => plainNumbersAt(issue, { given, under: [] }));
    if (plain.length === 0) break;
    for (const { path, value } of plain) given = withValue(given, { path, value });
    result = schema.safeParse(given);
  }
  if (!result.success) return { success: false, error: inWords(result.error, given) };
  const mistaken = hasExactNumber(given) ? takenForObjects({ given, parsed: result.data }, []) : [];
  if (mistaken.length === 0) return result;
  const issues = mistaken.map((path) => ({
    code: "custom" as const,
    path: [...path],
    message: "expected an object",
    input: undefined,
  }));
  return { success: false, error: new z.ZodError(issues) };
}

type Path = readonly PropertyKey[];
type Plain = { readonly path: Path; readonly value: number };

/** Where a schema refused a number for its spelling alone. */
function plainNumbersAt(
  issue: z.core.$ZodIssue,
  { given, under }: { readonly given: unknown; readonly under: Path },
): Plain[] {
  const path = [...under, ...issue.path];
  const here = valueAt(given, path);
  const value = here instanceof ExactNumber ? here.toNumber() : null;
  if (value !== null) return [{ path, value }];
  const inner = issue.code === "invalid_union" ? issue.errors.flat() : [];
  return inner.flatMap((each) => plainNumbersAt(each, { given, under: path }));
}

function valueAt(given: unknown, path: Path): unknown {
  let here = given;
  for (const step of path) here = isContainer(here) && Object.hasOwn(here, step) ? here[step] : undefined;
  return here;
}

function withValue(
  given: unknown,
  { path: [step, ...rest], value }: { readonly path: Path; readonly value: number },
): unknown {
  if (step === undefined) return value;
  if (!isContainer(given)) return given;
  if (Array.isArray(given))
    return given.with(Number(step), withValue(given[Number(step)], { path: rest, value }));
  return { ...given, [step]: withValue(given[step], { path: rest, value }) };
}

/** Zod names our class in its sentence; people read "number". */
function inWords(error: z.ZodError, given: unknown): z.ZodError {
  const issues = error.issues.map((issue) =>
    valueAt(given, issue.path) instanceof ExactNumber
      ? { ...issue, message: `${issue.message.replace("received ExactNumber", "received number")} (${LOST})` }
      : issue,
  );
  return new z.ZodError(issues);
}

const LOST = "this one has more digits than are carried here";

function hasExactNumber(value: unknown): boolean {
  if (!isContainer(value)) return false;
  if (value instanceof ExactNumber) return true;
  // Both without a list of what is in it: most payloads have none.
  if (Array.isArray(value)) return value.some(hasExactNumber);
  for (const name in value) if (hasExactNumber(value[name])) return true;
  return false;
}

/** A loose object takes any object, a number too, and makes an empty one of it. */
function takenForObjects(
  { given, parsed }: { readonly given: unknown; readonly parsed: unknown },
  path: Path,
): Path[] {
  if (!isContainer(parsed)) return [];
  if (given instanceof ExactNumber) return parsed instanceof ExactNumber ? [] : [path];
  if (!isContainer(given)) return [];
  return Object.keys(given).flatMap((name) =>
    takenForObjects({ given: given[name], parsed: parsed[name] }, [...path, name]),
  );
}

function isContainer(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null;
}
