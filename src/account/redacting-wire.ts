/**
 * A wire whose answers hold no secret. A platform may repeat a token or a key in its error text; without this it would
 * appear in the timeline, the dead letters and the log (ARCHITECTURE section 1, promise 7).
 */
import type { PlatformCall, Wire, WireAnswer } from "../platforms/platform-http.ts";
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

  async call(call: PlatformCall, signal: AbortSignal): Promise<WireAnswer> {
    const token = call.query?.["accessToken"];
    if (token !== undefined) this.#secrets.learn(token);
    const answer = await this.#wire.call(call, signal);
    if (answer.kind !== "answered") return answer;
    const { text } = answer;
    const clean = token === undefined ? this.#secrets.inGrant(text) : this.#secrets.inAnswer(text);
    return clean === text ? answer : { ...answer, text: clean };
  }

  async close(): Promise<void> {
    await this.#wire.close();
  }
}
