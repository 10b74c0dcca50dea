/**
 * Saves one decision and does what follows from it: wakes the next of the lane, tells the story.
 */
import { nextStep, type Decision } from "../delivery/decision.ts";
import { isEnded, type Delivery } from "../delivery/record.ts";
import type { AccountLine } from "./account-line.ts";

/** False if another worker has moved the delivery on, or it is gone. */
export async function saveDecision(
  delivery: Delivery,
  decision: Decision,
  line: AccountLine,
): Promise<boolean> {
  const { request } = delivery;
  const { state } = decision;
  const saving = await line.deliveries.save(delivery, decision, leavesLane(decision, line));
  if (saving.kind !== "saved") {
    line.world.emit({ event: "delivery.fenced", account: request.account, id: request.id });
    return false;
  }
  if (saving.promoted !== null) await line.tickets.ring([saving.promoted]);
  const step = nextStep(state);
  if (step.kind === "check") line.nudge(step.at - line.world.now());
  if (isEnded(state.status)) {
    line.world.emit({
      event: "delivery.ended",
      account: request.account,
      id: request.id,
      operation: request.operation,
      lane: request.lane,
      status: state.status,
      reason: state.reason ?? null,
      detail: state.detail,
      sends: state.sends,
      checks: state.checks,
      ageMs: line.world.now() - request.createdAt,
    });
  }
  return true;
}

/** A dead head holds its lane until a person acts, unless the account says to skip it. */
function leavesLane({ state }: Decision, { onDeadHead }: AccountLine): boolean {
  return state.status === "dead"
    ? onDeadHead === "skip" || state.reason === "blocked"
    : isEnded(state.status);
}
