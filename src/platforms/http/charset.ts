/**
 * Decodes the bytes of an answer. JSON is UTF-8, but old servers write GBK, with or without saying so. Others name a
 * charset that is only their default (ISO-8859-1, GBK), and write UTF-8. Bytes that are valid UTF-8 are read as UTF-8,
 * because texts in another charset hardly ever are.
 */

/**
 * If more than this share of the characters beyond ASCII is broken, the text is not UTF-8. A cut text has only
 * one broken character.
 */
const BROKEN_PART = 0.25;

/** @param contentType the Content-Type of the answer */
export function decodeText(bytes: Buffer, contentType: string | undefined): string {
  const named = /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType ?? "")?.[1]?.toLowerCase() ?? null;
  if (named !== null && named !== "utf-8" && named !== "utf8") {
    const unicode = decodedAs("utf-8", bytes);
    if (unicode !== null && isSurelyUtf8(unicode, named)) return unicode;
    const text = decodedAs(named, bytes);
    if (text !== null) return text;
  }
  const text = UTF8.decode(bytes);
  return (isNoUtf8(text) ? decodedAs("gb18030", bytes) : null) ?? text;
}

const UTF8 = new TextDecoder();

/** Null for an unknown charset, and for bytes that are not valid in it. */
function decodedAs(charset: string, bytes: Buffer): string | null {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    // RangeError: unknown charset. TypeError: invalid bytes.
    return null;
  }
}

const SINGLE_BYTE = /^(?:iso-?8859|windows-125|cp125|latin|us-ascii|ascii|koi8)/;
/** Three bytes or four: two of them may be one character of GBK. */
const LONG_CHARACTER = /[\u0800-\uffff]/;
const BEYOND_ASCII = /\P{ASCII}/u;

function isSurelyUtf8(text: string, named: string): boolean {
  return (SINGLE_BYTE.test(named) ? BEYOND_ASCII : LONG_CHARACTER).test(text);
}

function isNoUtf8(text: string): boolean {
  // Nearly all texts have no broken character.
  if (!text.includes("\ufffd")) return false;
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  return broken > BROKEN_PART * (text.match(/\P{ASCII}/gu)?.length ?? 0);
}
