/**
 * Pages through lists of deliveries, several merged into one, the latest first.
 *
 * It goes through stages, each a set of lists that are merged. One call reads a limited number of records:
 * where matches are rare, it may end with nothing found, and says where to go on. A place is a score and an id,
 * so an entry that stays in its list is returned exactly once, whatever else comes and goes.
 */
import type { ListName, ListRange, Place, Saying, StoredDelivery } from "./ports.ts";
import { unreadableRecord } from "./unreadable.ts";
import type { OperationsAccount } from "./context.ts";

export interface ListSource {
  readonly account: OperationsAccount;
  readonly list: ListName;
}

export interface Position {
  readonly stage: number;
  readonly place: Place | null;
}

interface Pagination {
  readonly stages: readonly (readonly ListSource[])[];
  readonly range: Pick<ListRange, "since" | "until">;
  readonly from: Position;
  /** Whether a record matches. */
  readonly fits: (stored: StoredDelivery, source: ListSource) => boolean;
  /** Words that every match contains: other records are skipped unparsed. */
  readonly sayings?: readonly Saying[];
  readonly most: number;
  /**
   * If true, a record that cannot be read appears as a dead item that says so (`unreadable.ts`); otherwise it
   * is skipped.
   */
  readonly meetsUnreadable?: boolean;
}

export interface FoundDelivery {
  readonly account: OperationsAccount;
  readonly stored: StoredDelivery;
}

export interface PageEnd {
  readonly found: readonly FoundDelivery[];
  readonly looked: number;
  /** Null when nothing is left to read. */
  readonly next: Position | null;
}

/** The most records that one call reads. */
export const MOST_LOOKED = 1_000;
const CHUNK = 200;
/** The most records of one account in one call to Redis. */
const LOOKED_AT_ONCE = 200;

export async function paginateLists(walk: Pagination): Promise<PageEnd> {
  const { stages, range, from, fits, sayings = [], most, meetsUnreadable = false } = walk;
  // Reading records that are not needed costs more than a further call.
  const atOnce = sayings.length > 0 ? LOOKED_AT_ONCE : Math.min(most + 1, LOOKED_AT_ONCE / 2);
  const found: FoundDelivery[] = [];
  let looked = 0;
  for (let { stage, place } = from; stage < stages.length; stage += 1, place = null) {
    const sources = stages[stage] ?? [];
    for (;;) {
      const wanted = Math.min(Math.max(CHUNK, most + 1), MOST_LOOKED);
      const steps = await nextSteps(sources, { range: { ...range, after: place }, most: wanted });
      for await (const { step, stored } of readSteps(steps, { sayings, atOnce })) {
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

export interface ListStep {
  readonly source: ListSource;
  readonly place: Place;
}

/** The next places of several lists, merged. */
export async function nextSteps(
  sources: readonly ListSource[],
  { range, most }: { readonly range: ListRange; readonly most: number },
): Promise<ListStep[]> {
  const each = await Promise.all(
    sources.map(async (source) =>
      (await source.account.lists.places(source.list, { range, most })).map((place) => ({ source, place })),
    ),
  );
  return each.flat().toSorted(latestFirst).slice(0, most);
}

function latestFirst({ place: a }: ListStep, { place: b }: ListStep): number {
  if (a.at !== b.at) return b.at - a.at;
  return a.id < b.id ? 1 : -1;
}

interface ReadStep {
  readonly step: ListStep;
  readonly stored: StoredDelivery | "unreadable" | null;
}

interface Looking {
  readonly sayings: readonly Saying[];
  readonly atOnce: number;
}

async function* readSteps(
  steps: readonly ListStep[],
  { sayings, atOnce }: Looking,
): AsyncGenerator<ReadStep> {
  for (let at = 0; at < steps.length;) {
    const found = await lookAt(steps.slice(at, at + atOnce), sayings);
    for (let step = steps[at]; step !== undefined; step = steps[at]) {
      const stored = found.get(step);
      if (stored === undefined) break;
      at += 1;
      yield { step, stored };
    }
  }
}

/** The records at these places, at least the first of each account; null for those that do not match. */
async function lookAt(
  steps: readonly ListStep[],
  sayings: readonly Saying[],
): Promise<ReadonlyMap<ListStep, StoredDelivery | "unreadable" | null>> {
  const found = new Map<ListStep, StoredDelivery | "unreadable" | null>();
  const each = [...Map.groupBy(steps, ({ source }) => source.account)].map(async ([{ lists }, theirs]) => {
    const records = await lists.look(
      theirs.map(({ place }) => place.id),
      sayings,
    );
    for (const [index, stored] of records.entries()) {
      const step = theirs[index];
      if (step !== undefined) found.set(step, stored);
    }
  });
  await Promise.all(each);
  return found;
}
