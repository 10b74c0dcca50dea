/**
 * Parses a payload with its operation's schema. Numbers keep the spelling of their author.
 *
 * Where the schema wants a number, an `ExactNumber` is converted: `1.0` becomes 1. A number that JavaScript
 * would change is refused there; in fields that the schema does not know it passes untouched.
 */
import { z } from "zod";
import { digitsOf, ExactNumber } from "../delivery/exact-number.ts";
import { passesUnchanged } from "./passes-unchanged.ts";

/** A schema that takes a text or a whole number and returns text, with all digits of a long number. */
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

/** The first issue of one union may hide a number in another, so each try finds some more. */
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

/** The places where the schema refused a number only for its spelling. */
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

/** Replaces the class name ExactNumber in zod's messages by "number". */
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
  // No array of the values is built: most payloads have no exact number.
  if (Array.isArray(value)) return value.some(hasExactNumber);
  for (const name in value) if (hasExactNumber(value[name])) return true;
  return false;
}

/** The exact numbers that a loose object schema has taken for objects: it makes an empty object of each. */
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
