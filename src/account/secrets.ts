/**
 * What an account must never say: its secrets, and the tokens that its calls have carried.
 *
 * Text is cleaned twice: an answer as it comes from the wire, and once more, after it was parsed, each
 * string that is kept of it (in a record, a timeline, a log). There short secrets are found too, and what
 * no answer has brought: an error that quotes a call.
 */
import { redactor, wordRedactor, type Redact } from "../platforms/redact.ts";

/** Tokens whose patterns are kept: an account has a few at a time. */
const MOST_TOKENS = 8;

export class Secrets {
  readonly #own: Redact;
  readonly #words: Redact;
  readonly #tokens = new Map<string, Redact>();

  /** @param values secrets, or headers with a secret in them */
  constructor(values: readonly (string | null | undefined)[]) {
    const parts = values.flatMap((value) => (value == null ? [] : partsOf(value)));
    this.#own = redactor(parts);
    this.#words = wordRedactor(parts.filter((part) => !SCHEMES.has(part.toLowerCase())));
  }

  /** A token that a call carries. */
  learn(token: string): void {
    if (this.#tokens.has(token)) return;
    if (this.#tokens.size >= MOST_TOKENS) this.#tokens.clear();
    this.#tokens.set(token, redactor([token]));
  }

  /** An answer without them; JSON stays JSON. */
  inAnswer(text: string): string {
    let clean = this.#own(text);
    for (const redact of this.#tokens.values()) clean = redact(clean);
    return clean;
  }

  /** The answer of a call without a token: it may bring one, the same again among them, so tokens stay. */
  inGrant(text: string): string {
    return this.#own(text);
  }

  /** A string that is kept, without them. */
  inWords(text: string): string {
    return this.#words(this.inAnswer(text));
  }
}

/** How a header says what kind of secret follows. */
const SCHEMES: ReadonlySet<string> = new Set(["basic", "bearer", "token", "apikey", "digest"]);

/** A header may hold its scheme before the secret, `Bearer …`, or name and password in base64, `Basic …`. */
function partsOf(value: string): string[] {
  const basic = /^Basic\s+([\w+/=-]+)\s*$/i.exec(value)?.[1];
  const decoded = basic === undefined ? [] : [Buffer.from(basic, "base64").toString()];
  return [...value.split(/\s+/), ...decoded, ...decoded.map((pair) => pair.slice(pair.indexOf(":") + 1))];
}
