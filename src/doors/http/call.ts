/**
 * A call of the API: one entry of the contract. Validation, answers, OpenAPI and the page /docs are derived
 * from it.
 */
import type { z } from "zod";
import type { Access, Withheld } from "./access.ts";
import type { ExportFormat } from "../../operations/export.ts";

/** The calls of the API by what they are about, in the order of the documentation. */
export const TAGS = [
  ["deliveries", "What producers enqueue, and its progress."],
  ["dead letters", "Deliveries that could not be proven, and what a person decides about them."],
  ["actions", "Bulk actions, for example replays and discards."],
  ["search", "Search, and lanes that wait for a person."],
  ["accounts", "The state of the accounts."],
  ["fleet", "The processes that run, what they depend on, and live state."],
  ["intake", "Orders that producers write into Redis."],
  ["operations", "The operations and their payloads."],
  ["sessions", "Who the caller is, and sessions of people in a browser."],
  ["sandbox", "The simulated platforms of `bida up`; a real installation has none."],
  ["process", "Health and metrics."],
] as const;

type Tag = (typeof TAGS)[number][0];

export interface AnswerSpec {
  readonly description: string;
  /** Null if the answer is not JSON. */
  readonly schema: z.ZodType | null;
  readonly mediaType?: string;
  /** For an answer that is sent in parts: the schema of each part (an event, a line). */
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
  /** The section of the documentation. */
  readonly tag: Tag;
  readonly method: "GET" | "POST" | "DELETE";
  /** In OpenAPI's form: /v1/deliveries/{id} */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** Who may call it: a row of `ACCESS`. */
  readonly role: Access;
  readonly withheld?: Withheld;
  readonly pathSchema: Path;
  readonly query: Query;
  readonly body: Body;
  /** Set where the operation itself validates the body: the documentation then shows the order of each operation. */
  readonly bodyShown?: "order" | "orders";
  readonly headersShown?: Readonly<Record<string, string>>;
  readonly bodyLimitBytes?: number;
  /** Set where wrong items are refused one by one: the route then reads `bodyFaults` itself. */
  readonly refusesItems?: true;
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  /** The statuses of its problems, in addition to those that every call has. */
  readonly problems: readonly number[];
}

export interface Answer {
  readonly status: number;
  /** JSON that matches the schema of its status, or the text itself. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An export as an answer: a stream of lines, JSON or CSV. */
export function exported(lines: AsyncIterable<string>, format: ExportFormat): Answer {
  const headers = format === "csv" ? { "content-type": "text/csv; charset=utf-8" } : undefined;
  return { status: 200, body: lines, ...(headers === undefined ? {} : { headers }) };
}
