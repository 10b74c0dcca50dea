/**
 * An account for one send: what has not left in time does not leave any more, and what leaves has a place
 * in the account's rate.
 *
 * Between its lease in Redis and its departure a send may hang for long: on Redis, on an access token, on a
 * connection. Meanwhile its lease runs out, another worker takes it over, proves absence (truly:
 * nothing has left) and sends again. Fencing keeps the late one's record out of Redis, but not its request
 * off the platform. So each call carries the send's `SendGuard`, and the wire looks at it when the bytes
 * are handed to a socket. And many that waited for one token would leave together: each has lost the place
 * that came with its lease, and takes another. So does the repetition of a call that was refused.
 */
import type { AccountAccess } from "../platforms/account-access.ts";
import type { SendGuard } from "../platforms/http/send-guard.ts";
import type { PlatformAnswer } from "../platforms/platform-http.ts";
import { accountWith } from "./call-recorder.ts";

/** A place in the rate is lost when the call leaves later than this: what Redis needs to name a reference. */
export const PLACE_LASTS_MS = 100;

const TOO_LATE: PlatformAnswer = {
  kind: "unreachable",
  detail: "it could not leave in time: Redis or the access token was slow",
  isLate: true,
};

interface Leaving {
  readonly guard: SendGuard;
  /** The bucket of the account's rate that its calls draw from. */
  readonly bucket: string;
  /** The place that came with the lease is good until then. */
  readonly placeUntil: number;
}

/** @param now a clock that never goes back, in ms, that `placeUntil` is told by */
export function guarded(
  account: AccountAccess,
  { guard, bucket, placeUntil }: Leaving,
  now: () => number = () => performance.now(),
): AccountAccess {
  let hasPlace = true;
  return accountWith(account, {
    call: async (call, signal) => {
      if (!hasPlace || now() > placeUntil) {
        const permit = await account.permitCall(bucket, signal);
        if (permit.kind === "denied") return { kind: "notPermitted", retryAfterMs: permit.retryAfterMs };
      }
      hasPlace = false;
      return guard.isOpen() ? await account.call({ ...call, guard }, signal) : TOO_LATE;
    },
  });
}
