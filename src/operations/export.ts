/**
 * Exports dead letters with their payloads, one JSON line each, as a stream. Written down like every
 * other look at a payload.
 */
import { readAccepted } from "../delivery/exact-json.ts";
import type { Caller } from "./caller.ts";
import { walkLetters } from "./dead-letters.ts";
import { deliveryView } from "./delivery-view.ts";
import type { LetterFilter } from "./letter-filter.ts";
import { timelineView } from "./timeline-view.ts";
import type { Met, Position } from "./walk-lists.ts";
import {
  desksFor,
  whenReachable,
  type AccountDesk,
  type OperationsWorld,
  type Unavailable,
} from "./world.ts";

export type ExportResult =
  | { readonly kind: "lines"; readonly lines: AsyncGenerator<string, void, undefined> }
  | { readonly kind: "unknownAccount"; readonly account: string }
  | Unavailable;

const AT_ONCE = 100;

export async function exportLetters(
  { caller, filter }: { readonly caller: Caller; readonly filter: LetterFilter },
  world: OperationsWorld,
): Promise<ExportResult> {
  return whenReachable(
    world,
    async (): Promise<ExportResult> => {
      const desks = desksFor(caller, filter.account, world);
      if (desks === null) return { kind: "unknownAccount", account: filter.account ?? "" };
      const account = filter.account ?? null;
      const entry = { by: caller.name, act: "export dead letters", account, id: null, note: null };
      await world.audit.write({ at: world.now(), ...entry });
      return { kind: "lines", lines: linesOf(desks, filter) };
    },
    "long",
  );
}

async function* linesOf(
  desks: readonly AccountDesk[],
  filter: LetterFilter,
): AsyncGenerator<string, void, undefined> {
  let from: Position | null = { stage: 0, place: null };
  while (from !== null) {
    const { found, next } = await walkLetters(desks, filter, { from, most: AT_ONCE, meetsUnreadable: true });
    const lines = await Promise.all(found.map(lineOf));
    yield lines.join("");
    from = next;
  }
}

async function lineOf({ desk, stored: { delivery } }: Met): Promise<string> {
  const { request } = delivery;
  const timeline = timelineView(request.createdAt, await desk.lists.timeline(request.id));
  const { payload } = await desk.lists.payloads(request.id);
  return `${JSON.stringify({ ...deliveryView(delivery), timeline, payload: readAccepted(payload) })}\n`;
}
