/** As much of Markdown as the runbooks use, into blocks. What it does not know stays as it is written. Pure. */

export type Inline =
  | { readonly kind: "text" | "code" | "strong"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly to: string };

export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly text: string }
  | { readonly kind: "paragraph"; readonly parts: readonly Inline[] }
  | { readonly kind: "list"; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: "table"; readonly rows: readonly (readonly (readonly Inline[])[])[] }
  | { readonly kind: "code"; readonly text: string };

export function parseMarkdown(text: string): readonly Block[] {
  // A block of code may hold empty lines; between all others there is one.
  return text
    .split(/^(```[\s\S]*?^```)$/m)
    .flatMap((part) => (part.startsWith("```") ? [part] : part.split(/\n\s*\n/)))
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(blockOf);
}

function blockOf(text: string): Block {
  const lines = text.split("\n");
  const [first = ""] = lines;
  if (first.startsWith("```")) return { kind: "code", text: lines.slice(1, -1).join("\n") };
  const [, marks, title] = /^(#{1,4}) (.*)$/.exec(first) ?? [];
  if (marks !== undefined && title !== undefined)
    return { kind: "heading", level: marks.length, text: title };
  if (first.startsWith("| "))
    return { kind: "table", rows: lines.filter((line) => !/^\|[\s:|-]+\|$/.test(line)).map(cellsOf) };
  if (first.startsWith("- "))
    return { kind: "list", items: text.replace(/^- /, "").split("\n- ").map(inlinesOf) };
  return { kind: "paragraph", parts: inlinesOf(text) };
}

function cellsOf(line: string): readonly (readonly Inline[])[] {
  return line
    .replaceAll(/^\||\|$/g, "")
    .split("|")
    .map((cell) => inlinesOf(cell.trim()));
}

const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)\s]+)\)/g;

function inlinesOf(text: string): readonly Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, strong, linked = "", to] = match;
    if (match.index > from) parts.push({ kind: "text", text: text.slice(from, match.index) });
    if (code !== undefined) parts.push({ kind: "code", text: code });
    else if (strong !== undefined) parts.push({ kind: "strong", text: strong });
    else if (to !== undefined) parts.push({ kind: "link", text: linked, to });
    from = match.index + whole.length;
  }
  if (from < text.length) parts.push({ kind: "text", text: text.slice(from) });
  return parts;
}
