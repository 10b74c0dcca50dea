/**
 * Groups dead letters by account, operation, reason and the platform's code: what to mend first.
 *
 * Looks at the latest letters only, `MOST_GROUPED` of them, and says so when there are more.
 */
import { toldMoment } from "../delivery/told-moment.ts";
import type { DeadReason, Delivery } from "../delivery/record.ts";
import type { Caller } from "./caller.ts";
import { walkLetters } from "./dead-letters.ts";
import type { LetterFilter } from "./letter-filter.ts";
import { platformCode } from "./platform-code.ts";
import { MOST_LOOKED, type Position } from "./walk-lists.ts";
import { desksFor, whenReachable, type OperationsWorld, type Unavailable } from "./world.ts";

export const MOST_GROUPED = 20_000;

export interface LetterGroup {
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
      readonly items: readonly LetterGroup[];
      readonly counted: number;
      /** False when there are more letters than were looked at. */
      readonly isComplete: boolean;
    }
  | { readonly kind: "unknownAccount"; readonly account: string }
  | Unavailable;

export async function groupLetters(
  { caller, filter }: { readonly caller: Caller; readonly filter: LetterFilter },
  world: OperationsWorld,
): Promise<GroupResult> {
  return whenReachable(
    world,
    async (): Promise<GroupResult> => {
      const desks = desksFor(caller, filter.account, world);
      if (desks === null) return { kind: "unknownAccount", account: filter.account ?? "" };
      const groups = new Map<string, LetterGroup>();
      let from: Position | null = { stage: 0, place: null };
      let counted = 0;
      for (let looked = 0; from !== null && looked < MOST_GROUPED;) {
        const stretch = await walkLetters(desks, filter, { from, most: MOST_LOOKED });
        for (const { desk, stored } of stretch.found) addTo(groups, desk.name, stored.delivery);
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

function addTo(groups: Map<string, LetterGroup>, account: string, { request, state }: Delivery): void {
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
