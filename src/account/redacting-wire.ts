/**
 * A wire whose answers hold no secret. A platform may repeat a token or a key in its error text; without this it would
 * appear in the timeline, the dead letters and the log (ARCHITECTURE section 1, promise 7).
 */
import { wireOver, type Wire, type WireAnswer } from "../platforms/platform-http.ts";
import type { Redact } from "../platforms/redact.ts";
import type { Secrets } from "./secrets.ts";

/** @param secrets of the account; the access token is taken from each call */
export function redactingWire(wire: Wire, secrets: Secrets): Wire {
  const cleanGrant = (answer: WireAnswer): WireAnswer => withText(answer, (text) => secrets.inGrant(text));
  const cleanAnswer = (answer: WireAnswer): WireAnswer => withText(answer, (text) => secrets.inAnswer(text));
  return wireOver(wire, (call, signal) => {
    const token = call.query?.["accessToken"];
    if (token !== undefined) secrets.learn(token);
    // One from outside may give its answer without a promise.
    const answered = Promise.resolve(wire.call(call, signal));
    return answered.then(token === undefined ? cleanGrant : cleanAnswer);
  });
}

/** The answer itself where nothing of its text is to be taken out, as nearly always. */
function withText(answer: WireAnswer, redact: Redact): WireAnswer {
  if (answer.kind !== "answered") return answer;
  const text = redact(answer.text);
  return text === answer.text ? answer : { ...answer, text };
}
