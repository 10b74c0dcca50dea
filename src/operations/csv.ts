/**
 * Lines of CSV (RFC 4180) for spreadsheets: a byte order mark says UTF-8, each row is one line, and no text
 * from outside is taken for a formula.
 */
type Cell = string | number | null;

/** Without it, spreadsheets assume the code page of the machine. */
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
