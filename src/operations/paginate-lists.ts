/**
 * Pages through lists of deliveries, several merged into one, the latest first.
 *
 * It goes through stages, each a set of lists that are merged. One call never reads more than a bounded
 * number of records: what fits the filter may be rare, and then the call ends with nothing found
 * and says where to go on. A place is a score and an id, so what stays in its list is met exactly once,
 * whatever else comes and goes.
 */
import type { ListName, ListRange, Place, StoredDelivery } from "./ports.ts";
import { unreadableRecord } from "./unreadable.ts";
import type { OperationsAccount } from "./context.ts";

export interface Source {
  readonly account: OperationsAccount;
  readonly list: ListName;
}

export interface Position {
  readonly stage: number;
  readonly place: Place | null;
}

interface Pagination {
  readonly stages: readonly (readonly Source[])[];
  readonly range: Pick<ListRange, "since" | "until">;
  readonly from: Position;
  /** Which of the records that are met are meant. */
  readonly fits: (stored: StoredDelivery, source: Source) => boolean;
  readonly most: number;
  /** A record that cannot be read is met as one dead item that says so (`unreadable.ts`); else passed over. */
  readonly meetsUnreadable?: boolean;
}

export interface FoundDelivery {
  readonly account: OperationsAccount;
  readonly stored: StoredDelivery;
}

export interface PageEnd {
  readonly found: readonly FoundDelivery[];
  readonly looked: number;
  /** Null when there is nothing left to look at. */
  readonly next: Position | null;
}

/** Records that one call looks at, at most. */
export const MOST_LOOKED = 1_000;
const CHUNK = 200;
/** A record may have five hundred recipients: so many are in memory at once, beside those that are found. */
const READ_AT_ONCE = 25;

export async function paginateLists(walk: Pagination): Promise<PageEnd> {
  const { stages, range, from, fits, most, meetsUnreadable = false } = walk;
  const found: FoundDelivery[] = [];
  let looked = 0;
  for (let { stage, place } = from; stage < stages.length; stage += 1, place = null) {
    const sources = stages[stage] ?? [];
    for (;;) {
      const wanted = Math.min(Math.max(CHUNK, most + 1), MOST_LOOKED);
      const steps = await nextSteps(sources, { ...range, after: place }, wanted);
      for await (const { step, stored } of readSteps(steps)) {
        if (found.length === most || looked === MOST_LOOKED) return { found, looked, next: { stage, place } };
        looked += 1;
        place = step.place;
        const { account } = step.source;
        if (stored === "unreadable") {
          if (meetsUnreadable) found.push({ account, stored: unreadableRecord(account.name, step.place) });
        } else if (stored !== null && fits(stored, step.source)) {
          found.push({ account, stored });
        }
      }
      if (steps.length < wanted) break;
    }
  }
  return { found, looked, next: null };
}

export interface Step {
  readonly source: Source;
  readonly place: Place;
}

/** The next places of several lists, merged. */
export async function nextSteps(sources: readonly Source[], range: ListRange, most: number): Promise<Step[]> {
  const each = await Promise.all(
    sources.map(async (source) =>
      (await source.account.lists.places(source.list, range, most)).map((place) => ({ source, place })),
    ),
  );
  return each.flat().toSorted(latestFirst).slice(0, most);
}

function latestFirst({ place: a }: Step, { place: b }: Step): number {
  if (a.at !== b.at) return b.at - a.at;
  return a.id < b.id ? 1 : -1;
}

interface ReadStep {
  readonly step: Step;
  readonly stored: StoredDelivery | "unreadable" | null;
}

async function* readSteps(steps: readonly Step[]): AsyncGenerator<ReadStep> {
  for (let at = 0; at < steps.length; at += READ_AT_ONCE) {
    const some = steps.slice(at, at + READ_AT_ONCE);
    const records = await Promise.all(
      some.map(async ({ source, place }) => (await source.account.lists.read([place.id]))[0] ?? null),
    );
    for (const [index, step] of some.entries()) yield { step, stored: records[index] ?? null };
  }
}
