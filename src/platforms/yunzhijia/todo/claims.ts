/**
 * Which delivery has created a todo. The platform has one todo for (appId, sourceId, openId), ignores a
 * repeated create and answers success: a second create with other content would be proven by the todo of the
 * first (docs/platforms/yunzhijia.md, "Todos"). So a create claims the three before it is sent; a proven delete
 * releases the claim.
 */
import { isOutstanding, type LedgerEntry } from "../../../delivery/ledger.ts";
import { isEnded } from "../../../delivery/record.ts";
import { canonicalJson } from "../../../delivery/write-json.ts";
import type { AccountAccess, OtherDelivery } from "../../account-access.ts";
import { digestOf } from "../../digest.ts";
import { parsePayload } from "../../parse-payload.ts";
import { createInput, type CreateInput } from "./input.ts";

export interface Todo {
  readonly appId: string;
  readonly sourceId: string;
}

/** The name of the claim on one person's todo. */
export function claimOn({ appId, sourceId }: Todo, openId: string): string {
  return `todo:${digestOfTexts([appId, sourceId, openId])}`;
}

/** A sourceId may have several creates, each for other recipients; at most this many are looked up. */
const MOST_CREATES = 50;

function createClaim({ appId, sourceId }: Todo, place: number): string {
  return `todos:${digestOfTexts([appId, sourceId])}:${place}`;
}

/**
 * Claims the recipients' todos for a create, and a place among the creates of the sourceId.
 *
 * @returns who owns each recipient's todo, in the same order, and whether no other create has used the sourceId
 */
export async function claimTodos(
  todo: Todo,
  {
    openIds,
    deliveryId,
    account,
  }: { readonly openIds: readonly string[]; readonly deliveryId: string; readonly account: AccountAccess },
): Promise<{ readonly owners: readonly string[]; readonly isFirst: boolean }> {
  const things = [...openIds.map((openId) => claimOn(todo, openId)), createClaim(todo, 0)];
  const owners = await account.claimEach(things, deliveryId);
  let owner = owners[openIds.length];
  for (let place = 1; owner !== undefined && owner !== deliveryId && place < MOST_CREATES; place += 1) {
    [owner] = await account.claimEach([createClaim(todo, place)], deliveryId);
  }
  return {
    owners: openIds.map((_openId, index) => owners[index] ?? deliveryId),
    isFirst: owners[openIds.length] === deliveryId,
  };
}

/** The recipients with a todo under this sourceId, as far as this account's creates show. */
export async function knownRecipients(todo: Todo, account: AccountAccess): Promise<readonly string[]> {
  const places = Array.from({ length: MOST_CREATES }, (_, place) => createClaim(todo, place));
  const owners = new Set((await account.claimedBy(places)).filter((owner) => owner !== null));
  const creates = await Promise.all([...owners].map(async (owner) => account.delivery(owner)));
  const entries = creates.flatMap((create) => create?.state.recipients ?? []);
  const there = entries.filter((entry) => isOutstanding(entry) || entry.status === "confirmed");
  return [...new Set(there.map(({ id }) => id))];
}

/** Whether a create may be sent to one recipient. */
export type ClaimStanding =
  /** No other delivery has the todo: it may be sent. */
  | { readonly kind: "free" }
  /** Another delivery with the same content has created it, or may have: it is checked, not sent. */
  | { readonly kind: "same"; readonly owner: string }
  /** Another delivery has created it with other content, so this create would change nothing. */
  | { readonly kind: "other"; readonly owner: string }
  /** Another delivery with other content is still on its way. */
  | { readonly kind: "early"; readonly owner: string }
  /** Another delivery with other content ended without proof: the platform is asked whether its todo is there. */
  | { readonly kind: "unproven"; readonly owner: string };

/**
 * @param own the ledger entry of this recipient in the delivery that asks
 * @param first the delivery that has the claim; null when its record is gone
 */
export function standingOf(
  input: CreateInput,
  { own, first }: { readonly own: LedgerEntry; readonly first: OtherDelivery | null },
): ClaimStanding | { readonly kind: "void" } {
  const entry = first?.state.recipients.find(({ id }) => id === own.id);
  if (first === null || entry === undefined) return { kind: "void" };
  const owner = first.request.id;
  const ended = isEnded(first.state.status);
  // Never sent, refused, or proven absent: it has created no todo.
  if (entry.status === "rejected" || isProvenAbsent(entry) || (entry.status === "waiting" && ended)) {
    return ended ? { kind: "void" } : { kind: "early", owner };
  }
  // Found absent since: the todo of the first delivery is gone.
  const isGone = own.absences > 0;
  if (hasSameContent(input, { first, openId: own.id }))
    return ended && isGone ? { kind: "void" } : { kind: "same", owner };
  if (!ended) return { kind: "early", owner };
  if (entry.status === "confirmed") return { kind: "other", owner };
  return { kind: isOutstanding(entry) || entry.status === "unproven" ? "unproven" : "other", owner };
}

function isProvenAbsent({ status, absences, sends }: LedgerEntry): boolean {
  return (status === "unproven" || status === "waiting") && sends > 0 && absences > 0;
}

/** Whether both creates have the same content for this recipient, whatever they have for others. */
export function hasSameContent(
  input: CreateInput,
  { first, openId }: { readonly first: OtherDelivery; readonly openId: string },
): boolean {
  if (first.remains != null) {
    const at = first.state.recipients.findIndex(({ id }) => id === openId);
    return at >= 0 && first.remains.split(" ")[at] === contentFor(input, openId);
  }
  const parsed = parsePayload(createInput, first.payload);
  return parsed.success && contentFor(parsed.data, openId) === contentFor(input, openId);
}

/** A digest of the content for each recipient: what is kept of a trimmed create, for `hasSameContent`. */
export function contentsFor(input: CreateInput, openIds: readonly string[]): string {
  return openIds.map((openId) => contentFor(input, openId)).join(" ");
}

function contentFor(input: CreateInput, openId: string): string {
  const { params, sync: _sync, ...shared } = input;
  const { status, ...own } = params.find((param) => param.openId === openId) ?? {};
  const { DO = 0, READ = 0, ...others } = status ?? {};
  return digestOfValue([shared, own, { DO, READ, ...others }]);
}

/** Cached, because a worker uses the same parsed input for the send and its first check. */
const contentDigests = new WeakMap<CreateInput, string>();

/**
 * A digest of the content for all recipients: a different one after an edit means that an earlier send had
 * other content.
 */
export function contentDigest(input: CreateInput): string {
  const known = contentDigests.get(input);
  if (known !== undefined) return known;
  const { params: _params, sync: _sync, ...shared } = input;
  const digest = digestOfValue(shared);
  contentDigests.set(input, digest);
  return digest;
}

/** The owners of these recipients' todos, by openId; todos without an owner are left out. */
export function ownersOf(
  todo: Todo,
  { openIds, account }: { readonly openIds: readonly string[]; readonly account: AccountAccess },
): Promise<ReadonlyMap<string, string>> {
  return account.claimedBy(openIds.map((openId) => claimOn(todo, openId))).then((owners) => {
    const known = new Map<string, string>();
    for (const [index, openId] of openIds.entries()) {
      const owner = owners[index];
      if (owner != null) known.set(openId, owner);
    }
    return known;
  });
}

/** The same digest as `digestOfValue`, faster: a list of strings has only one canonical form. */
function digestOfTexts(texts: readonly string[]): string {
  return digestOf(JSON.stringify(texts));
}

/** A digest that does not depend on the order of fields. */
export function digestOfValue(value: unknown): string {
  return digestOf(canonicalJson(value));
}

/** Releases the claims on todos that the platform has shown to be gone, so that a later create may be sent. */
export async function releaseDeleted(
  todo: Todo,
  { openIds, account }: { readonly openIds: readonly string[]; readonly account: AccountAccess },
): Promise<void> {
  const owners = await ownersOf(todo, { openIds, account });
  const byOwner = Map.groupBy(owners, ([, owner]) => owner);
  for (const [owner, held] of byOwner) {
    await account.release(
      held.map(([openId]) => claimOn(todo, openId)),
      owner,
    );
  }
}

/** The detail of a dead letter: which delivery owns the todo, and why this create did nothing. */
export function otherContent(owner: string): string {
  return `the todo with this sourceId was created by ${owner} with other content, and the platform ignores a second create`;
}
