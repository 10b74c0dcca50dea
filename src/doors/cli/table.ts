/**
 * Tables with aligned columns, also for Chinese characters, which are two cells wide.
 */
import stringWidth from "string-width";
import type { Language } from "../../language/language.ts";
import { type Heading, headingIn, inLanguage } from "../../language/say.ts";

export interface Column<Row> {
  readonly title: Heading;
  /**
   * The cells are Bida's own words, to be translated; otherwise they are names and codes, which are the same in
   * every language.
   */
  readonly isSaid?: boolean;
  readonly of: (row: Row) => string | number | null;
  /** The order in which columns are left out on a narrow terminal, from 1; absent for a column that always stays. */
  readonly goes?: number;
  /** True for the column that is cut where even that is not enough; by default the last one. */
  readonly isCut?: boolean;
}

const GAP = "  ";
const NONE = "-";
/** The least width of a cut column; below it other columns are left out. */
const LEAST_CUT = 12;

interface TableStyle {
  readonly language: Language;
  /** The width of the terminal; the table fits into it, with columns left out and one cut. */
  readonly width?: number | undefined;
}

export function table<Row>(
  columns: readonly Column<Row>[],
  { rows, style: { language, width } }: { readonly rows: readonly Row[]; readonly style: TableStyle },
): string {
  const shown = withCells(columns, { rows, language });
  const fitting = width === undefined ? shown : cutTo(width, withoutSpare(width, shown));
  const lines = ["", ...rows].map((_, line) =>
    fitting
      .map(({ cells, width: own }) => padTo(own, cells[line] ?? ""))
      .join(GAP)
      .trimEnd(),
  );
  return lines.map((line) => `${width === undefined ? line : fit(line, width)}\n`).join("");
}

interface Shown {
  readonly goes: number | null;
  readonly isCut: boolean;
  /** The title, and a cell for each row. */
  readonly cells: readonly string[];
  readonly width: number;
}

function withCells<Row>(
  columns: readonly Column<Row>[],
  { rows, language }: { readonly rows: readonly Row[]; readonly language: Language },
): readonly Shown[] {
  const marked = columns.some(({ isCut }) => isCut === true);
  return columns.map(({ title, of, isSaid = false, goes = null, isCut = false }, at) => {
    const cellOf = (row: Row): string => {
      const text = String(of(row) ?? NONE);
      return printable(isSaid ? inLanguage(text, language) : text);
    };
    const cells = [headingIn(title, language), ...rows.map(cellOf)];
    const width = Math.max(...cells.map((cell) => stringWidth(cell)));
    return { goes, isCut: marked ? isCut : at === columns.length - 1, cells, width };
  });
}

function withoutSpare(width: number, shown: readonly Shown[]): readonly Shown[] {
  const needed = widthOf(shown.map((one) => (one.isCut ? Math.min(one.width, LEAST_CUT) : one.width)));
  const [first] = shown.flatMap(({ goes }) => goes ?? []).toSorted((a, b) => a - b);
  if (needed <= width || first === undefined) return shown;
  return withoutSpare(
    width,
    shown.filter(({ goes }) => goes !== first),
  );
}

function cutTo(width: number, shown: readonly Shown[]): readonly Shown[] {
  const over = widthOf(shown.map((one) => one.width)) - width;
  if (over <= 0) return shown;
  return shown.map((one) => {
    const left = Math.max(LEAST_CUT, one.width - over);
    if (!one.isCut || one.width <= left) return one;
    return { ...one, width: left, cells: one.cells.map((cell) => fit(cell, left)) };
  });
}

function widthOf(widths: readonly number[]): number {
  return widths.reduce((sum, one) => sum + one, 0) + GAP.length * Math.max(0, widths.length - 1);
}

export function padTo(width: number, text: string): string {
  return text + " ".repeat(Math.max(0, width - stringWidth(text)));
}

/** One line without control characters: text from a platform must not move the cursor. */
export function printable(text: string): string {
  return text.replaceAll(
    // oxlint-disable-next-line no-control-regex
    /[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]+/g,
    " ",
  );
}

/** JSON with control and bidi characters escaped, so that no text can disturb the terminal. */
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
