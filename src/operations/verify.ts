/**
 * Verifies dead letters now: asks the platform whether they are there, and sends nothing.
 *
 * With a receipt that a person has found on the platform, it asks only about that id, and claims it. An id that
 * another delivery has claimed is refused.
 */
import type { CheckRequest, OperationSpec } from "../platforms/channel.ts";
import { parsePayload } from "../platforms/parse-payload.ts";
import { readAccepted } from "../delivery/exact-json.ts";
import { keyHash } from "../delivery/idempotency.ts";
import type { Candidate, CheckOutcome } from "../delivery/outcome.ts";
import type { Delivery, Receipt } from "../delivery/record.ts";
import { askedAbout, seenBy, verify, type RecipientSighting } from "../delivery/verify.ts";
import { writeAct } from "./audit.ts";
import type { Caller } from "./caller.ts";
import { askChannel } from "./ask-channel.ts";
import { deliveryView, type DeliveryView } from "./delivery-view.ts";
import { withDelivery, type NoDelivery } from "./find-delivery.ts";
import {
  type OperationsAccount,
  type OperationsContext,
  type PlatformReach,
  type Unavailable,
  wakePromoted,
} from "./context.ts";

interface VerifyInput {
  readonly id: string;
  readonly caller: Caller;
  readonly note: string | null;
  /** The platform's id that a person has found there; null for the usual check. */
  readonly receipt: string | null;
  readonly takesAltered: boolean;
}

/**
 * `there`: every recipient is proven, and it is confirmed now. `absent`: not found for any, which proves
 * nothing yet.
 */
type Verdict = "there" | "absent" | "partly" | "unknown";

interface Verified {
  readonly kind: "verified";
  readonly verdict: Verdict;
  readonly delivery: DeliveryView;
  readonly recipients: readonly RecipientSighting[];
  /** Objects that may be this delivery and that no other has claimed, for a person to look at. */
  readonly candidates: readonly Candidate[];
}

/** Why the platform was not asked. */
interface NotAsked {
  readonly kind: "notAsked";
  readonly detail: string;
}

export type VerifyResult =
  | Verified
  | NotAsked
  | { readonly kind: "notDead"; readonly status: string }
  | { readonly kind: "invalidReceipt"; readonly detail: string }
  /** Another delivery has claimed this id. */
  | { readonly kind: "claimed"; readonly by: string }
  | { readonly kind: "conflict" }
  | NoDelivery
  | Unavailable;

export async function verifyDeadLetter(
  input: VerifyInput,
  context: OperationsContext,
): Promise<VerifyResult> {
  const { id, caller, note, receipt } = input;
  const one = { id, caller, context, patience: "long" } as const;
  return withDelivery(one, async ({ account, stored }): Promise<VerifyResult> => {
    const { status } = stored.delivery.state;
    if (status !== "dead") return { kind: "notDead", status };
    const act = receipt === null ? "verify" : `verify by ${receipt}`;
    await writeAct({ caller, act, account: account.name, id, note }, context);
    return verifyOne({ delivery: stored.delivery, account }, { order: input, context });
  });
}

export type VerifyOneResult = Exclude<VerifyResult, { kind: "notDead" | "unreadable" | "unavailable" }>;

interface VerifyOrder extends Pick<VerifyInput, "caller" | "note" | "receipt" | "takesAltered"> {}

const ASK_WITHIN_MS = 25_000;

/** Verifies one dead letter that has been read. The caller writes the audit entry. */
export async function verifyOne(
  { delivery, account }: { readonly delivery: Delivery; readonly account: OperationsAccount },
  { order, context }: { readonly order: VerifyOrder; readonly context: OperationsContext },
): Promise<VerifyOneResult> {
  const reach = account.reach?.() ?? null;
  if (reach === null)
    return { kind: "notAsked", detail: "this process has no connection to the account's platform" };
  const prepared = await prepare(delivery, { order, account, reach, now: context.now() });
  if (prepared.kind !== "request") return prepared;
  const { request, found } = prepared;
  const claimer = found === null ? null : await claimerOf(request, { found, reach });
  if (claimer !== null) return { kind: "claimed", by: claimer };
  const asked = await askChannel(ASK_WITHIN_MS, async (signal) =>
    prepared.channel.check([request], { account: reach.account, signal }),
  );
  if (asked.kind === "late") return { kind: "notAsked", detail: "no answer in time" };
  if (asked.kind === "threw") {
    // A channel may throw a similar error about its platform. Reading from Redis shows whether Redis is away:
    // if so, this rejects.
    if (context.isAway(asked.error)) await account.lists.payloads(request.deliveryId);
    context.onBug({ where: "a check", account: account.name, id: request.deliveryId, error: asked.error });
    return { kind: "notAsked", detail: "its channel failed; see the log" };
  }
  const [outcome] = asked.value;
  if (outcome === undefined) return { kind: "notAsked", detail: "the platform was not asked" };
  return conclude({ delivery, account, reach }, { concluding: { order, request, found, outcome }, context });
}

interface Concluding {
  readonly order: VerifyOrder;
  readonly request: CheckRequest<unknown>;
  readonly found: Receipt | null;
  readonly outcome: CheckOutcome;
}

async function conclude(
  {
    delivery,
    account,
    reach,
  }: { readonly delivery: Delivery; readonly account: OperationsAccount; readonly reach: PlatformReach },
  {
    concluding: { order, request, found, outcome },
    context,
  }: { readonly concluding: Concluding; readonly context: OperationsContext },
): Promise<VerifyOneResult> {
  const { caller, note, takesAltered } = order;
  const actor = { by: caller.name, note };
  const decision = verify(delivery.state, {
    outcome,
    verifying: { actor, now: context.now(), found, takesAltered },
  });
  if (decision === null) return { kind: "conflict" };
  const isConfirmed = decision.state.status === "confirmed";
  if (isConfirmed && found !== null) {
    // Another delivery may have claimed it since the check.
    const claimer = await claim(request.deliveryId, { found, reach });
    if (claimer !== null) return { kind: "claimed", by: claimer };
  }
  const change = await account.changes.save(delivery, decision);
  if (change.kind === "gone") return { kind: "notFound" };
  if (change.kind !== "saved") return { kind: "conflict" };
  await wakePromoted(change, { account, context });
  const recipients = seenBy(outcome, request.outstanding);
  return {
    kind: "verified",
    verdict: isConfirmed ? "there" : verdictOf(recipients),
    delivery: deliveryView({ ...delivery, state: decision.state }),
    recipients,
    candidates: outcome.candidates ?? [],
  };
}

function verdictOf(recipients: readonly RecipientSighting[]): Verdict {
  const kinds = new Set(recipients.map(({ seen }) => seen));
  if (kinds.size === 1 && kinds.has("absent")) return "absent";
  return kinds.has("there") ? "partly" : "unknown";
}

type Prepared =
  | {
      readonly kind: "request";
      readonly channel: PlatformReach["channels"][number];
      readonly request: CheckRequest<unknown>;
      readonly found: Receipt | null;
    }
  | Extract<VerifyResult, { kind: "notAsked" | "invalidReceipt" | "conflict" }>;

async function prepare(
  { request, state }: Delivery,
  {
    order: { receipt },
    account,
    reach,
    now,
  }: {
    readonly order: VerifyOrder;
    readonly account: OperationsAccount;
    readonly reach: PlatformReach;
    readonly now: number;
  },
): Promise<Prepared> {
  const channel = reach.channels.find(({ operations }) => Object.hasOwn(operations, request.operation));
  const spec = channel?.operations[request.operation];
  if (channel === undefined || spec === undefined)
    return { kind: "notAsked", detail: `there is no operation ${request.operation}` };
  if (spec.isCheckedByRepeat === true) return { kind: "notAsked", detail: ONLY_BY_REPEAT };
  const found = foundOf(receipt, spec);
  if (found === "none") return { kind: "invalidReceipt", detail: NO_IDS };
  // It was replayed or discarded after it was read.
  if (state.status !== "dead") return { kind: "conflict" };
  const outstanding = askedAbout(state, found !== null);
  if (outstanding.length === 0)
    return { kind: "notAsked", detail: "nothing of it was sent that could be there: a replay sends it" };
  const parsed = parsePayload(spec.input, readAccepted((await account.lists.payloads(request.id)).payload));
  if (!parsed.success)
    return { kind: "notAsked", detail: `its payload does not match the schema of ${request.operation}` };
  const of = spec.refersTo?.(parsed.data) ?? null;
  return {
    kind: "request",
    channel,
    found,
    request: {
      deliveryId: request.id,
      operation: request.operation,
      input: parsed.data,
      key: request.key,
      outstanding,
      recipients: state.recipients,
      receipt: found ?? state.receipt,
      reference: of === null ? null : await reach.receiptOf(keyHash(of)),
      createdAt: request.createdAt,
      visibilityLagMs: account.policy.visibilityLagMs,
      now,
    },
  };
}

const ONLY_BY_REPEAT =
  "the platform shows nothing of this operation: only the same call again tells, and a replay makes it";
const NO_IDS = "expected no receipt: this operation is found without one";

function foundOf(receipt: string | null, { receiptField }: OperationSpec<unknown>): Receipt | null | "none" {
  if (receipt === null) return null;
  return receiptField === undefined ? "none" : { [receiptField]: receipt };
}

async function claimerOf(
  { deliveryId }: CheckRequest<unknown>,
  { found, reach: { account } }: { readonly found: Receipt; readonly reach: PlatformReach },
): Promise<string | null> {
  const owners = await account.claimedBy(Object.values(found));
  return owners.find((owner) => owner !== null && owner !== deliveryId) ?? null;
}

async function claim(
  deliveryId: string,
  { found, reach: { account } }: { readonly found: Receipt; readonly reach: PlatformReach },
): Promise<string | null> {
  const owners = await account.claimEach(Object.values(found), deliveryId);
  return owners.find((owner) => owner !== deliveryId) ?? null;
}
