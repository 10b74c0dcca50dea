/**
 * Which delivery's create made a todo. The platform knows one todo for (appId, sourceId, openId), ignores a
 * repeated create and answers success: whoever comes second with other content would be proven by the
 * first one's todo (docs/platforms/yunzhijia.md, "Todos"). So creates claim the three, before they are sent; a proven
 * delete gives the claim back.
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

/** A sourceId may have several creates, each for other people; more than these are not looked for. */
const MOST_CREATES = 50;

function createClaim({ appId, sourceId }: Todo, place: number): string {
  return `todos:${digestOfTexts([appId, sourceId])}:${place}`;
}

/**
 * Claims the people's todos for a create, and a place among the creates of the sourceId.
 *
 * @returns whose each person's todo is, in their order, and whether no other create has used the sourceId
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

/** Who has a todo under this sourceId, as far as this account's creates tell; nobody where none is known. */
export async function knownRecipients(todo: Todo, account: AccountAccess): Promise<readonly string[]> {
  const places = Array.from({ length: MOST_CREATES }, (_, place) => createClaim(todo, place));
  const owners = new Set((await account.claimedBy(places)).filter((owner) => owner !== null));
  const creates = await Promise.all([...owners].map(async (owner) => account.delivery(owner)));
  const entries = creates.flatMap((create) => create?.state.recipients ?? []);
  const there = entries.filter((entry) => isOutstanding(entry) || entry.status === "confirmed");
  return [...new Set(there.map(({ id }) => id))];
}

/** What stands between a create's recipient and its send. */
export type Standing =
  /** Nobody else's: it may be sent. */
  | { readonly kind: "free" }
  /** Another delivery with the same content has made it, or may have: to be asked about, not to be sent. */
  | { readonly kind: "same"; readonly owner: string }
  /** Another delivery with other content has made it, so this create changes nothing. */
  | { readonly kind: "other"; readonly owner: string }
  /** Another delivery with other content is still on its way. */
  | { readonly kind: "early"; readonly owner: string }
  /** Another delivery with other content ended without proof: the platform is to be asked whose it is. */
  | { readonly kind: "unproven"; readonly owner: string };

/**
 * @param own this recipient's line of the ledger of the delivery that asks
 * @param first the delivery that has the claim; null when its record is gone
 */
export function standingOf(
  input: CreateInput,
  { own, first }: { readonly own: LedgerEntry; readonly first: OtherDelivery | null },
): Standing | { readonly kind: "void" } {
  const entry = first?.state.recipients.find(({ id }) => id === own.id);
  if (first === null || entry === undefined) return { kind: "void" };
  const owner = first.request.id;
  const ended = isEnded(first.state.status);
  // Never sent, refused, or proven absent: there is no todo of its making.
  if (entry.status === "rejected" || isProvenAbsent(entry) || (entry.status === "waiting" && ended)) {
    return ended ? { kind: "void" } : { kind: "early", owner };
  }
  // Proven absent since it was asked about: what the first one made is gone.
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

/** Whether both creates say the same to this person, whatever they say to others. */
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

/** What each of them was told, as digests: of a create that was trimmed, for `hasSameContent`. */
export function contentsFor(input: CreateInput, openIds: readonly string[]): string {
  return openIds.map((openId) => contentFor(input, openId)).join(" ");
}

function contentFor(input: CreateInput, openId: string): string {
  const { params, sync: _sync, ...shared } = input;
  const { status, ...own } = params.find((param) => param.openId === openId) ?? {};
  const { DO = 0, READ = 0, ...others } = status ?? {};
  return digestOfValue([shared, own, { DO, READ, ...others }]);
}

/** A worker keeps what it has parsed to be sent for its first check, and asks for both. */
const contentDigests = new WeakMap<CreateInput, string>();

/** What everybody is told: another digest after an edit means that an earlier send said something else. */
export function contentDigest(input: CreateInput): string {
  const known = contentDigests.get(input);
  if (known !== undefined) return known;
  const { params: _params, sync: _sync, ...shared } = input;
  const digest = digestOfValue(shared);
  contentDigests.set(input, digest);
  return digest;
}

/** The owners of these people's todos, by openId; nobody's are left out. */
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

/** As `digestOfValue` says it: a list of texts has one form. */
function digestOfTexts(texts: readonly string[]): string {
  return digestOf(JSON.stringify(texts));
}

/** The same for the same value, whatever the order of its fields. */
export function digestOfValue(value: unknown): string {
  return digestOf(canonicalJson(value));
}

/** The platform has shown that these people have no such todo any more: the next create may make one. */
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

/** For a dead letter: whose todo it is, and why this create did nothing. */
export function otherContent(owner: string): string {
  return `the todo with this sourceId was created by ${owner} with other content, and the platform ignores a second create`;
}
