/**
 * Divides the recipients of a create (document 000, section 1.3): it is sent to those whose todo no other
 * delivery has created.
 *
 * A recipient who has the same content from an earlier create is checked, not sent to. One who has other
 * content is refused with a text that names the earlier delivery: the platform would ignore this create and
 * answer success.
 */
import type { LedgerEntry } from "../../../delivery/ledger.ts";
import type { Refusal, SendOutcome } from "../../../delivery/outcome.ts";
import type { AccountAccess } from "../../account-access.ts";
import type { SendRequest } from "../../channel.ts";
import { askOne } from "./ask.ts";
import { claimOn, claimTodos, otherContent, standingOf, type ClaimStanding, type Todo } from "./claims.ts";
import { todoOf, type CreateInput } from "./input.ts";

export interface Division {
  /** To be sent. */
  readonly free: readonly string[];
  /** To be checked, never sent. */
  readonly same: readonly string[];
  readonly refused: readonly Refusal[];
  /**
   * True if no create, this delivery's own earlier sends included, is known to have used the sourceId.
   * Otherwise a success may mean that this create is ignored: a platform may take no further recipients under
   * an old sourceId.
   */
  readonly isFirst: boolean;
  /** Why some recipients cannot be decided yet; null if all are. */
  readonly wait: Extract<SendOutcome, { kind: "busy" }> | null;
}

/** Claims each target's todo and divides the targets. */
export async function divide(
  request: SendRequest<CreateInput>,
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<Division> {
  const { deliveryId, input, targets, recipients } = request;
  const claims = await claimTodos(todoOf(input), { openIds: targets, deliveryId, account });
  const { owners } = claims;
  const isFirst = claims.isFirst && recipients.every(isUntried);
  // The usual case: all todos are this delivery's own.
  return owners.every((owner) => owner === deliveryId)
    ? { free: targets, same: [], refused: [], isFirst, wait: null }
    : { ...(await divideClaimed(owners, { request, account, signal })), isFirst };
}

/** No send was ever made. `sends` alone does not show this: a replay counts from 0 again, but keeps the memo. */
function isUntried({ sends, status, memo }: LedgerEntry): boolean {
  return sends === 0 && status !== "confirmed" && memo === null;
}

async function divideClaimed(
  owners: readonly string[],
  {
    request,
    account,
    signal,
  }: {
    readonly request: SendRequest<CreateInput>;
    readonly account: AccountAccess;
    readonly signal: AbortSignal;
  },
): Promise<Omit<Division, "isFirst">> {
  const standings = await standingsOf(owners, { request, account });
  const [free, same, refused]: [string[], string[], Refusal[]] = [[], [], []];
  let wait: Division["wait"] = null;
  for (const [openId, standing] of standings) {
    const settled =
      standing.kind === "unproven"
        ? await askWhose({ openId, owner: standing.owner, request }, { account, signal })
        : standing;
    switch (settled.kind) {
      case "free":
        free.push(openId);
        break;
      case "same":
        same.push(openId);
        break;
      case "other":
        refused.push({ recipient: openId, code: "sourceId", text: otherContent(settled.owner) });
        break;
      case "early":
        wait = busy(`${settled.owner} is to create the same todo with other content, and is on its way`);
        break;
      case "busy":
        wait = settled;
        break;
    }
  }
  return { free, same, refused, wait };
}

/** @param owners the owners of the targets' todos, in the same order */
async function standingsOf(
  owners: readonly string[],
  {
    request: { deliveryId, input, targets, recipients },
    account,
  }: { readonly request: SendRequest<CreateInput>; readonly account: AccountAccess },
): Promise<ReadonlyMap<string, ClaimStanding>> {
  const todo = todoOf(input);
  const standings = new Map<string, ClaimStanding>();
  const firsts = new Map<string, ReturnType<AccountAccess["delivery"]>>();
  for (const [index, openId] of targets.entries()) {
    const owner = owners[index] ?? deliveryId;
    const own = recipients.find(({ id }) => id === openId);
    if (owner === deliveryId || own === undefined) {
      standings.set(openId, { kind: "free" });
      continue;
    }
    const known = firsts.get(owner) ?? account.delivery(owner);
    firsts.set(owner, known);
    standings.set(
      openId,
      await standingNow(input, { own, owner, conflict: { todo, first: await known, deliveryId, account } }),
    );
  }
  return standings;
}

interface Conflict {
  readonly todo: Todo;
  readonly first: Awaited<ReturnType<AccountAccess["delivery"]>>;
  readonly deliveryId: string;
  readonly account: AccountAccess;
}

async function standingNow(
  input: CreateInput,
  {
    own,
    owner,
    conflict: { todo, first, deliveryId, account },
  }: { readonly own: LedgerEntry; readonly owner: string; readonly conflict: Conflict },
): Promise<ClaimStanding> {
  const standing = standingOf(input, { own, first });
  if (standing.kind !== "void") return standing;
  return takeOver({ thing: claimOn(todo, own.id), owner, deliveryId }, account);
}

/**
 * Claims a todo whose claim is void. Another delivery may be faster; then it is the owner, and the decision is
 * made again.
 */
async function takeOver(
  {
    thing,
    owner,
    deliveryId,
  }: { readonly thing: string; readonly owner: string; readonly deliveryId: string },
  account: AccountAccess,
): Promise<ClaimStanding> {
  await account.release([thing], owner);
  const [now = deliveryId] = await account.claimEach([thing], deliveryId);
  return now === deliveryId ? { kind: "free" } : { kind: "early", owner: now };
}

/** The first delivery ended without proof: asks whether its todo is there. Where it is not, the claim is free. */
async function askWhose(
  {
    openId,
    owner,
    request: { deliveryId, input, now },
  }: { readonly openId: string; readonly owner: string; readonly request: SendRequest<CreateInput> },
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<Exclude<ClaimStanding, { kind: "unproven" }> | Extract<SendOutcome, { kind: "busy" }>> {
  const todo = todoOf(input);
  const asked = await askOne(todo, { openId, asking: { account, now, signal } });
  if (asked.kind !== "seen") {
    const detail = `${owner} may have created the same todo with other content, and the platform could not be asked`;
    return { ...busy(detail), retryAfterMs: asked.retryAfterMs };
  }
  switch (asked.sighting.kind) {
    case "absent": {
      const standing = await takeOver({ thing: claimOn(todo, openId), owner, deliveryId }, account);
      return standing.kind === "unproven" ? { kind: "early", owner } : standing;
    }
    case "undone":
    case "done":
      return { kind: "other", owner };
    case "refused":
    case "unreadable":
      return busy(`${owner} may have created the same todo with other content, and the answer did not tell`);
  }
}

function busy(detail: string): Extract<SendOutcome, { kind: "busy" }> {
  return { kind: "busy", retryAfterMs: null, detail };
}
