/**
 * Replays a dead letter, with its payload as it is or with another one.
 *
 * What may have arrived is checked first. The payload before an edit stays with the record.
 */
import { operationOf } from "../platforms/operation.ts";
import { parsePayload } from "../platforms/parse-payload.ts";
import { difference } from "../delivery/difference.ts";
import { readAccepted } from "../delivery/exact-json.ts";
import { mayHaveArrived, replay, type Edit } from "../delivery/replay.ts";
import type { Delivery, JsonObject } from "../delivery/record.ts";
import { largerThan, PAYLOAD_LIMIT_BYTES, tooMuchIn } from "./budgets.ts";
import { writeAct } from "./audit.ts";
import type { Caller } from "./caller.ts";
import { deliveryView, type DeliveryView } from "./delivery-view.ts";
import { exactObject } from "./exact-object.ts";
import { fieldErrors, type FieldError } from "./field-errors.ts";
import { withDelivery, type NoDelivery } from "./find-delivery.ts";
import { misplacedReference } from "./references.ts";
import { type OperationsAccount, type OperationsContext, type Unavailable, wakePromoted } from "./context.ts";

interface ReplayInput {
  readonly id: string;
  readonly caller: Caller;
  /** The new payload; null to replay it as it is. */
  readonly payload: JsonObject | null;
  readonly note: string | null;
}

export type ReplayResult =
  | { readonly kind: "replayed"; readonly delivery: DeliveryView }
  | { readonly kind: "notDead"; readonly status: string }
  | { readonly kind: "invalid"; readonly errors: readonly FieldError[] }
  /** It has changed meanwhile. */
  | { readonly kind: "conflict" }
  | NoDelivery
  | Unavailable;

export async function replayDeadLetter(
  input: ReplayInput,
  context: OperationsContext,
): Promise<ReplayResult> {
  const { id, caller, note, payload } = input;
  return withDelivery({ id, caller, context }, async ({ account, stored }): Promise<ReplayResult> => {
    const { delivery } = stored;
    const { status } = delivery.state;
    if (status !== "dead" && status !== "discarded") return { kind: "notDead", status };
    const before = (await account.lists.payloads(id)).payload;
    const edited =
      payload === null
        ? asItIs(delivery, { payload: before, account })
        : editOf(delivery, { before, payload, account });
    if (edited.kind === "invalid") return edited;
    const act = payload === null ? "replay" : "edit and replay";
    await writeAct({ caller, act, account: account.name, id, note }, context);
    return replayOne({ delivery, account }, { order: { caller, note, edit: edited.edit }, context });
  });
}

/** An edit with the new payload, in its author's own text. */
export type PayloadEdit = Edit & { readonly payload: string };

type Editing =
  | { readonly kind: "edit"; readonly edit: PayloadEdit | null }
  | { readonly kind: "invalid"; readonly errors: readonly FieldError[] };

/** Checks that the payload still parses: otherwise the delivery would die again at once. */
export function asItIs(
  { request }: Delivery,
  { payload, account }: { readonly payload: string | null; readonly account: OperationsAccount },
): Editing {
  if (!account.isConfigured) return NOT_CONFIGURED;
  const spec = operationOf(account.channels, request.operation)?.spec ?? null;
  if (spec === null) return refused("/operation", `there is no operation ${request.operation}`);
  const parsed = parsePayload(spec.input, readAccepted(payload));
  if (!parsed.success) return { kind: "invalid", errors: fieldErrors(parsed.error, ["payload"]) };
  return { kind: "edit", edit: null };
}

const NOT_CONFIGURED: Editing = {
  kind: "invalid",
  errors: [{ pointer: "/account", detail: "expected an account of the configuration" }],
};

export function editOf(
  { request, state }: Delivery,
  {
    before,
    payload,
    account,
  }: { readonly before: string | null; readonly payload: JsonObject; readonly account: OperationsAccount },
): Editing {
  if (!account.isConfigured) return NOT_CONFIGURED;
  const spec = operationOf(account.channels, request.operation)?.spec ?? null;
  if (spec === null) return refused("/operation", `there is no operation ${request.operation}`);
  const tooMuch = tooMuchIn(payload, { pointer: "/payload" });
  if (tooMuch !== null) return { kind: "invalid", errors: [tooMuch] };
  const exact = exactObject(payload, "/payload");
  if (exact.kind === "refused") return { kind: "invalid", errors: exact.faults };
  const tooLarge = largerThan(exact.text, {
    pointer: "/payload",
    limitBytes: spec.payloadLimitBytes ?? PAYLOAD_LIMIT_BYTES,
  });
  if (tooLarge !== null) return { kind: "invalid", errors: [tooLarge] };
  const parsed = parsePayload(spec.input, exact.value);
  if (!parsed.success) return { kind: "invalid", errors: fieldErrors(parsed.error, ["payload"]) };
  const misplaced = misplacedReference(spec, { payload, key: request.key });
  if (misplaced.length > 0) return { kind: "invalid", errors: misplaced };

  const beforeIt = readAccepted(before);
  const parsedBefore = parsePayload(spec.input, beforeIt);
  if (
    parsedBefore.success &&
    spec.entity(parsedBefore.data, request.key) !== spec.entity(parsed.data, request.key)
  )
    return refused("/payload", "expected the same entity as before; for another one, enqueue a delivery");
  // Where the payload does not name the entity, the platform is searched by content: after an edit the search
  // would be for something else, and would prove nothing about what was sent.
  if (state.recipients.some(mayHaveArrived) && spec.entity(parsed.data, null) === null)
    return refused("/payload", "what was sent may have arrived: replay it as it is, which verifies it first");

  const recipients = spec.recipients(parsed.data);
  const proven = new Set(state.recipients.filter(({ status }) => status === "confirmed").map(({ id }) => id));
  if (recipients.every((id) => proven.has(id)))
    return refused("/payload", "expected a recipient to whom it has not been proven yet");
  const changed = difference(beforeIt, exact.value);
  return { kind: "edit", edit: { recipients, payload: exact.text, changed } };
}

function refused(pointer: string, detail: string): Editing {
  return { kind: "invalid", errors: [{ pointer, detail }] };
}

interface ReplayOrder {
  readonly caller: Caller;
  readonly note: string | null;
  readonly edit: PayloadEdit | null;
  /** The bulk action that the replay is part of. */
  readonly action?: string;
}

/** Replays one dead letter that has been read. The caller writes the audit entry. */
export async function replayOne(
  { delivery, account }: { readonly delivery: Delivery; readonly account: OperationsAccount },
  {
    order: { caller, note, edit, action },
    context,
  }: { readonly order: ReplayOrder; readonly context: OperationsContext },
): Promise<Extract<ReplayResult, { kind: "replayed" | "conflict" | "notFound" }>> {
  const { policy } = account;
  const now = context.now();
  const decision = replay(delivery.state, { actor: { by: caller.name, note }, policy, now, edit });
  const request = { ...delivery.request, deadlineAt: now + policy.deadlineMs };
  const payload = edit?.payload ?? null;
  const change = await account.changes.replay({
    delivery,
    decision,
    request,
    payload,
    action: action ?? null,
  });
  if (change.kind === "gone") return { kind: "notFound" };
  if (change.kind !== "saved") return { kind: "conflict" };
  await wakePromoted(change, { account, context });
  return { kind: "replayed", delivery: deliveryView({ ...delivery, request, state: decision.state }) };
}
