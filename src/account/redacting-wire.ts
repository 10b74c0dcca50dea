/**
 * A wire whose answers hold no secret. A platform may repeat a token or a key in its error text; without this it would
 * appear in the timeline, the dead letters and the log (ARCHITECTURE section 1, promise 7).
 */
import type { PlatformCall, Wire, WireAnswer } from "../platforms/platform-http.ts";
import type { Redact } from "../platforms/redact.ts";
import type { Secrets } from "./secrets.ts";

export class RedactingWire implements Wire {
  readonly #wire: Wire;
  readonly #secrets: Secrets;

  /** @param secrets of the account; the access token is taken from each call */
  constructor(wire: Wire, secrets: Secrets) {
    this.#wire = wire;
    this.#secrets = secrets;
  }

  get keepsGuards(): boolean {
    return this.#wire.keepsGuards === true;
  }

  call(call: PlatformCall, signal: AbortSignal): Promise<WireAnswer> {
    const token = call.query?.["accessToken"];
    if (token !== undefined) this.#secrets.learn(token);
    // One from outside may give its answer without a promise.
    const answered = Promise.resolve(this.#wire.call(call, signal));
    return answered.then(token === undefined ? this.#cleanGrant : this.#cleanAnswer);
  }

  readonly #cleanGrant = (answer: WireAnswer): WireAnswer =>
    withText(answer, (text) => this.#secrets.inGrant(text));

  readonly #cleanAnswer = (answer: WireAnswer): WireAnswer =>
    withText(answer, (text) => this.#secrets.inAnswer(text));

  async close(): Promise<void> {
    await this.#wire.close();
  }
}

/** The answer itself where nothing of its text is to be taken out, as nearly always. */
function withText(answer: WireAnswer, redact: Redact): WireAnswer {
  if (answer.kind !== "answered") return answer;
  const text = redact(answer.text);
  return text === answer.text ? answer : { ...answer, text };
}
