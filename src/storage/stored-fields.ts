/**
 * Reads the fields of records that Bida has stored itself. Not with a schema: a worker reads each record at
 * least once, and for a few plain fields a schema takes several times as long.
 *
 * A field with a wrong type makes the whole record unreadable (`Unreadable`); unknown fields are ignored.
 */
import type { z } from "zod";

/** Thrown inside this folder alone, and caught by `readStored`. */
class Unreadable extends Error {}

export type Fields = Readonly<Record<string, unknown>>;

/** Null if the text is not JSON, or not what `read` expects. */
export function readStored<T>(text: string, read: (fields: Fields) => T): T | null {
  try {
    return read(fieldsOf(JSON.parse(text)));
  } catch (error) {
    if (error instanceof Unreadable || error instanceof SyntaxError) return null;
    throw error;
  }
}

export function fieldsOf(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Unreadable();
  return value as Fields;
}

export function number(value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new Unreadable();
  return value;
}

/** A missing field is zero. */
export function count(value: unknown): number {
  return value === undefined ? 0 : number(value);
}

/** A missing field is zero. A larger number makes the record unreadable. */
export function atMost(most: number, value: unknown): number {
  const found = count(value);
  if (found > most) throw new Unreadable();
  return found;
}

/** A missing field is null. */
export function time(value: unknown): number | null {
  return value === undefined || value === null ? null : number(value);
}

export function string(value: unknown): string {
  if (typeof value !== "string") throw new Unreadable();
  return value;
}

export function text(value: unknown): string | null {
  return value === undefined || value === null ? null : string(value);
}

export function oneOf<const Names extends readonly string[]>(names: Names, value: unknown): Names[number] {
  const found = names.find((name) => name === value);
  if (found === undefined) throw new Unreadable();
  return found;
}

export function list<T>(value: unknown, read: (fields: Fields) => T): T[] {
  if (!Array.isArray(value)) throw new Unreadable();
  return value.map((item) => read(fieldsOf(item)));
}

export function texts(value: unknown): Readonly<Record<string, string>> {
  const fields = fieldsOf(value);
  for (const name of Object.keys(fields)) string(fields[name]);
  return fields as Readonly<Record<string, string>>;
}

/**
 * Reads one of many records that are shown together. Null if the text is not JSON, or not what the schema
 * expects: a later version, or a person, may have written it, and the others are still shown.
 */
export function readKept<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
