/**
 * Tables whose columns line up, also with Chinese text, which is two cells wide.
 */
import stringWidth from "string-width";

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string | number | null;
}

const GAP = "  ";
const NONE = "-";

/** The last column is cut to fit `width`, if there is one: a terminal's. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width?: number): string {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ of }) => printable(String(of(row) ?? NONE)))),
  ];
  const widths = columns.map((_, column) =>
    Math.max(...cells.map((line) => stringWidth(line[column] ?? ""))),
  );
  const lines = cells.map((line) => line.map((cell, column) => padTo(widths[column] ?? 0, cell)).join(GAP));
  return lines
    .map((line) => `${width === undefined ? line.trimEnd() : fit(line.trimEnd(), width)}\n`)
    .join("");
}

export function padTo(width: number, text: string): string {
  return text + " ".repeat(Math.max(0, width - stringWidth(text)));
}

/** One line without control characters: a platform's words must not move anybody's cursor. */
export function printable(text: string): string {
  return text.replaceAll(
    // oxlint-disable-next-line no-control-regex
    /[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]+/g,
    " ",
  );
}

/** JSON whose texts move no cursor and turn no line around: the same JSON, with such signs as escapes. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replaceAll(
    // eslint-disable-next-line no-control-regex
    /[\u007F-\u009F\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function fit(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let fitting = "";
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += stringWidth(segment);
    if (used > width - 1) break;
    fitting += segment;
  }
  return `${fitting}…`;
}
