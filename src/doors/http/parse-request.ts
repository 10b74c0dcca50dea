/**
 * Parses a request by its call: path, query and body together, so that all wrong fields are reported at once.
 */
import type { FastifyRequest } from "fastify";
import type { z } from "zod";
import { parsePayload, type ParsedPayload } from "../../platforms/parse-payload.ts";
import { passesUnchanged } from "../../platforms/passes-unchanged.ts";
import { keepSource } from "../../delivery/exact-json.ts";
import { fieldErrors, MOST_ERRORS, type FieldError } from "../../operations/field-errors.ts";
import type { Call } from "./call.ts";

export interface ParsedInput {
  readonly path: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

type Parsed =
  | { readonly kind: "parsed"; readonly input: ParsedInput }
  | { readonly kind: "invalid"; readonly errors: readonly FieldError[] };

export function parseRequest(call: Call, request: FastifyRequest): Parsed {
  const path = parsed(call.pathSchema, request.params);
  const query = parsed(call.query, request.query);
  const faults = call.refusesItems === true ? [] : (request.bodyFaults ?? []);
  if (faults.length > 0) return { kind: "invalid", errors: faults.slice(0, MOST_ERRORS) };
  const body = parsePayload(call.body, request.body);
  if (path.success && query.success && body.success) {
    // The schema has rebuilt the object; the payload's source text is kept for the copy.
    keepSource(payloadOf(request.body), payloadOf(body.data));
    return { kind: "parsed", input: { path: path.data, query: query.data, body: body.data } };
  }
  return {
    kind: "invalid",
    errors: [...errorsOf(path, ["path"]), ...errorsOf(query, ["query"]), ...errorsOf(body, [])],
  };
}

/** Skips the schema where the value passes unchanged, as most paths and queries do. */
function parsed(schema: z.ZodType, given: unknown): ParsedPayload<unknown> {
  return passesUnchanged(schema, given) ? { success: true, data: given } : schema.safeParse(given);
}

function payloadOf(body: unknown): unknown {
  return typeof body === "object" && body !== null && "payload" in body ? body.payload : null;
}

function errorsOf(result: ParsedPayload<unknown>, under: readonly string[]): FieldError[] {
  return result.success ? [] : fieldErrors(result.error, under);
}
