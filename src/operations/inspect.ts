/**
 * Shows one delivery, with its timeline and its payload if they are asked for. Every read of a payload is
 * written to the audit log.
 */
import { readAccepted } from "../delivery/exact-json.ts";
import { isEnded } from "../delivery/record.ts";
import { writeAct } from "./audit.ts";
import type { Caller } from "./caller.ts";
import { type CallbackView, callbackView, deliveryView, type DeliveryView } from "./delivery-view.ts";
import { withDelivery, type NoDelivery } from "./find-delivery.ts";
import { waitsBehind } from "./lane-head.ts";
import { timelineView, type TimelineView } from "./timeline-view.ts";
import type { OperationsContext, Unavailable } from "./context.ts";

interface InspectInput {
  readonly id: string;
  readonly caller: Caller;
  readonly include: readonly ("timeline" | "payload" | "callback")[];
}

interface InspectedView extends DeliveryView {
  readonly trace: ReturnType<OperationsContext["traceOf"]>;
  /** Set if the delivery was trimmed: its payload and some entries of its timeline are gone. */
  readonly trimmed?: true;
  readonly timeline?: readonly TimelineView[];
  readonly payload?: unknown;
  /** The payloads that edits have replaced, the first one first. */
  readonly originals?: readonly unknown[];
  readonly callback?: CallbackView | null;
}

export type InspectResult =
  | {
      readonly kind: "found";
      readonly account: string;
      readonly hasEnded: boolean;
      readonly delivery: InspectedView;
    }
  | NoDelivery
  | Unavailable;

export async function inspect(input: InspectInput, context: OperationsContext): Promise<InspectResult> {
  const { id, caller, include } = input;
  return withDelivery({ id, caller, context }, async ({ account, stored }): Promise<InspectResult> => {
    const { request, state } = stored.delivery;
    let view: InspectedView = {
      ...deliveryView(stored.delivery, stored.isBeingSent),
      trace: context.traceOf(request),
    };
    view = {
      ...view,
      detail:
        view.detail ?? (await waitsBehind(stored.delivery, { lists: account.lists, now: context.now() })),
    };
    if (stored.isTrimmed === true) view = { ...view, trimmed: true };
    if (include.includes("timeline"))
      view = { ...view, timeline: timelineView(request.createdAt, await account.lists.timeline(id)) };
    if (include.includes("payload")) {
      await writeAct({ caller, act: "read payload", account: account.name, id }, context);
      const { payload, originals } = await account.lists.payloads(id);
      // A payload that can no longer be read is left out.
      const [now, before] = [readAccepted(payload), originals.flatMap((text) => readAccepted(text) ?? [])];
      if (now !== null) view = { ...view, payload: now };
      if (before.length > 0) view = { ...view, originals: before };
    }
    if (include.includes("callback")) view = { ...view, callback: callbackView(stored) };
    return { kind: "found", account: account.name, hasEnded: isEnded(state.status), delivery: view };
  });
}
