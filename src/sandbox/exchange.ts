/**
 * One HTTP request, before it is known whether it is for a platform or for the control of the sandbox.
 */
import type { IncomingMessage, ServerResponse } from "node:http";

export type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

const mostBodyBytes = 8 * 1_048_576;

/** The whole body as text; null when the client left, or sent more than 8 MiB. */
export async function readText(request: IncomingMessage): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > mostBodyBytes) request.destroy();
    else chunks.push(chunk);
  });
  request.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
  request.on("error", () => resolve(null));
  request.on("close", () => resolve(null));
  return promise;
}

/** Whole numbers above 2^53 become text with every digit, because ids are text here. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, keepDigits);
  } catch {
    // Each endpoint decides how it answers a body that is not JSON.
    return undefined;
  }
}

function keepDigits(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || !Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  return context?.source ?? value;
}

/** Path without query, and the query. */
export function splitTarget(target: string): { path: string; query: URLSearchParams } {
  const mark = target.indexOf("?");
  if (mark === -1) return { path: target, query: new URLSearchParams() };
  return { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) };
}
