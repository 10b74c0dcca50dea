/**
 * Replays of dead letters, in one script.
 */
import { nextStep } from "../delivery/decision.ts";
import type { Change, Replaying } from "../operations/ports.ts";
import type { ScriptedRedis } from "./connection.ts";
import { linesOf, type DeliveryStore } from "./delivery-store.ts";
import { AccountKeys } from "./keys.ts";
import { recipientNames } from "../delivery/lookup-names.ts";
import { encodeRequest, encodeState } from "./record-codec.ts";
import { argsOf, REPLAY } from "./scripts.ts";

export class DeadLetterStore {
  readonly #redis: ScriptedRedis;
  readonly #base: string;
  readonly #store: Pick<DeliveryStore, "nextSaver">;

  constructor(
    redis: ScriptedRedis,
    prefix: string,
    account: string,
    store: Pick<DeliveryStore, "nextSaver">,
  ) {
    this.#redis = redis;
    this.#base = new AccountKeys(prefix, account).base;
    this.#store = store;
  }

  async replay({ delivery, decision, request, payload }: Replaying): Promise<Change> {
    const { state, version } = delivery;
    const step = nextStep(decision.state);
    if (step.kind === "end") throw new Error("a replayed delivery has something left to do");
    const args = argsOf(REPLAY, {
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
      entries: linesOf(decision.entries),
    });
    const [kind, rings] = (await this.#redis.bidaReplay(this.#base, ...args)) as [
      "saved" | "stale" | "gone",
      number?,
    ];
    return kind === "saved" ? { kind, rings: rings === 1 } : { kind };
  }
}
