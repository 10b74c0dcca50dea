/**
 * Saves one decision and does what follows from it: wakes whom it made due, tells the story.
 */
import { nextStep, type Decision } from "../delivery/decision.ts";
import { isEnded, type Delivery, type DeliveryState } from "../delivery/record.ts";
import type { AccountContext } from "./account-context.ts";
import type { Saving } from "./ports.ts";

/** A receipt that came late is read, and the decision is made again. Few come, so few tries are needed. */
const TRIES = 5;

/** Saves what `decide` makes of the state, also if a receipt came late meanwhile. */
export async function saveDecided(
  delivery: Delivery,
  decide: (state: DeliveryState) => Decision,
  context: AccountContext,
): Promise<Saving["kind"]> {
  let current = delivery;
  for (let tries = 0; ; tries += 1) {
    const saving = await saveDecision(current, decide(current.state), context);
    if (saving !== "late" || tries === TRIES) return saving;
    const standing = await context.deliveries.standing(delivery.request.id);
    if (standing?.delivery.version !== delivery.version) return "stale";
    current = standing.delivery;
  }
}

export async function saveDecision(
  delivery: Delivery,
  decision: Decision,
  context: AccountContext,
): Promise<Saving["kind"]> {
  const { request } = delivery;
  const { state } = decision;
  const { policy } = context;
  const saving = await context.deliveries.save(delivery, decision, {
    leavesLane: leavesLane(decision, context),
    policy,
  });
  if (saving.kind !== "saved") {
    if (saving.kind !== "late")
      context.runtime.emit({ event: "delivery.fenced", account: request.account, id: request.id });
    return saving.kind;
  }
  if (saving.rings) await context.wakeup.ring().catch(context.onRingFailed);
  const step = nextStep(state);
  if (step.kind === "check") context.nudge(step.at - context.runtime.now());
  else context.nudgeSends(step.kind === "send" ? step.at - context.runtime.now() : 0);
  if (isEnded(state.status) && !isEnded(delivery.state.status)) {
    context.runtime.emit({
      event: "delivery.ended",
      account: request.account,
      id: request.id,
      operation: request.operation,
      lane: request.lane,
      traceparent: request.traceparent,
      status: state.status,
      reason: state.reason ?? null,
      detail: state.detail,
      sends: state.sends,
      checks: state.checks,
      ageMs: context.runtime.now() - Math.max(request.createdAt, request.notBefore ?? 0),
    });
  }
  return "saved";
}

/** A dead head holds its lane until a person acts, unless the account says to skip it. */
function leavesLane({ state }: Decision, { onDeadHead }: AccountContext): boolean {
  return state.status === "dead"
    ? onDeadHead === "skip" || state.reason === "blocked"
    : isEnded(state.status);
}
