/**
 * Lines of CSV (RFC 4180) that a spreadsheet opens as they are: a mark at the beginning says UTF-8, a row is a line, and
 * no text from outside is taken for a formula.
 */
type Cell = string | number | null;

/** Without it, spreadsheets assume the machine's own code page. */
const BYTE_ORDER_MARK = "\uFEFF";

export function csvHead(names: readonly string[]): string {
  return BYTE_ORDER_MARK + csvLine(names);
}

export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(",")}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const oneLine = cell.replaceAll(/\r\n?|\n/g, " ");
  const text = /^[=+\-@\t]/.test(oneLine) ? `'${oneLine}` : oneLine;
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
