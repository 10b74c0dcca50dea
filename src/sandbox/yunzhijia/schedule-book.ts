/**
 * The schedules that Yunzhijia really stored, by eid.
 *
 * Invariants: a schedule never disappears, deleted is workStatus 2; every write
 * makes a new version, and lists see the newest version whose time has come
 * (so a late change shows what was there before); ids ascend with creation.
 */
import { bigId } from "../big-ids.ts";
import type { Clock, Sequence } from "../clock.ts";
import { shanghaiDay } from "../shanghai.ts";

type WorkStatus = 0 | 1 | 2;

export type ScheduleFields = {
  readonly content: string;
  /** The content as it was sent, even if it is stored altered. */
  readonly sentContent: string;
  readonly startDate: number;
  readonly endDate: number;
  readonly noticeTime: number | null;
  readonly noticeTimes: readonly number[] | null;
  readonly topState: number | null;
  readonly actors: readonly string[];
  readonly submitExperience: boolean;
  readonly channel: string | null;
  readonly repeat: number | null;
  readonly repeatEndDate: number | null;
  readonly workStatus: WorkStatus;
  readonly doneTime: number | null;
  /** Actors who have finished their part; the creator's part is `workStatus`. */
  readonly doneActors: readonly string[];
  /** The other fields of its create and its changes, digit by digit. */
  readonly others: Readonly<Record<string, unknown>>;
};

type ScheduleChange = {
  readonly seq: number;
  readonly at: number;
  readonly change: "store" | "modify" | "delete" | "finish" | "unfinish";
  readonly effect: boolean;
};

export type Schedule = {
  readonly id: string;
  readonly eid: string;
  /** The creator. */
  readonly openid: string;
  /** The content that its create sent. */
  readonly createdAs: string;
  readonly createDate: number;
  /** The parent's id; null for a parent and for what does not repeat. */
  readonly batchId: string | null;
  readonly history: ScheduleChange[];
  versions: readonly ScheduleVersion[];
};

type ScheduleVersion = { readonly visibleAt: number; readonly fields: ScheduleFields };
type Page = {
  readonly lastId: string | null;
  readonly size: number;
  readonly order: "oldest" | "newest";
};
type Shelf = {
  readonly inOrder: Schedule[];
  readonly places: Map<string, number>;
  readonly byDay: Map<number, Schedule[]>;
  readonly bySeries: Map<string, Schedule[]>;
};

export class ScheduleBook {
  readonly #clock: Clock;
  readonly #sequence: Sequence;
  readonly #hasBigIds: () => boolean;
  #shelves = new Map<string, Shelf>();
  #made = 0;

  constructor(
    clock: Clock,
    {
      sequence,
      hasBigIds = () => false,
    }: { readonly sequence: Sequence; readonly hasBigIds?: () => boolean },
  ) {
    this.#clock = clock;
    this.#sequence = sequence;
    this.#hasBigIds = hasBigIds;
  }

  /** As an ObjectId: seconds, then a counter. Or a number above 2^53. */
  newId(): string {
    this.#made += 1;
    if (this.#hasBigIds()) return bigId(this.#made);
    const seconds = Math.floor(this.#clock.now() / 1_000).toString(16);
    return `${seconds.padStart(8, "0")}${this.#made.toString(16).padStart(16, "0")}`;
  }

  store(
    entry: Pick<Schedule, "id" | "eid" | "openid" | "batchId">,
    { fields, visibleAt }: { readonly fields: ScheduleFields; readonly visibleAt: number },
  ): void {
    const createDate = this.#clock.now();
    const createdAs = fields.sentContent;
    const schedule = { ...entry, createdAs, createDate, history: [], versions: [{ visibleAt, fields }] };
    const shelf = this.#shelfOf(entry.eid);
    shelf.places.set(schedule.id, shelf.inOrder.length);
    shelf.inOrder.push(schedule);
    append(shelf.byDay, { key: shanghaiDay(createDate), schedule });
    append(shelf.bySeries, { key: schedule.batchId ?? schedule.id, schedule });
    this.#write(schedule, { change: "store", effect: true });
  }

  /** `change` null: nothing is changed, but the history records the request. */
  change(
    schedule: Schedule,
    {
      kind,
      change,
      visibleAt,
    }: {
      readonly kind: ScheduleChange["change"];
      readonly change: Partial<ScheduleFields> | null;
      readonly visibleAt: number;
    },
  ): void {
    this.#write(schedule, { change: kind, effect: change !== null });
    if (change === null) return;
    const last = schedule.versions.at(-1);
    const version = {
      visibleAt: Math.max(visibleAt, last?.visibleAt ?? 0),
      fields: { ...latest(schedule), ...change },
    };
    // Versions that were superseded before now can never be seen again.
    const now = this.#clock.now();
    const current = schedule.versions.findLastIndex((known) => known.visibleAt <= now);
    schedule.versions = [...schedule.versions.slice(Math.max(current, 0)), version];
  }

  find(eid: string, id: string): Schedule | null {
    const shelf = this.#shelves.get(eid);
    return shelf?.inOrder[shelf.places.get(id) ?? -1] ?? null;
  }

  /** A parent and its children, in order. */
  series(eid: string, parentId: string): readonly Schedule[] {
    return this.#shelves.get(eid)?.bySeries.get(parentId) ?? [];
  }

  /** The schedules in this order of creation, after `lastId`; none after an unknown id. */
  *page(eid: string, { lastId, size, order }: Page): Generator<Schedule> {
    const { inOrder, places } = this.#shelfOf(eid);
    const [first, step] = order === "oldest" ? [0, 1] : [inOrder.length - 1, -1];
    const last = lastId === null ? null : places.get(lastId);
    if (last === undefined) return;
    let given = 0;
    for (let place = last === null ? first : last + step; given < size; place += step) {
      const schedule = inOrder[place];
      if (!schedule) return;
      if (this.visible(schedule) === null) continue;
      given += 1;
      yield schedule;
    }
  }

  createdOn(eid: string, day: number): readonly Schedule[] {
    return (this.#shelves.get(eid)?.byDay.get(day) ?? []).filter((schedule) => this.visible(schedule));
  }

  /** Reads every schedule of the eid: for the setting queryByDay "occurring" only. */
  takingPlaceOn(eid: string, day: number): readonly Schedule[] {
    return this.#shelfOf(eid).inOrder.filter((schedule) => {
      const fields = this.visible(schedule);
      return fields && shanghaiDay(fields.startDate) <= day && day <= shanghaiDay(fields.endDate);
    });
  }

  /** The same for the setting queryByDay "starting". */
  startingOn(eid: string, day: number): readonly Schedule[] {
    return this.#shelfOf(eid).inOrder.filter((schedule) => {
      const fields = this.visible(schedule);
      return fields && shanghaiDay(fields.startDate) === day;
    });
  }

  /** The version that lists show now; null: none yet. */
  visible(schedule: Schedule): ScheduleFields | null {
    const now = this.#clock.now();
    return schedule.versions.findLast(({ visibleAt }) => visibleAt <= now)?.fields ?? null;
  }

  *list(): Generator<Schedule> {
    for (const shelf of this.#shelves.values()) yield* shelf.inOrder;
  }

  reset(): void {
    this.#shelves.clear();
  }

  #shelfOf(eid: string): Shelf {
    const known = this.#shelves.get(eid);
    if (known) return known;
    const shelf: Shelf = { inOrder: [], places: new Map(), byDay: new Map(), bySeries: new Map() };
    this.#shelves.set(eid, shelf);
    return shelf;
  }

  #write(
    schedule: Schedule,
    { change, effect }: { readonly change: ScheduleChange["change"]; readonly effect: boolean },
  ): void {
    schedule.history.push({ seq: this.#sequence.next(), at: this.#clock.now(), change, effect });
  }
}

/** The version that is really stored, visible or not. */
export function latest(schedule: Schedule): ScheduleFields {
  const version = schedule.versions.at(-1);
  if (!version) throw new Error(`schedule ${schedule.id} has no version`);
  return version.fields;
}

function append<Key>(
  lists: Map<Key, Schedule[]>,
  { key, schedule }: { readonly key: Key; readonly schedule: Schedule },
): void {
  const list = lists.get(key);
  if (list) list.push(schedule);
  else lists.set(key, [schedule]);
}
