/**
 * Texts for columns that cannot hold every character: a table that somebody made in latin1, GBK or MySQL's `utf8`. What
 * does not fit is written as `\uXXXX`, as in JSON. A text that the database refused would be written again for ever, and
 * the rows behind it would wait. Pure.
 */

/** What a column holds: every character, those of the basic plane (no emoji), or only ASCII for sure. */
export type Repertoire = "all" | "basic" | "ascii";

const WHOLE_UNICODE = new Set(["utf8", "utf8mb4", "utf16", "utf16le", "utf32"]);

/** @param charset its name in PostgreSQL (`SHOW server_encoding`); SQL_ASCII takes any bytes */
export function repertoireOfEncoding(charset: string): Repertoire {
  const name = charset.toLowerCase();
  return WHOLE_UNICODE.has(name) || name === "sql_ascii" ? "all" : "ascii";
}

/** @param charset of a column of MySQL, where `utf8` has three bytes at most */
export function repertoireOfCharset(charset: string): Repertoire {
  const name = charset.toLowerCase();
  if (name === "utf8" || name === "utf8mb3" || name === "ucs2") return "basic";
  return WHOLE_UNICODE.has(name) ? "all" : "ascii";
}

export function fitting(text: string, repertoire: Repertoire): string {
  if (repertoire === "all") return text;
  return text.replace(
    repertoire === "basic" ? /[\ud800-\udfff]/g : /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
