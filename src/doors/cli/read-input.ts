/**
 * Reads payloads from the command line: JSON itself, `@file`, or `-` for stdin.
 */
import { createReadStream, fstatSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { readJson, sourceOf } from "../../delivery/exact-json.ts";
import type { JsonObject } from "../../delivery/record.ts";
import { JsonText } from "../../delivery/write-json.ts";
import { UsageError } from "./exit-status.ts";

/** A flag and its value, as given. */
interface Given {
  readonly flag: string;
  readonly value: string;
}

export async function readObject(given: Given, stdin: NodeJS.ReadStream): Promise<JsonObject> {
  return parseObject(given.flag, await readText(given, stdin));
}

export async function readText({ flag, value }: Given, stdin: NodeJS.ReadStream): Promise<string> {
  if (value === "-") return decoded(`${flag}: stdin`, await buffer(stdin));
  return value.startsWith("@") ? readNamed(flag, value.slice(1)) : value;
}

export function readNamed(flag: string, path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown cause";
    throw new UsageError(`${flag}: ${path} cannot be read (${code})`);
  }
  return decoded(`${flag}: ${path}`, bytes);
}

/**
 * Decodes UTF-8 and drops a byte order mark. Any other encoding is refused, because its characters would be
 * delivered wrong.
 */
function decoded(what: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${what} is not UTF-8 (is it GBK?)`);
  }
}

export function parseObject(flag: string, json: string): JsonObject {
  // The text is a payload, so the error says only where it is broken, without quoting it. Numbers keep their
  // digits.
  const reading = readJson(json);
  if (reading.kind === "malformed")
    throw new UsageError(`${flag}: expected JSON, it breaks at position ${reading.at}`);
  const [fault] = reading.faults;
  if (fault !== undefined) throw new UsageError(`${flag}: ${fault.pointer}: ${fault.detail}`);
  const parsed = reading.value;
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw new UsageError(`${flag}: expected a JSON object`);
  return parsed as JsonObject;
}

/** A value that was read here and not changed since is sent as its author wrote it. */
export function asWritten<T>(value: T): T {
  const text = typeof value === "object" && value !== null ? sourceOf(value) : null;
  return text === null ? value : (new JsonText(text) as T);
}

export interface InputLine {
  readonly number: number;
  readonly text: string;
  /** The share of all bytes that has been read; null where the total is unknown. */
  readonly share: number | null;
}

/** Lines of a file, or of stdin for `-`; empty ones are left out. */
export async function* readLines(path: string, stdin: NodeJS.ReadStream): AsyncGenerator<InputLine> {
  const source: Readable = path === "-" ? stdin : createReadStream(path);
  const total = path === "-" ? sizeOf(0) : null;
  let size = total;
  source.once("open", (fd: number) => (size = sizeOf(fd)));
  let bytes = 0;
  let number = 0;
  try {
    for await (const text of createInterface({ input: decodedStream(source), crlfDelay: Infinity })) {
      number += 1;
      bytes += Buffer.byteLength(text) + 1;
      if (text.trim() !== "") yield { number, text, share: size === null ? null : Math.min(1, bytes / size) };
    }
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown cause";
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA")
      throw new UsageError(`${path}: what follows line ${number} is not UTF-8 (is it GBK?)`);
    throw new UsageError(`${path}: cannot be read (${code})`);
  }
}

/** Fails at the first bytes that are not UTF-8, after the lines before them. */
function decodedStream(source: Readable): Readable {
  return Readable.from(
    (async function* () {
      const decoder = new TextDecoder("utf-8", { fatal: true });
      for await (const chunk of source) yield decoder.decode(chunk as Buffer, { stream: true });
      yield decoder.decode();
    })(),
  );
}

/** Null for a pipe or a terminal. */
function sizeOf(fd: number): number | null {
  try {
    const found = fstatSync(fd);
    return found.isFile() && found.size > 0 ? found.size : null;
  } catch {
    // A closed stdin has no size.
    return null;
  }
}
