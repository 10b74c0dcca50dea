/**
 * Saves one decision and does what follows from it: wakes whom it made due, tells the story.
 */
import { nextStep, type Decision } from "../delivery/decision.ts";
import { isEnded, type Delivery, type DeliveryState } from "../delivery/record.ts";
import type { AccountLine } from "./account-line.ts";
import type { Saving } from "./ports.ts";

/** A receipt that came late is read, and the decision is made again. Few come, so few tries are needed. */
const TRIES = 5;

/** Saves what `decide` makes of the state, also if a receipt came late meanwhile. */
export async function saveDecided(
  delivery: Delivery,
  decide: (state: DeliveryState) => Decision,
  line: AccountLine,
): Promise<Saving["kind"]> {
  let current = delivery;
  for (let tries = 0; ; tries += 1) {
    const saving = await saveDecision(current, decide(current.state), line);
    if (saving !== "late" || tries === TRIES) return saving;
    const standing = await line.deliveries.standing(delivery.request.id);
    if (standing?.delivery.version !== delivery.version) return "stale";
    current = standing.delivery;
  }
}

export async function saveDecision(
  delivery: Delivery,
  decision: Decision,
  line: AccountLine,
): Promise<Saving["kind"]> {
  const { request } = delivery;
  const { state } = decision;
  const { policy } = line;
  const saving = await line.deliveries.save(delivery, decision, {
    leavesLane: leavesLane(decision, line),
    policy,
  });
  if (saving.kind !== "saved") {
    if (saving.kind !== "late")
      line.world.emit({ event: "delivery.fenced", account: request.account, id: request.id });
    return saving.kind;
  }
  if (saving.rings) await line.wakeup.ring().catch(line.onRingFailed);
  const step = nextStep(state);
  if (step.kind === "check") line.nudge(step.at - line.world.now());
  else line.nudgeSends(step.kind === "send" ? step.at - line.world.now() : 0);
  if (isEnded(state.status) && !isEnded(delivery.state.status)) {
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
  return "saved";
}

/** A dead head holds its lane until a person acts, unless the account says to skip it. */
function leavesLane({ state }: Decision, { onDeadHead }: AccountLine): boolean {
  return state.status === "dead"
    ? onDeadHead === "skip" || state.reason === "blocked"
    : isEnded(state.status);
}
