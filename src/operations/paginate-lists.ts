/**
 * Pages through lists of deliveries, several merged into one, the latest first.
 *
 * It goes through stages, each a set of lists that are merged. One call never reads more than a bounded
 * number of records: what fits the filter may be rare, and then the call ends with nothing found
 * and says where to go on. A place is a score and an id, so what stays in its list is met exactly once,
 * whatever else comes and goes.
 */
import type { ListName, ListRange, Place, Saying, StoredDelivery } from "./ports.ts";
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
  /** What all of them say: others are passed over unread. */
  readonly sayings?: readonly Saying[];
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
/** Of one account in one call. */
const LOOKED_AT_ONCE = 200;

export async function paginateLists(walk: Pagination): Promise<PageEnd> {
  const { stages, range, from, fits, sayings = [], most, meetsUnreadable = false } = walk;
  // What is read without need costs more than a further call.
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

export interface Step {
  readonly source: Source;
  readonly place: Place;
}

/** The next places of several lists, merged. */
export async function nextSteps(
  sources: readonly Source[],
  { range, most }: { readonly range: ListRange; readonly most: number },
): Promise<Step[]> {
  const each = await Promise.all(
    sources.map(async (source) =>
      (await source.account.lists.places(source.list, { range, most })).map((place) => ({ source, place })),
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

interface Looking {
  readonly sayings: readonly Saying[];
  readonly atOnce: number;
}

async function* readSteps(steps: readonly Step[], { sayings, atOnce }: Looking): AsyncGenerator<ReadStep> {
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

/** The first of each account at least; null for what is not meant. */
async function lookAt(
  steps: readonly Step[],
  sayings: readonly Saying[],
): Promise<ReadonlyMap<Step, StoredDelivery | "unreadable" | null>> {
  const found = new Map<Step, StoredDelivery | "unreadable" | null>();
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
