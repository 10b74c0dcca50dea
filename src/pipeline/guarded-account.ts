/**
 * An account for one send: a call that is too late does not leave, and every call that leaves has a place in
 * the account's rate.
 *
 * Between its lease in Redis and its departure a send may hang for long: on Redis, on an access token, on a
 * connection. Meanwhile its lease runs out, another worker takes it over, proves absence (truly:
 * nothing has left) and sends again. Fencing keeps the late one's record out of Redis, but not its request
 * off the platform. So each call carries the send's `SendGuard`, and the wire looks at it when the bytes
 * are handed to a socket. And many that waited for one token would leave together: each has lost the place
 * that came with its lease, and takes another. So does the repetition of a call that was refused.
 */
import type { DeliveryRequest } from "../delivery/record.ts";
import { familyOf } from "../delivery/family.ts";
import type { AccountAccess } from "../platforms/account-access.ts";
import type { SendGuard } from "../platforms/http/send-guard.ts";
import type { PlatformAnswer, PlatformCall } from "../platforms/platform-http.ts";
import { RecordedAccount } from "./call-recorder.ts";
import type { Runtime } from "./ports.ts";

/** A place in the rate is lost when the call leaves later than this: what Redis needs to name a reference. */
const PLACE_LASTS_MS = 100;

const TOO_LATE: PlatformAnswer = {
  kind: "unreachable",
  detail: "it could not leave in time: Redis or the access token was slow",
  isLate: true,
};

interface Sender {
  readonly request: DeliveryRequest;
  readonly guard: SendGuard;
}

export class GuardedAccount extends RecordedAccount {
  readonly #guard: SendGuard;
  /** The bucket of the account's rate that its calls draw from. */
  readonly #bucket: string;
  /** The place that came with the lease is good until then, by the monotonic clock. */
  #placeUntil = 0;

  constructor(
    account: AccountAccess,
    {
      runtime,
      sender: { request, guard },
    }: { readonly runtime: Pick<Runtime, "emit" | "isTraced">; readonly sender: Sender },
  ) {
    super(account, { tracing: runtime, callers: [request] });
    this.#guard = guard;
    this.#bucket = familyOf(request.operation);
  }

  /** Its channel is asked now: the place that came with the lease is good for a moment. */
  begin(): void {
    this.#placeUntil = performance.now() + PLACE_LASTS_MS;
  }

  protected override callPlatform(call: PlatformCall, signal: AbortSignal): Promise<PlatformAnswer> {
    return performance.now() > this.#placeUntil
      ? this.#callWithNewPlace(call, signal)
      : this.#callNow(call, signal);
  }

  async #callWithNewPlace(call: PlatformCall, signal: AbortSignal): Promise<PlatformAnswer> {
    const permit = await this.permitCall(this.#bucket, signal);
    if (permit.kind === "denied") return { kind: "notPermitted", retryAfterMs: permit.retryAfterMs };
    return this.#callNow(call, signal);
  }

  #callNow(call: PlatformCall, signal: AbortSignal): Promise<PlatformAnswer> {
    // A place is for one call.
    this.#placeUntil = 0;
    if (!this.#guard.isOpen()) return Promise.resolve(TOO_LATE);
    return super.callPlatform({ ...call, guard: this.#guard }, signal);
  }
}
