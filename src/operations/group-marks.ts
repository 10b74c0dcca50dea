/**
 * Marks that people set on groups of dead letters: acknowledged, assigned, snoozed, and a note. A group is what
 * its dead letters have in common, so a mark outlives them. A delivery that dies after the acknowledgement
 * makes the group recurring.
 */
import { isoMoment } from "./moment.ts";
import type { DeadReason } from "../delivery/record.ts";
import { writeAct } from "./audit.ts";
import type { Caller } from "./caller.ts";
import { withAccount, type OperationsContext, type Unavailable, type UnknownAccount } from "./context.ts";

interface GroupName {
  readonly account: string;
  readonly operation: string;
  readonly reason: DeadReason | null;
  readonly code: string | null;
}

export interface GroupMark {
  readonly acknowledgedAt: number | null;
  readonly acknowledgedBy: string | null;
  readonly assignee: string | null;
  readonly snoozedUntil: number | null;
  readonly note: string | null;
  /** Who made the latest change, and when. */
  readonly by: string;
  readonly at: number;
}

/** The marks of one account. */
export interface GroupMarks {
  read(): Promise<ReadonlyMap<string, GroupMark>>;
  /** Null removes the mark. */
  write(fingerprint: string, mark: GroupMark | null): Promise<void>;
}

export const GROUP_STATES = ["new", "acknowledged", "snoozed", "recurring"] as const;
export type GroupState = (typeof GROUP_STATES)[number];

export function fingerprintOf({ operation, reason, code }: Omit<GroupName, "account">): string {
  return JSON.stringify([operation, reason, code]);
}

/** @param latestAt when the latest delivery of the group died */
export function stateOf(
  mark: GroupMark | null,
  { latestAt, now }: { readonly latestAt: number; readonly now: number },
): GroupState {
  if (mark === null) return "new";
  if (mark.snoozedUntil !== null && mark.snoozedUntil > now) return "snoozed";
  if (mark.acknowledgedAt === null) return "new";
  return latestAt > mark.acknowledgedAt ? "recurring" : "acknowledged";
}

export function markView(mark: GroupMark | null) {
  if (mark === null) return null;
  const { acknowledgedAt, snoozedUntil, at, ...told } = mark;
  return {
    ...told,
    acknowledgedAt: isoMoment(acknowledgedAt),
    snoozedUntil: isoMoment(snoozedUntil),
    at: isoMoment(at),
  };
}

export type GroupMarkView = ReturnType<typeof markView>;

/** A field that is absent stays as it is; null removes it. */
interface GroupChange {
  readonly acknowledged?: boolean | undefined;
  readonly assignee?: string | null | undefined;
  readonly snoozedUntil?: number | null | undefined;
  readonly note?: string | null | undefined;
}

type MarkGroupResult =
  { readonly kind: "marked"; readonly mark: GroupMarkView } | UnknownAccount | Unavailable;

export async function markGroup(
  {
    caller,
    group,
    change,
  }: { readonly caller: Caller; readonly group: GroupName; readonly change: GroupChange },
  context: OperationsContext,
): Promise<MarkGroupResult> {
  const one = { caller, name: group.account, context };
  return withAccount(one, async (account): Promise<MarkGroupResult> => {
    const fingerprint = fingerprintOf(group);
    const before = (await account.groupMarks.read()).get(fingerprint) ?? null;
    const now = context.now();
    const mark = changed(before, { change, by: caller.name, now });
    const note = [`group ${group.operation} ${group.reason ?? ""} ${group.code ?? ""}`.trim(), change.note]
      .filter((part) => part != null)
      .join(": ");
    await writeAct({ caller, at: now, act: actOf(change), account: account.name, note }, context);
    await account.groupMarks.write(fingerprint, isEmpty(mark) ? null : mark);
    return { kind: "marked", mark: markView(isEmpty(mark) ? null : mark) };
  });
}

function changed(
  before: GroupMark | null,
  {
    change: { acknowledged, assignee, snoozedUntil, note },
    by,
    now,
  }: { readonly change: GroupChange; readonly by: string; readonly now: number },
): GroupMark {
  const acknowledging = (): Pick<GroupMark, "acknowledgedAt" | "acknowledgedBy"> => {
    if (acknowledged === undefined)
      return {
        acknowledgedAt: before?.acknowledgedAt ?? null,
        acknowledgedBy: before?.acknowledgedBy ?? null,
      };
    return acknowledged
      ? { acknowledgedAt: now, acknowledgedBy: by }
      : { acknowledgedAt: null, acknowledgedBy: null };
  };
  return {
    ...acknowledging(),
    assignee: assignee === undefined ? (before?.assignee ?? null) : assignee,
    snoozedUntil: snoozedUntil === undefined ? (before?.snoozedUntil ?? null) : snoozedUntil,
    note: note === undefined ? (before?.note ?? null) : note,
    by,
    at: now,
  };
}

function isEmpty({ acknowledgedAt, assignee, snoozedUntil, note }: GroupMark): boolean {
  return [acknowledgedAt, assignee, snoozedUntil, note].every((part) => part === null);
}

function actOf({ acknowledged, assignee, snoozedUntil }: GroupChange): string {
  if (acknowledged !== undefined) return acknowledged ? "acknowledge a group" : "reopen a group";
  if (assignee !== undefined) return "assign a group";
  return snoozedUntil === undefined ? "note on a group" : "snooze a group";
}
