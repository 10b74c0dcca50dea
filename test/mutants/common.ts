/**
 * What a channel of any platform can get wrong, and what both of Yunzhijia's can. `send` is the path of what it sends.
 */
import {
  absentInsteadOf,
  believesFirstRefusal,
  concludesOfSend,
  evidence,
  isARefusal,
  isDescribed,
  NEVER_LEFT,
  NOBODYS_CLAIM,
  PROVEN,
  provenInsteadOf,
  REFUSED,
  resendsOneByOne,
  seesStatus,
  takesUnknownFor,
  type Mutant,
} from "./mutant.ts";

export function mutantsOfAll(send: RegExp): Mutant[] {
  return [
    { name: "nobody else's claim counts", make: NOBODYS_CLAIM },
    { name: "a lost answer is a success", make: takesUnknownFor(PROVEN) },
    { name: "a lost answer is a refusal", make: takesUnknownFor(REFUSED) },
    { name: "a lost answer is followed by a send to each, unasked", make: resendsOneByOne() },
    { name: "a question that failed is proof", make: provenInsteadOf("inconclusive") },
    { name: "500 is a refusal", make: seesStatus(send, (status) => (status >= 500 ? 400 : status)) },
    { name: "403 is a refusal", make: isARefusal(send, 403) },
  ];
}

/** Their platform shows what it has, and asks for a token. */
export function mutantsOfYunzhijia(send: RegExp): Mutant[] {
  return [
    { name: "no lane", make: isDescribed({ entity: () => null }) },
    { name: "a question that failed means absent", make: absentInsteadOf("inconclusive") },
    { name: "absent is proof", make: provenInsteadOf("absent") },
    {
      name: "received is delivered",
      make: concludesOfSend((outcome) =>
        outcome.kind === "accepted" ? { ...outcome, kind: "confirmed", evidence } : outcome,
      ),
    },
    { name: "a lost answer never left", make: takesUnknownFor(NEVER_LEFT) },
    {
      name: "a refusal may have arrived",
      make: concludesOfSend((outcome) =>
        outcome.kind === "rejected" ? { kind: "unknown", cause: "ambiguous", detail: "" } : outcome,
      ),
    },
    { name: "the first refusal is believed", make: believesFirstRefusal(send) },
    {
      name: "a fresh token that is refused is no token's fault",
      make: concludesOfSend((outcome) => (outcome.kind === "unauthorized" ? REFUSED : outcome)),
    },
    {
      name: "an expired token is a refusal",
      make: seesStatus(send, (status) => (status === 401 ? 400 : status)),
    },
  ];
}
