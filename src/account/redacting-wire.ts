/**
 * A wire that brings no secret back: a platform that repeats a token or a key in its error text would put
 * it into the timeline, the dead letters and the log (DESIGN section 1, promise 7).
 */
import type { PlatformCall, Wire, WireAnswer } from "../channels/platform-http.ts";
import { redactor, type Redact } from "./redact.ts";

/** Tokens whose patterns are kept: an account has a few at a time. */
const MOST_TOKENS = 8;

export class RedactingWire implements Wire {
  readonly #wire: Wire;
  readonly #redact: Redact;
  readonly #tokens = new Map<string, Redact>();

  /** @param secrets of the account; the access token is taken from each call */
  constructor(wire: Wire, secrets: readonly (string | null | undefined)[]) {
    this.#wire = wire;
    this.#redact = redactor(secrets.flatMap((secret) => (secret == null ? [] : partsOf(secret))));
  }

  async call(call: PlatformCall, signal: AbortSignal): Promise<WireAnswer> {
    const answer = await this.#wire.call(call, signal);
    if (answer.kind !== "answered") return answer;
    const token = call.query?.["accessToken"];
    const text = this.#redact(answer.text);
    return { ...answer, text: token === undefined ? text : this.#redactorOf(token)(text) };
  }

  async close(): Promise<void> {
    await this.#wire.close();
  }

  #redactorOf(token: string): Redact {
    const known = this.#tokens.get(token);
    if (known !== undefined) return known;
    const made = redactor([token]);
    if (this.#tokens.size >= MOST_TOKENS) this.#tokens.clear();
    this.#tokens.set(token, made);
    return made;
  }
}

/** A header may hold its scheme before the secret, `Bearer …`, or name and password in base64, `Basic …`. */
function partsOf(value: string): string[] {
  const basic = /^Basic\s+([\w+/=-]+)\s*$/i.exec(value)?.[1];
  const decoded = basic === undefined ? [] : [Buffer.from(basic, "base64").toString()];
  return [...value.split(/\s+/), ...decoded, ...decoded.map((pair) => pair.slice(pair.indexOf(":") + 1))];
}
