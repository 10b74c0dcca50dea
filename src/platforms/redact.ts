/**
 * Removes secrets from text, in whatever form they were written into it.
 *
 * A platform may repeat what it was sent as JSON (`\/`, `=`), in a URL (`%2B`), in HTML (`&amp;`), or in
 * base64. The text is not parsed: each character of a secret is searched for in all its forms, so that
 * mixtures, or JSON inside JSON, are found as well.
 */

/** Shorter secrets occur in many answers by chance: they are searched for only as whole words. */
const SHORTEST_SECRET = 8;
/** Shorter secrets may be ordinary words: they are removed only where they are the whole text. */
const SHORTEST_WORD = 3;
const REDACTED = "[redacted]";

/**
 * Where a secret begins with backslashes (an escape, or its own), it is searched for once in a run of them: from
 * each of them on, a long run would hold the process for minutes. A secret that does not may begin behind one.
 */
const NOT_AFTER_BACKSLASH = String.raw`(?!(?<=\\)\\)`;

export type Redact = (text: string) => string;

export function redactor(secrets: readonly (string | null | undefined)[]): Redact {
  const forms = [...new Set(secrets.flatMap((secret) => formsOf(secret ?? "")))];
  if (forms.length === 0) return (text) => text;
  // The longest first: replacing a part of a secret must not leave the rest of it.
  const pattern = new RegExp(
    forms
      .toSorted((a, b) => b.length - a.length)
      .map((form) => NOT_AFTER_BACKSLASH + Array.from(form, inAnyForm).join(""))
      .join("|"),
    "g",
  );
  return (text) => {
    // Most answers hold no escapes: a plain search is enough.
    const isPlain = !/[\\%&+]/.test(text) && !forms.some((form) => text.includes(form));
    return isPlain ? text : text.replace(pattern, REDACTED);
  };
}

/**
 * Removes short secrets from text that people read, where each is a whole word or the whole text. Not for
 * answers of a platform, whose numbers would be removed too.
 */
export function wordRedactor(secrets: readonly string[]): Redact {
  const short = [...new Set(secrets)].filter(({ length }) => length > 0 && length < SHORTEST_SECRET);
  const words = short.filter(({ length }) => length >= SHORTEST_WORD).toSorted((a, b) => b.length - a.length);
  if (short.length === 0) return (text) => text;
  const pattern = words.length === 0 ? null : new RegExp(words.map(asWord).join("|"), "g");
  return (text) => {
    if (short.includes(text.trim())) return REDACTED;
    return pattern === null ? text : text.replace(pattern, REDACTED);
  };
}

/** Chinese has no spaces, so only an ASCII letter, digit or _ continues a word. */
function asWord(secret: string): string {
  const inner = Array.from(secret, inAnyForm).join("");
  const begins = /^\w/.test(secret) ? String.raw`(?<!\w)` : "";
  const ends = /\w$/.test(secret) ? String.raw`(?!\w)` : "";
  return `${begins}${inner}${ends}`;
}

/** The secret itself, and its base64 forms at every offset in a longer text. */
function formsOf(secret: string): string[] {
  if (secret.length < SHORTEST_SECRET) return [];
  const encoded = [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    // The first and last base64 digits depend on the neighbouring bytes, and are left out.
    const whole = Math.floor((bytes.length * 8) / 6);
    const digits = bytes.toString("base64").slice(Math.ceil((before * 8) / 6), whole);
    return [digits, digits.replaceAll("+", "-").replaceAll("/", "_")];
  });
  return [secret, ...encoded.filter((digits) => digits.length >= SHORTEST_SECRET)];
}

const NAMED: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

function inAnyForm(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const units = character
    .split("")
    .map((unit) => String.raw`\\+u` + inAnyCase(unit.charCodeAt(0).toString(16).padStart(4, "0")));
  const percent = [...Buffer.from(character)].map(
    (byte) => "%(?:25)*" + inAnyCase(byte.toString(16).padStart(2, "0")),
  );
  const named = NAMED[character];
  return `(?:${[
    literally(character),
    units.join(""),
    percent.join(""),
    `&#(?:0*${code}|[xX]0*${inAnyCase(code.toString(16))});`,
    ...(named === undefined ? [] : [named]),
    ...(/[/"\\]/.test(character) ? [String.raw`\\+` + literally(character)] : []),
    ...(character === " " ? [String.raw`\+`] : []),
  ].join("|")})`;
}

function literally(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`);
}

function inAnyCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
