/**
 * A wire whose calls are signed before they leave.
 *
 * Invariants: a signer holds its secret in a closure, so nothing that can be printed or thrown contains it. A
 * signature that the platform repeats in its answer is redacted.
 */
import type { WireAnswer, PlatformCall, Wire } from "../../platform-http.ts";
import { redactor } from "../../redact.ts";

/** Returns the same call, signed. */
export type Sign = (call: PlatformCall) => PlatformCall;

export class SignedWire implements Wire {
  readonly #wire: Wire;
  readonly #sign: Sign;

  constructor(wire: Wire, sign: Sign) {
    this.#wire = wire;
    this.#sign = sign;
  }

  get keepsGuards(): boolean {
    return this.#wire.keepsGuards === true;
  }

  async call(call: PlatformCall, signal: AbortSignal): Promise<WireAnswer> {
    const signed = this.#signed(call);
    if (signed === null) return NOT_SIGNED;
    const answer = await this.#wire.call(signed, signal);
    if (answer.kind !== "answered") return answer;
    return { ...answer, text: redactor(signaturesOf(signed))(answer.text) };
  }

  async close(): Promise<void> {
    await this.#wire.close();
  }

  #signed(call: PlatformCall): PlatformCall | null {
    try {
      return this.#sign(call);
    } catch {
      // The text can never be signed. The error is dropped, because it may quote the text.
      return null;
    }
  }
}

const NOT_SIGNED: WireAnswer = {
  kind: "invalid",
  detail: "no request can be made of it: it cannot be signed",
};

function signaturesOf({ headers = {} }: PlatformCall): string[] {
  return Object.entries(headers).flatMap(([name, value]) => (/signature/i.test(name) ? [value] : []));
}
