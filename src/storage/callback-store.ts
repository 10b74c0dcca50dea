/**
 * The callbacks of one account in Redis: which are due, and what their attempts came to.
 */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { NEW_CALLBACK, type CallbackDecision, type CallbackState } from "../delivery/callback.ts";
import type { CallbackLease, Callbacks, LeasedCallback } from "../pipeline/callback/ports.ts";
import type { ScriptedRedis } from "./connection.ts";
import { AccountKeys, type AccountScope } from "./keys.ts";
import { decodeDelivery } from "./record-codec.ts";
import { wholeTexts } from "./trimmed-record.ts";
import { argsOf, LEASE_CALLBACKS, RETRY_CALLBACK, SAVE_CALLBACK } from "./scripts.ts";

const stateSchema = z.object({
  attempts: z.number(),
  status: z.enum(["due", "delivered", "dead"]),
  detail: z.string().nullable(),
}) satisfies z.ZodType<CallbackState>;

export class CallbackStore implements Callbacks {
  readonly #redis: ScriptedRedis;
  readonly #account: string;
  readonly #keys: AccountKeys;

  constructor(redis: ScriptedRedis, { prefix, account }: AccountScope) {
    this.#redis = redis;
    this.#account = account;
    this.#keys = new AccountKeys(prefix, account);
  }

  async lease(most: number, leaseMs: number): Promise<CallbackLease> {
    const lease = randomBytes(9).toString("base64url");
    const [now, next, ...items] = await this.#redis.bidaLeaseCallbacks(
      this.#keys.base,
      ...argsOf(LEASE_CALLBACKS, { named: { most, leaseMs, lease } }),
    );
    const callbacks: Promise<LeasedCallback>[] = [];
    for (let i = 0; i + 5 < items.length; i += 6) callbacks.push(this.#leased(items.slice(i, i + 6), lease));
    return {
      now,
      nextDueAt: next === "" ? null : Number(next),
      callbacks: await Promise.all(callbacks),
    };
  }

  async #leased(
    [id = "", url = "", text = "", request = "", state = "", version = "0"]: string[],
    lease: string,
  ): Promise<LeasedCallback> {
    // The record was trimmed before its callback was delivered.
    const texts =
      request === ""
        ? await wholeTexts(this.#redis, {
            record: this.#keys.delivery(id),
            request: null,
            state: state === "" ? null : state,
          })
        : { request, state };
    const where = { id, account: this.#account };
    const delivery = texts === null ? null : decodeDelivery(where, { ...texts, version: Number(version) });
    return { id, url: url === "" ? null : url, delivery, state: decodeCallback(text), lease };
  }

  /** False, and nothing is changed, when the lease was lost or the delivery is gone. */
  async save(
    { id, lease }: Pick<LeasedCallback, "id" | "lease">,
    { decision: { state, nextAt }, now }: { readonly decision: CallbackDecision; readonly now: number },
  ): Promise<boolean> {
    const saved = await this.#redis.bidaSaveCallback(
      this.#keys.base,
      ...argsOf(SAVE_CALLBACK, {
        named: {
          id,
          lease,
          state: JSON.stringify(state),
          nextAt: nextAt === null ? "" : Math.round(nextAt),
          isDead: state.status === "dead" ? 1 : 0,
          at: now,
        },
      }),
    );
    return saved === 1;
  }

  /** Null for a delivery without a callback, or whose callback was never tried. */
  async get(id: string): Promise<CallbackState | null> {
    const text = await this.#redis.hget(this.#keys.delivery(id), "callbackState");
    return text === null || text === "" ? null : decodeCallback(text);
  }

  /** Makes a callback that was given up due now; false if it was not given up, or its delivery is gone. */
  async retry(id: string): Promise<boolean> {
    return (
      (await this.#redis.bidaRetryCallback(this.#keys.base, ...argsOf(RETRY_CALLBACK, { named: { id } }))) ===
      1
    );
  }
}

/** A state that does not parse counts as a new callback: one callback too many is better than none. */
export function decodeCallback(text: string): CallbackState {
  if (text === "") return NEW_CALLBACK;
  try {
    const parsed = stateSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : NEW_CALLBACK;
  } catch {
    return NEW_CALLBACK;
  }
}
