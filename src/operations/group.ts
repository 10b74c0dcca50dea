/**
 * Groups dead letters by account, operation, reason and the platform's code: what to mend first.
 *
 * Looks at the latest letters only, `MOST_GROUPED` of them, and says so when there are more.
 */
import { toldMoment } from "../delivery/told-moment.ts";
import type { DeadReason, Delivery } from "../delivery/record.ts";
import type { Caller } from "./caller.ts";
import { paginateDeadLetters } from "./dead-letters.ts";
import type { DeadLetterFilter } from "./dead-letter-filter.ts";
import { platformCode } from "./platform-code.ts";
import { MOST_LOOKED, type Position } from "./paginate-lists.ts";
import { accountsFor, whenReachable, type OperationsContext, type Unavailable } from "./context.ts";

export const MOST_GROUPED = 20_000;

export interface DeadLetterGroup {
  readonly account: string;
  readonly operation: string;
  readonly reason: DeadReason | null;
  readonly code: string | null;
  readonly count: number;
  /** One of them, the latest, to look at. */
  readonly example: string;
  readonly latestAt: string;
}

export type GroupResult =
  | {
      readonly kind: "groups";
      readonly items: readonly DeadLetterGroup[];
      readonly counted: number;
      /** False when there are more letters than were looked at. */
      readonly isComplete: boolean;
    }
  | { readonly kind: "unknownAccount"; readonly account: string }
  | Unavailable;

export async function groupDeadLetters(
  { caller, filter }: { readonly caller: Caller; readonly filter: DeadLetterFilter },
  context: OperationsContext,
): Promise<GroupResult> {
  return whenReachable(
    context,
    async (): Promise<GroupResult> => {
      const chosen = accountsFor(caller, filter.account, context);
      if (chosen === null) return { kind: "unknownAccount", account: filter.account ?? "" };
      const groups = new Map<string, DeadLetterGroup>();
      let from: Position | null = { stage: 0, place: null };
      let counted = 0;
      for (let looked = 0; from !== null && looked < MOST_GROUPED;) {
        const stretch = await paginateDeadLetters(chosen, filter, { from, most: MOST_LOOKED });
        for (const { account, stored } of stretch.found) addTo(groups, account.name, stored.delivery);
        counted += stretch.found.length;
        looked += stretch.looked;
        from = stretch.next;
      }
      const items = [...groups.values()].toSorted((a, b) => b.count - a.count);
      return { kind: "groups", items, counted, isComplete: from === null };
    },
    "long",
  );
}

function addTo(groups: Map<string, DeadLetterGroup>, account: string, { request, state }: Delivery): void {
  const code = platformCode(state);
  const name = JSON.stringify([account, request.operation, state.reason ?? null, code]);
  const known = groups.get(name);
  if (known !== undefined) {
    groups.set(name, { ...known, count: known.count + 1 });
    return;
  }
  groups.set(name, {
    account,
    operation: request.operation,
    reason: state.reason ?? null,
    code,
    count: 1,
    example: request.id,
    latestAt: toldMoment(state.finishedAt ?? request.createdAt),
  });
}
