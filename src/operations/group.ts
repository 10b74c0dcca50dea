/**
 * Groups dead letters by account, operation, reason and the platform's code, so that people see what to mend
 * first.
 *
 * Redis keeps the groups up to date. For a filter by another field, such as a recipient, the latest
 * `MOST_GROUPED` dead letters are read; the answer says whether there are more.
 */
import { platformCode } from "../delivery/dead-group.ts";
import { isoMoment } from "./moment.ts";
import type { HeldLanes } from "./counters.ts";
import type { DeadReason, Delivery } from "../delivery/record.ts";
import type { Caller } from "./caller.ts";
import {
  fingerprintOf,
  markView,
  stateOf,
  type GroupMark,
  type GroupMarkView,
  type GroupState,
} from "./group-marks.ts";
import { mayBeInGroup, paginateDeadLetters } from "./dead-letters.ts";
import { asksAboutContents, type DeadLetterFilter } from "./dead-letter-filter.ts";
import { MOST_LOOKED, type Position } from "./paginate-lists.ts";
import {
  overAccounts,
  type OperationsAccount,
  type OperationsContext,
  type Unavailable,
  type UnknownAccount,
} from "./context.ts";

const MOST_GROUPED = 20_000;
/** How many records are read for the descriptions of groups. */
const MOST_DESCRIBED = 25;

interface DeadLetterGroup {
  readonly account: string;
  readonly operation: string;
  readonly reason: DeadReason | null;
  /** "*" for the group that the codes beyond the limit share (`dead-group.ts`). */
  readonly code: string | null;
  readonly count: number;
  /** The latest of them, as an example. */
  readonly example: string;
  /** Why the example is dead, in words; null for all but the largest groups, and for a record that cannot be read. */
  readonly detail: string | null;
  /** What the code means according to the platform's documents; null where they do not say. */
  readonly cause: string | null;
  /**
   * How many died in each eighth of the last 24 hours, the earliest first; null where this was not asked for or
   * is unknown.
   */
  readonly trend: readonly number[] | null;
  /** Lanes in which deliveries wait behind one of the group. */
  readonly held: HeldLanes | null;
  readonly latestAt: string;
  readonly firstAt: string;
  readonly state: GroupState;
  readonly mark: GroupMarkView;
}

type GroupResult =
  | {
      readonly kind: "groups";
      readonly items: readonly DeadLetterGroup[];
      readonly counted: number;
      /** False when there are more dead letters than were read. */
      readonly isComplete: boolean;
    }
  | UnknownAccount
  | Unavailable;

export async function groupDeadLetters(
  {
    caller,
    filter,
    withDetails = false,
  }: { readonly caller: Caller; readonly filter: DeadLetterFilter; readonly withDetails?: boolean },
  context: OperationsContext,
): Promise<GroupResult> {
  return overAccounts({ caller, account: filter.account, context }, async (chosen): Promise<GroupResult> => {
    const marks = new Map(
      await Promise.all(chosen.map(async ({ name, groupMarks }) => [name, await groupMarks.read()] as const)),
    );
    const marked = (group: BareGroup): DeadLetterGroup => ({
      ...withMark(group, {
        mark: marks.get(group.account)?.get(fingerprintOf(group)) ?? null,
        now: context.now(),
      }),
      cause: causeOf(group, context),
    });
    if (isKept(filter)) {
      const detailed = async (groups: readonly BareGroup[]): Promise<readonly BareGroup[]> =>
        withDetails ? detailedGroups(groups, { accounts: chosen, now: context.now() }) : groups;
      return keptGroups(chosen, { filter, marked, detailed });
    }
    const groups = new Map<string, BareGroup>();
    let from: Position | null = { stage: 0, place: null };
    let counted = 0;
    for (let looked = 0; from !== null && looked < MOST_GROUPED;) {
      const stretch = await paginateDeadLetters(chosen, { filter, from, most: MOST_LOOKED });
      for (const { account, stored } of stretch.found)
        addTo(groups, { account: account.name, delivery: stored.delivery });
      counted += stretch.found.length;
      looked += stretch.looked;
      from = stretch.next;
    }
    const items = [...groups.values()].map(marked).toSorted((x, y) => y.count - x.count);
    return { kind: "groups", items, counted, isComplete: from === null };
  });
}

/** Whether the groups that Redis keeps are enough for this filter. */
function isKept(filter: DeadLetterFilter): boolean {
  return !asksAboutContents({ ...filter, operation: undefined });
}

async function keptGroups(
  chosen: readonly OperationsAccount[],
  {
    filter,
    marked,
    detailed,
  }: {
    readonly filter: DeadLetterFilter;
    readonly marked: (group: BareGroup) => DeadLetterGroup;
    readonly detailed: (groups: readonly BareGroup[]) => Promise<readonly BareGroup[]>;
  },
): Promise<Extract<GroupResult, { kind: "groups" }>> {
  const range = { since: filter.since ?? null, until: filter.until ?? null };
  const each = chosen.map(async ({ name, counters }) =>
    (await counters.groups(range))
      .filter((group) => mayBeInGroup(group, filter))
      .map(({ operation, reason, code, count, first, latest }): BareGroup => ({
        account: name,
        operation,
        reason,
        code,
        count,
        example: latest.id,
        detail: null,
        trend: null,
        held: null,
        latestAt: isoMoment(latest.at),
        firstAt: isoMoment(first.at),
      })),
  );
  const sorted = (await Promise.all(each)).flat().toSorted((a, b) => b.count - a.count);
  const items = (await detailed(await withWords(sorted, chosen))).map(marked);
  const counted = items.reduce((sum, { count }) => sum + count, 0);
  return { kind: "groups", items, counted, isComplete: true };
}

/** Reads the examples of the largest groups only: people look at those first. */
async function withWords(
  groups: readonly BareGroup[],
  accounts: readonly OperationsAccount[],
): Promise<readonly BareGroup[]> {
  const largest = groups.slice(0, MOST_DESCRIBED);
  const each = accounts.map(async ({ name, lists }) => {
    const ids = largest.filter(({ account }) => account === name).map(({ example }) => example);
    return ids.length === 0 ? [] : lists.read(ids);
  });
  const details = new Map(
    (await Promise.all(each)).flat().flatMap((stored) => {
      if (stored === null || stored === "unreadable") return [];
      const { request, state } = stored.delivery;
      return [[request.id, state.detail ?? null] as const];
    }),
  );
  return groups.map((group) => ({ ...group, detail: details.get(group.example) ?? null }));
}

const STRETCHES = 8;
const STRETCH_MS = 3 * 3_600_000;

/** Adds to the largest groups when their dead letters died, and which lanes they hold. */
async function detailedGroups(
  groups: readonly BareGroup[],
  { accounts, now }: { readonly accounts: readonly OperationsAccount[]; readonly now: number },
): Promise<readonly BareGroup[]> {
  const largest = groups.slice(0, MOST_DESCRIBED);
  const times = { firstAt: now - STRETCHES * STRETCH_MS, stretchMs: STRETCH_MS, stretches: STRETCHES };
  const each = accounts.map(async ({ name, counters }) => {
    const ofAccount = largest.flatMap((group) =>
      group.account === name && group.reason !== null ? [{ ...group, reason: group.reason }] : [],
    );
    const details = await counters.groupDetails(ofAccount, times);
    return ofAccount.map(
      ({ example }, at) =>
        [example, { trend: details[at]?.deaths ?? null, held: details[at]?.held ?? null }] as const,
    );
  });
  const known = new Map((await Promise.all(each)).flat());
  return groups.map((group) => ({ ...group, ...known.get(group.example) }));
}

function withMark(
  group: BareGroup,
  { mark, now }: { readonly mark: GroupMark | null; readonly now: number },
): Omit<DeadLetterGroup, "cause"> {
  const state = stateOf(mark, { latestAt: Date.parse(group.latestAt), now });
  return { ...group, state, mark: markView(mark) };
}

function causeOf({ account, operation, code }: BareGroup, { accounts }: OperationsContext): string | null {
  const { channels = [] } = accounts.get(account) ?? {};
  const channel = channels.find(({ operations }) => Object.hasOwn(operations, operation));
  return code !== null && Object.hasOwn(channel?.codes ?? {}, code) ? (channel?.codes?.[code] ?? null) : null;
}

type BareGroup = Omit<DeadLetterGroup, "state" | "mark" | "cause">;

function addTo(
  groups: Map<string, BareGroup>,
  { account, delivery: { request, state } }: { readonly account: string; readonly delivery: Delivery },
): void {
  const code = platformCode(state);
  const name = JSON.stringify([account, request.operation, state.reason ?? null, code]);
  const known = groups.get(name);
  if (known !== undefined) {
    const firstAt = isoMoment(state.finishedAt ?? request.createdAt);
    groups.set(name, { ...known, count: known.count + 1, firstAt });
    return;
  }
  groups.set(name, {
    account,
    operation: request.operation,
    reason: state.reason ?? null,
    code,
    count: 1,
    example: request.id,
    detail: state.detail ?? null,
    trend: null,
    held: null,
    latestAt: isoMoment(state.finishedAt ?? request.createdAt),
    firstAt: isoMoment(state.finishedAt ?? request.createdAt),
  });
}
