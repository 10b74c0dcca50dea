/**
 * What people do to dead letters, one script per change.
 */
import { nextStep, type Decision } from "../delivery/decision.ts";
import type { Delivery } from "../delivery/record.ts";
import { TIMELINE_CAP } from "../delivery/timeline.ts";
import type { Change, Changes, Replaying } from "../operations/ports.ts";
import type { ScriptedRedis } from "./connection.ts";
import { AccountKeys } from "./keys.ts";
import { promotedOf } from "./promoted.ts";
import { encodeRequest, encodeState } from "./record-codec.ts";

/** How long the second delivery of a lane waits before it looks whether its head is still there. */
const LANE_RECHECK_MS = 60_000;

export class DeadLetters implements Omit<Changes, "save" | "retryCallback"> {
  readonly #redis: ScriptedRedis;
  readonly #base: string;

  constructor(redis: ScriptedRedis, prefix: string, account: string) {
    this.#redis = redis;
    this.#base = new AccountKeys(prefix, account).base;
  }

  /** `promoted` names the delivery itself if it is its lane's head and wants a ticket. */
  async replay({ delivery, decision, request, payload }: Replaying): Promise<Change> {
    const { state, version } = delivery;
    const step = nextStep(decision.state);
    if (step.kind === "end") throw new Error("a replayed delivery has something left to do");
    const [kind, , isHead] = (await this.#redis.bidaReplay(
      this.#base,
      request.id,
      version,
      encodeState(decision.state, request),
      encodeRequest(request),
      decision.state.status,
      request.createdAt,
      step.kind,
      step.at,
      state.reason ?? "",
      request.lane ?? "",
      request.deadlineAt,
      LANE_RECHECK_MS,
      TIMELINE_CAP,
      payload ?? "",
      ...decision.entries.map((entry) => JSON.stringify(entry)),
    )) as ["saved" | "stale" | "gone", number?, number?];
    if (kind !== "saved") return { kind };
    return { kind, promoted: step.kind === "send" && isHead === 1 ? request : null };
  }

  async discard({ request, state, version }: Delivery, { state: next, entries }: Decision): Promise<Change> {
    const [kind, , promoted, priority] = (await this.#redis.bidaDiscard(
      this.#base,
      request.id,
      version,
      state.reason ?? "",
      request.lane ?? "",
      TIMELINE_CAP,
      LANE_RECHECK_MS,
      encodeState(next, request),
      ...entries.map((entry) => JSON.stringify(entry)),
    )) as ["saved" | "stale" | "gone", number?, string?, string?];
    if (kind !== "saved") return { kind };
    return { kind, promoted: promotedOf(promoted, priority) };
  }
}
