/**
 * Saves one decision and does what follows from it: wakes a worker for what it made due, and emits the end.
 */
import { nextStep, type Decision, type SaveResult } from "../delivery/decision.ts";
import { isEnded, type Delivery, type DeliveryState } from "../delivery/record.ts";
import { sendableFrom } from "../delivery/time-to-confirm.ts";
import type { AccountContext } from "./account-context.ts";

/**
 * When a late receipt has arrived, it is read and the decision made again. Late receipts are rare, so few tries
 * are enough.
 */
const TRIES = 5;

/** Saves the decision that `decide` makes; makes it again if a late receipt arrives meanwhile. */
export function saveDecided(
  delivery: Delivery,
  {
    decide,
    context,
  }: { readonly decide: (state: DeliveryState) => Decision; readonly context: AccountContext },
): Promise<SaveResult["kind"]> {
  return saveDecision(delivery, { decision: decide(delivery.state), context }).then((saving) =>
    saving === "late" ? decideAgain(delivery, { decide, context }) : saving,
  );
}

async function decideAgain(
  { request, version }: Delivery,
  {
    decide,
    context,
  }: { readonly decide: (state: DeliveryState) => Decision; readonly context: AccountContext },
): Promise<SaveResult["kind"]> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const current = await context.deliveries.current(request.id);
    if (current?.delivery.version !== version) return "stale";
    const { delivery } = current;
    const saving = await saveDecision(delivery, { decision: decide(delivery.state), context });
    if (saving !== "late") return saving;
  }
  return "late";
}

export function saveDecision(
  delivery: Delivery,
  { decision, context }: { readonly decision: Decision; readonly context: AccountContext },
): Promise<SaveResult["kind"]> {
  const { policy } = context;
  return context.deliveries
    .save(delivery, { decision, leaving: { leavesLane: leavesLane(decision, context), policy } })
    .then((saving) => {
      if (saving.kind === "saved" && saving.rings) {
        // This worker may itself be asleep, and need not wait for the ring.
        context.nudgeSends(0);
        return ring(context).then(() => afterSave(delivery, { decision, context }));
      }
      if (saving.kind === "saved") afterSave(delivery, { decision, context });
      else if (saving.kind !== "late") emitFenced(delivery, context);
      return saving.kind;
    });
}

async function ring({ wakeup, onRingFailed }: AccountContext): Promise<void> {
  await wakeup.ring().catch(onRingFailed);
}

function emitFenced({ request: { account, id } }: Delivery, { runtime }: AccountContext): void {
  runtime.emit({ event: "delivery.fenced", account, id });
}

function afterSave(
  delivery: Delivery,
  { decision: { state }, context }: { readonly decision: Decision; readonly context: AccountContext },
): "saved" {
  const { request } = delivery;
  const step = nextStep(state);
  if (step.kind === "check") context.nudge(step.at - context.runtime.now());
  else if (step.kind === "send") context.nudgeSends(step.at - context.runtime.now());
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
      ageMs: context.runtime.now() - sendableFrom(request),
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
