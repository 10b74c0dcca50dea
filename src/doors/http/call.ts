/**
 * A call of the API: one line of the contract. Validation, answers, OpenAPI and the readable page are
 * all made from it.
 */
import type { z } from "zod";
import type { Access, Withheld } from "./access.ts";
import type { Tag } from "./tags.ts";
import type { ExportFormat } from "../../operations/export.ts";

export interface AnswerSpec {
  readonly description: string;
  /** Null for an answer that is not JSON. */
  readonly schema: z.ZodType | null;
  readonly mediaType?: string;
  /** The schema of each part of an answer that is sent in parts: each event, each line. */
  readonly shownSchema?: z.ZodType;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Call<
  Path extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> {
  /** The operationId. */
  readonly name: string;
  /** What it is about, for the documentation. */
  readonly tag: Tag;
  readonly method: "GET" | "POST" | "DELETE";
  /** As OpenAPI writes it: /v1/deliveries/{id} */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** Who may call it: a row of the table of access. */
  readonly role: Access;
  readonly withheld?: Withheld;
  readonly pathSchema: Path;
  readonly query: Query;
  readonly body: Body;
  /** The operation itself validates the body; the documentation shows the order of each operation. */
  readonly bodyShown?: "order" | "orders";
  readonly headersShown?: Readonly<Record<string, string>>;
  readonly bodyLimitBytes?: number;
  /** A wrong item is refused alone: the call looks at `bodyFaults` itself. */
  readonly refusesItems?: true;
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  /** Statuses of its problems, beside those that every call has. */
  readonly problems: readonly number[];
}

export interface Answer {
  readonly status: number;
  /** JSON that fits the schema of its status, or the text itself. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An export as an answer: its lines as they come, as JSON or CSV. */
export function exported(lines: AsyncIterable<string>, format: ExportFormat): Answer {
  const headers = format === "csv" ? { "content-type": "text/csv; charset=utf-8" } : undefined;
  return { status: 200, body: lines, ...(headers === undefined ? {} : { headers }) };
}
