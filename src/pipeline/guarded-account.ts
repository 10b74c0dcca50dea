/**
 * An account for one send: a call that is too late does not leave, and every call that leaves has a place in
 * the account's rate.
 *
 * Between its lease and its departure a send may hang for long: on Redis, on an access token, on a connection.
 * Meanwhile its lease may run out, another worker may take it over, prove absence (rightly: nothing has left)
 * and send again. Fencing then keeps the late send's result out of Redis, but does not keep its request from
 * the platform. So each call carries the send's `SendGuard`, which the wire checks when it hands the bytes to a
 * socket. Sends that waited for one token would leave together: so a late one loses the place in the rate that
 * came with its lease, and takes another. The repeat of a refused call takes a new place too.
 */
import { type DeliveryRequest, familyOf } from "../delivery/record.ts";
import type { AccountAccess } from "../platforms/account-access.ts";
import type { SendGuard } from "../platforms/http/send-guard.ts";
import type { PlatformAnswer, PlatformCall } from "../platforms/platform-http.ts";
import { RecordedAccount } from "./recorded-account.ts";
import type { Runtime } from "./ports.ts";

/**
 * How long the place in the rate that came with a lease stays valid: the time in which Redis answers a look-up
 * of a reference.
 */
const PLACE_LASTS_MS = 100;

const TOO_LATE: PlatformAnswer = {
  kind: "unreachable",
  detail: "it could not leave in time: Redis or the access token was slow",
  isLate: true,
};

interface Sender {
  readonly request: Pick<DeliveryRequest, "id" | "operation" | "traceparent">;
  readonly guard: SendGuard;
}

export class GuardedAccount extends RecordedAccount {
  readonly #guard: SendGuard;
  /** The bucket of the account's rate that its calls draw from. */
  readonly #bucket: string;
  /** Until when the place that came with the lease is valid, by the monotonic clock. */
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

  /**
   * To be called right before the channel is: the place that came with the lease becomes valid for
   * `PLACE_LASTS_MS`.
   */
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
    if (!this.#guard.mayBegin()) return Promise.resolve(TOO_LATE);
    return super.callPlatform({ ...call, guard: this.#guard }, signal);
  }
}
