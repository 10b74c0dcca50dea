/**
 * The lists of one round of checks: `queryByDay` and `teamWorks` (document 002). Each day and each page is read
 * once, whatever the number of deliveries that need it.
 *
 * The documents disagree on whether `queryByDay` lists what was created on a day or what takes place on it. Its
 * rows show which. What they showed in earlier rounds only decides where to look first, and proves no absence:
 * an installation may be upgraded.
 */
import type { Evidence } from "../../../delivery/ledger.ts";
import type { AccountAccess } from "../../account-access.ts";
import { lagOf } from "../../channel.ts";
import { noonOf, shanghaiDay } from "./days.ts";
import { recallFact, rememberFact, type Fact } from "./facts.ts";
import { noteTeamRows, TEAM_FACT } from "./team-fact.ts";
import {
  passingTrouble,
  lastingTrouble,
  readSchedules,
  troubleOf,
  type Reading,
  type Trouble,
} from "./read-schedules.ts";
import { createdAt, DELETED, readableRowsOf, rowsOf, textOf, type ScheduleRow } from "./schedule-row.ts";
import { isWanted, type WantedScheduleRows } from "./wanted-rows.ts";
import { isRefusal } from "./classify.ts";
import { idKey } from "./same-id.ts";

/** What the list of a day contains; null where that is not known, or where it seems to contain both. */
type DayMeaning = "created" | "occurring" | null;

export interface SeenRow {
  readonly row: ScheduleRow;
  readonly evidence: Evidence;
}

/** The largest page that the platform allows. */
export const PAGE_SIZE = 1_000;
/** A round reads no more pages than this. What was not found by then stays undecided. */
const MOST_PAGES = 100;
export const DAY_FACT = "queryByDay";

const MINUTE_MS = 60_000;
/** The round's time was read when its deliveries were leased, a little before it began. */
const CLOCK_MARGIN_MS = 5_000;

export interface Round {
  readonly now: number;
  /** How long the platform may take to show what it has stored. */
  readonly visibilityLagMs?: number | undefined;
  readonly signal: AbortSignal;
}

interface ListsRound extends Round {
  readonly wanted: WantedScheduleRows;
}

/** What was made so lately is kept, whoever made it: it is remembered as not ours. */
export const LATELY_MS = 10 * MINUTE_MS;

export class Lists {
  readonly #account: AccountAccess;
  readonly #round: ListsRound;
  readonly #seen = new Map<string, SeenRow>();
  readonly #byTitle = new Map<string, Map<string, ScheduleRow>>();
  readonly #byStart = new Map<string, Map<string, ScheduleRow>>();
  readonly #openedAt = performance.now();
  readonly #days = new Map<number, Promise<Trouble | null>>();
  readonly #told = new Set<Exclude<DayMeaning, null>>();
  #remembered: Fact | null = null;
  #lastId = "";
  /** The number of rows on the page before. */
  #lastLength = 0;
  #pageSize = PAGE_SIZE;
  #pages = 0;
  readonly #inTeam = new Set<string>();
  /** Schedules that the lists of days show as not deleted and the team's list has not shown: id → creator. */
  readonly #inDaysAlone = new Map<string, string>();
  /** The team's list had rows, and has been empty for a whole visibility lag. */
  #hasBeenEmpty = false;
  #dayRows = 0;
  #isTeamRead = false;
  /** A page of the team's list had a row of an earlier page again: the pages have shifted, and rows may be missing. */
  #hasShifted = false;
  /** The last page was not full: the next one is probably the end. */
  isShort = false;
  /** More pages than are read, or none after the first: so it will be in the next round too. */
  #isEndless = false;
  /** Why no further page of `teamWorks` can be read. */
  pageTrouble: Trouble | null = null;
  calls = 0;

  private constructor(account: AccountAccess, round: ListsRound) {
    this.#account = account;
    this.#round = round;
  }

  static async open(account: AccountAccess, round: ListsRound): Promise<Lists> {
    const lists = new Lists(account, round);
    lists.#remembered = await recallFact(account, { name: DAY_FACT, now: round.now });
    return lists;
  }

  /**
   * All of `teamWorks` has been read, and it is the whole list: its pages did not shift, it has rows, and has every
   * row that the lists of days have shown. An account without the right to see it, or an index that is being built, gives an empty
   * list.
   */
  get isComplete(): boolean {
    return this.#isWhole && this.#inDaysAlone.size === 0;
  }

  get #isWhole(): boolean {
    return this.#isTeamRead && !this.#hasShifted && this.#inTeam.size > 0;
  }

  /** The team's list really is empty: it had rows, has been empty for a whole lag, and no list of a day shows any. */
  get isEmptied(): boolean {
    return this.#hasBeenEmpty && this.#inDaysAlone.size === 0;
  }

  /** The same for the schedules of one creator: missing rows of other creators do not matter. */
  isWholeFor(creator: string): boolean {
    if (this.isComplete) return true;
    if (!this.#isWhole) return false;
    return ![...this.#inDaysAlone.values()].some((who) => who === idKey(creator));
  }

  /** All of `teamWorks` has been read, and neither it nor any list of a day has a row. */
  get areEmpty(): boolean {
    return this.#isTeamRead && this.pageTrouble === null && this.#inTeam.size + this.#dayRows === 0;
  }

  /** Whether any list of a day has had rows in this round. */
  get hasDayRows(): boolean {
    return this.#dayRows > 0;
  }

  /** `teamWorks` can show no more in this round: it cannot be read, or it is not the whole list. */
  get isTeamSpent(): boolean {
    if (this.pageTrouble !== null) return this.pageTrouble.isLasting;
    return this.#isTeamRead && !this.isComplete;
  }

  /** The lists of days are all that this installation has: waiting for `teamWorks` would be for ever. */
  get areDaysAll(): boolean {
    return this.isTeamSpent || this.#isEndless;
  }

  seen(id: string): SeenRow | null {
    return this.#seen.get(id) ?? null;
  }

  /** Every row with this creator and this text. The text is in canonical form (`same-text.ts`). */
  rowsLike(creator: string, text: string): Iterable<ScheduleRow> {
    return this.#byTitle.get(keyOf(idKey(creator), text))?.values() ?? [];
  }

  /** Every row of this creator that starts within a minute, and every row without a creator or a start. */
  rowsAround(creator: string, startDate: number): ScheduleRow[] {
    const minute = Math.floor(startDate / MINUTE_MS);
    return [idKey(creator), ""].flatMap((who) =>
      [minute - 1, minute, minute + 1, ""].flatMap((when) => [
        ...(this.#byStart.get(keyOf(who, String(when)))?.values() ?? []),
      ]),
    );
  }

  createdSince(since: number): ScheduleRow[] {
    return [...this.#seen.values()].map(({ row }) => row).filter((row) => (createdAt(row) ?? 0) >= since);
  }

  /** A time that is not before the present, by the clock of the round. */
  now(): number {
    return this.#round.now + (performance.now() - this.#openedAt) + CLOCK_MARGIN_MS;
  }

  /** Keeps a row, if somebody may ask about it again. */
  show(
    row: ScheduleRow,
    { kind, digest }: { readonly kind: "list" | "detail"; readonly digest: string },
  ): void {
    const isNew = (createdAt(row) ?? -Infinity) >= this.#round.now - LATELY_MS;
    if (!isNew && !isWanted(row, this.#round.wanted)) return;
    this.#seen.set(row.id, { row, evidence: { kind, at: this.#round.now, digest } });
    const minute = row.startDate === null ? "" : String(Math.floor(row.startDate / MINUTE_MS));
    addTo(this.#byStart, { key: keyOf(idKey(row.openid ?? ""), minute), row });
    const text = textOf(row);
    if (row.openid !== null && text !== null)
      addTo(this.#byTitle, { key: keyOf(idKey(row.openid), text), row });
  }

  /** What the list of a day contains, by the rows of this round. */
  get meaning(): DayMeaning {
    const [only = null] = this.#told;
    return this.#told.size > 1 ? null : only;
  }

  /** The same, or else what it was in earlier rounds: a hint where to look first. */
  get hint(): DayMeaning {
    if (this.#told.size > 0) return this.meaning;
    const value = this.#remembered?.value;
    return value === "created" || value === "occurring" ? value : null;
  }

  /** Reads the lists of these days; returns the first trouble, or null when all of them were read. */
  async readDays(days: readonly number[]): Promise<Trouble | null> {
    const troubles = await Promise.all(days.map((day) => this.#readDay(day)));
    await this.#rememberMeaning();
    return troubles.find((trouble) => trouble !== null) ?? null;
  }

  hasAsked(day: number): boolean {
    return this.#days.has(day);
  }

  async #readDay(day: number): Promise<Trouble | null> {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const reading = this.#askDay(day);
    this.#days.set(day, reading);
    return reading;
  }

  async #askDay(day: number): Promise<Trouble | null> {
    const reading = await this.#read("queryByDay", { day: noonOf(day) });
    const rows = this.#take(reading);
    // Refused, with a fresh token: such an installation may have no list by day. The team's list may do
    // instead.
    if (!Array.isArray(rows))
      return reading.kind === "refused" ? { ...rows, isLasting: !reading.isPassing } : rows;
    this.#dayRows += rows.length;
    for (const row of rows) {
      if (this.#mustBeInTeam(row) && !this.#inTeam.has(row.id))
        this.#inDaysAlone.set(row.id, idKey(row.openid ?? ""));
      const told = meaningOf(row, day);
      if (told !== null) this.#told.add(told);
    }
    return null;
  }

  /**
   * Whether the team's list must show this row: not if it is deleted, or so new that the platform may not show
   * it there yet.
   */
  #mustBeInTeam(row: ScheduleRow): boolean {
    const ageMs = this.#round.now - (createdAt(row) ?? -Infinity);
    return row.workStatus !== DELETED && ageMs >= lagOf(this.#round);
  }

  /** Reads one more page of `teamWorks`; false when there is none, or none that can be read. */
  async readPage(): Promise<boolean> {
    if (this.#isTeamRead || this.pageTrouble !== null) return false;
    if (this.#pages >= MOST_PAGES) {
      this.#isEndless = true;
      this.pageTrouble = passingTrouble(`the team's list is longer than ${MOST_PAGES} pages`);
      return false;
    }
    const reading = await this.#read("teamWorks", { lastId: this.#lastId, size: this.#pageSize });
    if (reading.kind === "tooLarge" && this.#pageSize > 1) {
      this.#pageSize = Math.ceil(this.#pageSize / 4);
      return true;
    }
    const rows = this.#take(reading);
    this.#pages += 1;
    if (!Array.isArray(rows)) {
      this.pageTrouble = rows;
      return false;
    }
    if (rows.length > 0 && this.#inTeam.size === 0) await noteTeamRows(this.#account, this.#round.now);
    this.isShort = rows.length > 0 && rows.length < this.#pageSize;
    // A platform may begin a page with the last row of the one before.
    this.#hasShifted ||= rows.some(({ id }) => id !== this.#lastId && this.#inTeam.has(id));
    for (const { id } of rows) {
      this.#inTeam.add(id);
      this.#inDaysAlone.delete(id);
    }
    const lastId = rows.at(-1)?.id;
    // A short page need not be the last one. The end is an empty page, or a page with only the row after which
    // it was requested, where the platform begins with that row.
    const isItself = rows.length === 1 && this.#lastLength > 1 && lastId === this.#lastId;
    if (lastId === undefined || isItself) await this.#endTeam();
    else if (lastId === this.#lastId) {
      this.#isEndless = true;
      this.pageTrouble = passingTrouble("the team's list does not page on");
    } else this.#lastId = lastId;
    this.#lastLength = rows.length;
    return !this.#isTeamRead && this.pageTrouble === null;
  }

  /**
   * An empty list cannot be told from one that failed. If it had rows within the last day, it counts as empty
   * only after it has been empty in every answer for a whole lag.
   */
  async #endTeam(): Promise<void> {
    this.#isTeamRead = true;
    const { now } = this.#round;
    if (this.#inTeam.size > 0) return;
    const known = await recallFact(this.#account, { name: TEAM_FACT, now });
    if (known === null) return;
    const since = Number(/^empty (\d+)$/.exec(known.value)?.[1] ?? NaN);
    if (Number.isNaN(since))
      await rememberFact(this.#account, { name: TEAM_FACT, value: `empty ${Math.round(now)}`, now });
    this.#hasBeenEmpty = now - since >= lagOf(this.#round);
    if (!this.#hasBeenEmpty)
      this.pageTrouble = passingTrouble("the team's list is empty, and it was not before");
  }

  async #read(endpoint: "queryByDay" | "teamWorks", json: unknown): Promise<Reading> {
    const reading = await readSchedules(
      { endpoint, json, suspectsToken: isRefusal },
      { account: this.#account, asking: this.#round },
    );
    if (!(reading.kind === "trouble" && !reading.trouble.wasAsked)) this.calls += 1;
    return reading;
  }

  /** Keeps the rows of a list, or returns why it cannot be used. */
  #take(reading: Reading): ScheduleRow[] | Trouble {
    if (reading.kind !== "data") return troubleOf(reading);
    const rows = rowsOf(reading.data);
    for (const row of rows ?? readableRowsOf(reading.data))
      this.show(row, { kind: "list", digest: reading.digest });
    if (reading.isDoubtful) return passingTrouble("the list has an error text or a code beside its success");
    return rows ?? lastingTrouble("the list, or a row of it, is not understood");
  }

  async #rememberMeaning(): Promise<void> {
    if (this.#told.size === 0) return;
    // Rows that contradict each other revoke what was learned.
    const value = this.meaning ?? "both";
    if (value === this.#remembered?.value && !this.#remembered.isOld) return;
    this.#remembered = { value, isOld: false };
    await rememberFact(this.#account, { name: DAY_FACT, value, now: this.#round.now });
  }
}

/** What a row shows about the meaning of the day's list that it is in. */
export function meaningOf(row: ScheduleRow, day: number): DayMeaning {
  const at = createdAt(row);
  if (at === null || row.startDate === null || row.endDate === null) return null;
  const wasCreated = shanghaiDay(at) === day;
  const takesPlace = shanghaiDay(row.startDate) <= day && day <= shanghaiDay(row.endDate);
  if (wasCreated === takesPlace) return null;
  return wasCreated ? "created" : "occurring";
}

function keyOf(creator: string, rest: string): string {
  return `${creator}\n${rest}`;
}

function addTo(
  index: Map<string, Map<string, ScheduleRow>>,
  { key, row }: { readonly key: string; readonly row: ScheduleRow },
): void {
  const rows = index.get(key) ?? new Map<string, ScheduleRow>();
  index.set(key, rows.set(row.id, row));
}
