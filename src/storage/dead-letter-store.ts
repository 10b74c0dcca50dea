/**
 * Replays dead letters and erases ended deliveries: one script each.
 */
import { nextStep, type SaveResult } from "../delivery/decision.ts";
import type { Delivery } from "../delivery/record.ts";
import type { Replaying } from "../operations/ports.ts";
import type { ScriptedRedis } from "./connection.ts";
import { linesOf, type DeliveryStore } from "./delivery-store.ts";
import { AccountKeys, type AccountScope } from "./keys.ts";
import { recipientNames } from "../delivery/lookup-names.ts";
import { encodeRequest, encodeState } from "./record-codec.ts";
import { argsOf, FORGET, REPLAY } from "./scripts.ts";

export class DeadLetterStore {
  readonly #redis: ScriptedRedis;
  readonly #base: string;
  readonly #store: Pick<DeliveryStore, "nextSaver">;

  constructor(
    redis: ScriptedRedis,
    {
      scope: { prefix, account },
      store,
    }: { readonly scope: AccountScope; readonly store: Pick<DeliveryStore, "nextSaver"> },
  ) {
    this.#redis = redis;
    this.#base = new AccountKeys(prefix, account).base;
    this.#store = store;
  }

  async replay({ delivery, decision, request, payload, action }: Replaying): Promise<SaveResult> {
    const { state, version } = delivery;
    const step = nextStep(decision.state);
    if (step.kind === "end") throw new Error("a replayed delivery has something left to do");
    const args = argsOf(REPLAY, {
      named: {
        id: request.id,
        version,
        saver: this.#store.nextSaver(),
        state: encodeState(decision.state, request),
        request: encodeRequest(request),
        to: decision.state.status,
        createdAt: request.createdAt,
        step: step.kind,
        at: step.at,
        reason: state.reason ?? "",
        lane: request.lane ?? "",
        deadline: request.deadlineAt,
        priority: request.priority,
        payload: payload ?? "",
        recipients: recipientNames(decision.state),
        action: action ?? "",
        entries: linesOf(decision.entries),
      },
    });
    const [kind, rings] = await this.#redis.bidaReplay(this.#base, ...args);
    return kind === "saved" ? { kind, rings: rings === 1 } : { kind };
  }

  /** Erases a record as the retention would later: its key and the platform's ids stay known for the same time. */
  async forget(
    { request, state, version }: Delivery,
    {
      retentionMs,
      referenceRetentionMs,
    }: { readonly retentionMs: number; readonly referenceRetentionMs: number },
  ): Promise<boolean> {
    const args = argsOf(FORGET, {
      named: {
        id: request.id,
        version,
        status: state.status,
        keyMs: retentionMs,
        receiptMs: referenceRetentionMs,
      },
    });
    return (await this.#redis.bidaForget(this.#base, ...args)) === 1;
  }
}
