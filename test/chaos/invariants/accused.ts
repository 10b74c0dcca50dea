/**
 * No death blames the credentials. They are always right: only tokens become invalid, and a new one is
 * accepted. A delivery that ends because "the platform refused the token" was not tried often enough.
 */
import type { Delivery } from "../../../src/delivery/record.ts";
import type { Judge } from "./evidence.ts";

const BLAMES = /token|credential|unauthori[sz]ed|authentication|HTTP 40[13]|\b99020[12]\b/i;

export const accused: Judge = ({ deaths, history }) => {
  const judged = new Set(history.all.map(({ id }) => id));
  return deaths
    .filter(({ request }) => judged.has(request.id))
    .filter((death) => death.state.reason === "unauthorized" || BLAMES.test(detailsOf(death)))
    .map((death) => ({
      invariant: "lies",
      id: death.request.id,
      what: `dead ${death.state.reason ?? ""}, and blames the credentials: ${detailsOf(death)}`,
    }));
};

export function detailsOf({ state }: Delivery): string {
  const ofRecipients = state.recipients.flatMap(({ detail }) => detail ?? []);
  return [...new Set([state.detail ?? "", ...ofRecipients])].filter((text) => text !== "").join("; ");
}
