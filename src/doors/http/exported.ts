/**
 * An export as an answer: its lines as they come, as JSON or CSV.
 */
import type { ExportFormat } from "../../operations/export.ts";
import type { Answer } from "./call.ts";

export function exported(lines: AsyncIterable<string>, format: ExportFormat): Answer {
  const headers = format === "csv" ? { "content-type": "text/csv; charset=utf-8" } : undefined;
  return { status: 200, body: lines, ...(headers === undefined ? {} : { headers }) };
}
