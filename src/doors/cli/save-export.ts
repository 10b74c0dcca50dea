/**
 * Writes an export into a file or to the terminal, and counts its lines.
 */
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Cli } from "./cli.ts";
import { UsageError } from "./exit-status.ts";

/** Returns the number of lines. The file is readable only by its owner. */
export async function saveExport(
  body: ReadableStream<Uint8Array>,
  { output, cli: { context } }: { readonly output: string | undefined; readonly cli: Cli },
): Promise<number> {
  let lines = 0;
  const count = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      lines += chunk.filter((byte) => byte === 0x0a).length;
      yield chunk;
    }
  };
  const source = Readable.fromWeb(body);
  if (output === undefined) await pipeline(source, count, context.stdout, { end: false });
  else await pipeline(source, count, createWriteStream(output, { mode: 0o600 })).catch(notWritable);
  return lines;
}

function notWritable(error: unknown): never {
  if (error instanceof Error && "syscall" in error) throw new UsageError(`--output: ${error.message}`);
  throw error;
}
