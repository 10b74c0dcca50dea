/**
 * Wraps a wire so that its answers contain no secret. A platform may repeat a token or a key in its error text,
 * which would otherwise appear in timelines, dead letters and logs (ARCHITECTURE section 1, promise 7).
 */
import { wireOver, type Wire, type WireAnswer } from "../platforms/platform-http.ts";
import type { Redact } from "../platforms/redact.ts";
import type { Secrets } from "./secrets.ts";

/** @param secrets the secrets of the account; access tokens are taken from the calls */
export function redactingWire(wire: Wire, secrets: Secrets): Wire {
  const cleanGrant = (answer: WireAnswer): WireAnswer => withText(answer, (text) => secrets.inGrant(text));
  const cleanAnswer = (answer: WireAnswer): WireAnswer => withText(answer, (text) => secrets.inAnswer(text));
  return wireOver(wire, (call, signal) => {
    const token = call.query?.["accessToken"];
    if (token !== undefined) secrets.learn(token);
    // A wire from outside may return its answer without a promise.
    const answered = Promise.resolve(wire.call(call, signal));
    return answered.then(token === undefined ? cleanGrant : cleanAnswer);
  });
}

/** Returns the answer itself if nothing is redacted, which is nearly always so. */
function withText(answer: WireAnswer, redact: Redact): WireAnswer {
  if (answer.kind !== "answered") return answer;
  const text = redact(answer.text);
  return text === answer.text ? answer : { ...answer, text };
}
