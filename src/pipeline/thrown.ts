/**
 * What it means that a channel threw. Bida's channels never throw for what a platform does. A channel from
 * outside may call its platform without its account, and throw anything.
 *
 * Invariant: a send that may have left is never recorded as not sent, whatever was thrown.
 */
import type { SendOutcome } from "../delivery/outcome.ts";

interface Thrown {
  readonly error: unknown;
  /** It was thrown by Redis or the account, not by the channel. */
  readonly isOurs: boolean;
  readonly isAway: (error: unknown) => boolean;
}

/**
 * `unclear`: the channel threw it, and what it had done before is unknown; or Bida threw it, and it is no
 * programming error, so another try may succeed.
 */
type ThrownKind = "redisAway" | "bug" | "unclear";

export function kindOfThrown({ error, isOurs, isAway }: Thrown): ThrownKind {
  if (isOurs && isAway(error)) return "redisAway";
  return isMistake(error) ? "bug" : "unclear";
}

/** Whether a programming error threw it. `fetch` throws a TypeError too, but with a cause. */
function isMistake(error: unknown): boolean {
  const isLanguages =
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof ReferenceError ||
    error instanceof URIError;
  return isLanguages && error.cause === undefined;
}

interface ThrownSend {
  readonly kind: ThrownKind;
  readonly hasLeft: boolean;
  /** The worker gave the send up. A wait for the rate then throws, which is no failure. */
  readonly isGivenUp: boolean;
  readonly isOurs: boolean;
}

export function outcomeOfThrown({ kind, hasLeft, isGivenUp, isOurs }: ThrownSend): SendOutcome {
  if (kind === "unclear" && !isOurs)
    return { kind: "unknown", cause: "connection", detail: "its channel failed, perhaps after it had left" };
  if (hasLeft)
    return { kind: "unknown", cause: "interrupted", detail: "it failed, perhaps after it had left" };
  if (kind === "redisAway") return { kind: "unreachable", detail: "Redis was away before it could leave" };
  if (isGivenUp && isOurs) return { kind: "unreachable", detail: "it was given up before it could leave" };
  if (kind === "unclear")
    return { kind: "unreachable", detail: "Redis or Bida failed before it could leave; see the log" };
  return { kind: "invalid", detail: "sending it fails inside Bida before anything leaves; see the log" };
}
