/**
 * A wire that brings no secret back: a platform that repeats a token or a key in its error text would put
 * it into the timeline, the dead letters and the log (DESIGN section 1, promise 7).
 */
import type { PlatformCall, Wire, WireAnswer } from "../channels/platform-http.ts";

/** Shorter ones are no secrets, and stand in every other answer by chance. */
const SHORTEST_SECRET = 8;
const REDACTED = "[redacted]";

export class RedactingWire implements Wire {
  readonly #wire: Wire;
  readonly #secrets: readonly string[];

  /** @param secrets of the account; the access token is taken from each call */
  constructor(wire: Wire, secrets: readonly (string | null | undefined)[]) {
    this.#wire = wire;
    // A header may hold its scheme before the secret: "Bearer …".
    this.#secrets = secrets.flatMap((secret) => secret?.split(/\s+/) ?? []);
  }

  async call(call: PlatformCall, signal: AbortSignal): Promise<WireAnswer> {
    const answer = await this.#wire.call(call, signal);
    if (answer.kind !== "answered") return answer;
    const token = call.query?.["accessToken"] ?? "";
    return { ...answer, text: redacted(answer.text, [...this.#secrets, token]) };
  }

  async close(): Promise<void> {
    await this.#wire.close();
  }
}

function redacted(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
}
