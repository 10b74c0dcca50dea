/**
 * A wire whose calls are signed before they leave.
 *
 * Invariants: a signer holds its secret in a closure, so nothing that can be printed or thrown contains it. A
 * signature that the platform repeats in its answer is redacted.
 */
import { wireOver, type PlatformCall, type Wire, type WireAnswer } from "../../platform-http.ts";
import { redactor } from "../../redact.ts";

/** Returns the same call, signed. */
export type Sign = (call: PlatformCall) => PlatformCall;

export function signedWire(wire: Wire, sign: Sign): Wire {
  return wireOver(wire, async (call, signal) => {
    const signed = attempted(call, sign);
    if (signed === null) return NOT_SIGNED;
    const answer = await wire.call(signed, signal);
    if (answer.kind !== "answered") return answer;
    return { ...answer, text: redactor(signaturesOf(signed))(answer.text) };
  });
}

/** Null for text that can never be signed. The error is dropped, because it may quote the text. */
function attempted(call: PlatformCall, sign: Sign): PlatformCall | null {
  try {
    return sign(call);
  } catch {
    return null;
  }
}

const NOT_SIGNED: WireAnswer = {
  kind: "invalid",
  detail: "no request can be made of it: it cannot be signed",
};

function signaturesOf({ headers = {} }: PlatformCall): string[] {
  return Object.entries(headers).flatMap(([name, value]) => (/signature/i.test(name) ? [value] : []));
}
