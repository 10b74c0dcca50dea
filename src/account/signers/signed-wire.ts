/**
 * A wire whose calls are signed before they leave.
 *
 * Invariant: a signer holds its secret in a closure; nothing that can be printed or thrown has it.
 */
import type { WireAnswer, PlatformCall, Wire } from "../../channels/platform-http.ts";

/** The same call, with all that proves who makes it. */
export type Sign = (call: PlatformCall) => PlatformCall;

export class SignedWire implements Wire {
  readonly #wire: Wire;
  readonly #sign: Sign;

  constructor(wire: Wire, sign: Sign) {
    this.#wire = wire;
    this.#sign = sign;
  }

  async call(call: PlatformCall, signal: AbortSignal): Promise<WireAnswer> {
    return this.#wire.call(this.#sign(call), signal);
  }

  async close(): Promise<void> {
    await this.#wire.close();
  }
}
