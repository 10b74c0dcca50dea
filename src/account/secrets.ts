/**
 * Removes from texts what an account must never show: its secrets, and the tokens of its calls.
 *
 * Text is redacted twice: first an answer, as it comes from the wire; then, after parsing, each string of it
 * that is kept (in a record, a timeline, a log). The second pass also finds short secrets, and secrets in texts
 * that are no answers, such as an error that quotes a call.
 */
import { redactor, wordRedactor, type Redact } from "../platforms/redact.ts";

/** How many tokens are remembered: an account uses a few at a time. */
const MOST_TOKENS = 8;

export class Secrets {
  readonly #own: Redact;
  readonly #words: Redact;
  readonly #tokens = new Map<string, Redact>();

  /** @param values secrets, or values of headers that contain one */
  constructor(values: readonly (string | null | undefined)[]) {
    const parts = values.flatMap((value) => (value == null ? [] : partsOf(value)));
    this.#own = redactor(parts);
    this.#words = wordRedactor(parts.filter((part) => !SCHEMES.has(part.toLowerCase())));
  }

  /** Adds a token that a call uses. */
  learn(token: string): void {
    if (this.#tokens.has(token)) return;
    if (this.#tokens.size >= MOST_TOKENS) this.#tokens.clear();
    this.#tokens.set(token, redactor([token]));
  }

  /** An answer without secrets and tokens; JSON stays valid JSON. */
  inAnswer(text: string): string {
    let clean = this.#own(text);
    for (const redact of this.#tokens.values()) clean = redact(clean);
    return clean;
  }

  /**
   * The answer to a call without a token, without secrets. Tokens stay, because the answer may bring one, even
   * the same again.
   */
  inGrant(text: string): string {
    return this.#own(text);
  }

  /** A string that is kept, without secrets and tokens. */
  inWords(text: string): string {
    return this.#words(this.inAnswer(text));
  }
}

/** Schemes that stand before a secret in a header. */
const SCHEMES: ReadonlySet<string> = new Set(["basic", "bearer", "token", "apikey", "digest"]);

/** The secrets in a header's value: without its scheme (`Bearer …`), and with name and password decoded (`Basic …`). */
function partsOf(value: string): string[] {
  const basic = /^Basic\s+([\w+/=-]+)\s*$/i.exec(value)?.[1];
  const decoded = basic === undefined ? [] : [Buffer.from(basic, "base64").toString()];
  return [...value.split(/\s+/), ...decoded, ...decoded.map((pair) => pair.slice(pair.indexOf(":") + 1))];
}
