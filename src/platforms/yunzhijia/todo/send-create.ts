/**
 * Sends a create (document 000, section 1.3), to those whose todo no other delivery has made.
 *
 * Who is told the same by an earlier create is not sent to but asked about, and who was told something
 * else is refused in words that name it: the platform would ignore this one and say success.
 */
import type { LedgerEntry } from "../../../delivery/ledger.ts";
import type { Refusal, SendOutcome } from "../../../delivery/outcome.ts";
import type { AccountAccess } from "../../account-access.ts";
import type { SendRequest } from "../../channel.ts";
import { askOne } from "./ask.ts";
import { claimOn, claimTodos, otherContent, standingOf, type Standing, type Todo } from "./claims.ts";
import { todoOf, type CreateInput } from "./input.ts";

export interface Division {
  /** To be sent. */
  readonly free: readonly string[];
  /** To be asked about, never sent. */
  readonly same: readonly string[];
  readonly refused: readonly Refusal[];
  /**
   * No create has used the sourceId before, this delivery's own sends included, as far as is known. Otherwise a success
   * may as well mean that this one is ignored: a platform may take no further people under an old sourceId.
   */
  readonly isFirst: boolean;
  /** Why nothing may be decided about some yet; null if all is clear. */
  readonly wait: Extract<SendOutcome, { kind: "busy" }> | null;
}

/** Claims each target's todo and says what is to become of it. */
export async function divide(
  request: SendRequest<CreateInput>,
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<Division> {
  const { deliveryId, input, targets, recipients } = request;
  const claims = await claimTodos(todoOf(input), { openIds: targets, deliveryId, account });
  const { owners } = claims;
  const isFirst = claims.isFirst && recipients.every(isUntried);
  // As nearly always: all of them are its own.
  return owners.every((owner) => owner === deliveryId)
    ? { free: targets, same: [], refused: [], isFirst, wait: null }
    : { ...(await divideClaimed(owners, { request, account, signal })), isFirst };
}

/** A replay counts sends anew, and keeps what was noted of them. */
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

/** @param owners of the targets' todos, in their order */
async function standingsOf(
  owners: readonly string[],
  {
    request: { deliveryId, input, targets, recipients },
    account,
  }: { readonly request: SendRequest<CreateInput>; readonly account: AccountAccess },
): Promise<ReadonlyMap<string, Standing>> {
  const todo = todoOf(input);
  const standings = new Map<string, Standing>();
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
): Promise<Standing> {
  const standing = standingOf(input, { own, first });
  if (standing.kind !== "void") return standing;
  return takeOver({ thing: claimOn(todo, own.id), owner, deliveryId }, account);
}

/** Somebody else may be faster: then it is theirs, and is looked at again. */
async function takeOver(
  {
    thing,
    owner,
    deliveryId,
  }: { readonly thing: string; readonly owner: string; readonly deliveryId: string },
  account: AccountAccess,
): Promise<Standing> {
  await account.release([thing], owner);
  const [now = deliveryId] = await account.claimEach([thing], deliveryId);
  return now === deliveryId ? { kind: "free" } : { kind: "early", owner: now };
}

/** The first one ended without proof. Is its todo there? Where it is not, the place is free. */
async function askWhose(
  {
    openId,
    owner,
    request: { deliveryId, input, now },
  }: { readonly openId: string; readonly owner: string; readonly request: SendRequest<CreateInput> },
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<Exclude<Standing, { kind: "unproven" }> | Extract<SendOutcome, { kind: "busy" }>> {
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
