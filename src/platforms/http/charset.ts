/**
 * The characters of an answer. JSON is UTF-8, but old servers write GBK, and say so or do not.
 */

/** If this share of the characters beyond ASCII is broken, the text is not UTF-8: a cut text breaks only one. */
const BROKEN_PART = 0.25;

/** @param contentType as the answer has it */
export function decodeText(bytes: Buffer, contentType: string | undefined): string {
  const named = /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType ?? "")?.[1]?.toLowerCase() ?? null;
  if (named !== null && named !== "utf-8" && named !== "utf8") {
    const text = decodedAs(named, bytes);
    if (text !== null) return text;
  }
  const text = UTF8.decode(bytes);
  return (isNoUtf8(text) ? decodedAs("gb18030", bytes) : null) ?? text;
}

const UTF8 = new TextDecoder();

/** Null for a charset that nobody knows, and bytes that are not of it. */
function decodedAs(charset: string, bytes: Buffer): string | null {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    // RangeError or TypeError: both say that it is not that.
    return null;
  }
}

function isNoUtf8(text: string): boolean {
  // Nearly all are plain.
  if (!text.includes("\ufffd")) return false;
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  return broken > BROKEN_PART * (text.match(/\P{ASCII}/gu)?.length ?? 0);
}
