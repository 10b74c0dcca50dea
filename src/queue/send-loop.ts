/**
 * Keeps an account's sends running. It looks for due sends whenever a part of the slots is free, and sleeps
 * until the next one falls due or it is woken. It also looks once a second in any case, even when every slot is
 * taken, for takeovers and deadlines: so a lost wake-up costs at most a second.
 *
 * Nobody rings for what becomes due after a look that found something. So the loop looks again a moment after
 * such a look. While sends become due every few milliseconds it stays awake and goes on looking: a ring for
 * each would cost more, and take longer.
 *
 * Invariants: a lease is renewed, by name, only while a call of this process works on it and is not given up.
 * Leases that come from a look that had been given up are handed back, never dropped.
 */
import { inTime, within } from "../waiting/waiting.ts";
import type { LookTurns } from "./look-turns.ts";

/** What a look found. */
export interface Look<Item> {
  readonly nextDueAt: number | null;
  readonly now: number;
  readonly more: boolean;
  /** The look carried a wrong time of Redis' clock, which must be read again. */
  readonly isLate: boolean;
  /** Sends that take a slot each. */
  readonly items: readonly Item[];
  /** Handles what needs no slot: takeovers and deadlines. */
  readonly settle: () => Promise<void>;
}

/** A send at work. */
interface Work {
  readonly done: Promise<void>;
  /** Bars the send from leaving; true if nothing has left. */
  readonly bar: () => boolean;
}

interface SendLoopOptions<Item> {
  readonly concurrency: number;
  /** Shared by the accounts of a process; absent where there is only one. */
  readonly turns?: LookTurns;
  /** `staysAwake`: the loop looks again in a moment, so nobody need ring. */
  readonly look: (asked: { readonly most: number; readonly staysAwake: boolean }) => Promise<Look<Item>>;
  readonly work: (item: Item) => Work;
  /** Hands back an item that was leased and has not begun. */
  readonly handBack: (item: Item) => Promise<void>;
  /** Renews the leases; returns the items whose lease is lost. */
  readonly renew: (items: readonly Item[]) => Promise<readonly Item[]>;
  readonly onLate: () => Promise<void>;
  /** More is due than this worker can take: others may help. */
  readonly onMore: () => void;
  /** Called when slots become free, and when they are all taken. */
  readonly onRoom: (hasRoom: boolean) => void;
  readonly onError: (error: unknown) => void;
  readonly patienceMs: number;
  readonly renewEveryMs: number;
  /** A call that has not settled within this time is given up: its slot is freed, and its lease no longer renewed. */
  readonly giveUpAfterMs: number;
}

const LOOK_EVERY_MS = 1_000;
/**
 * The pause after a look that found something. What becomes due meanwhile is leased together, without a ring
 * for each.
 */
const LOOK_AGAIN_MS = 3;
/** If two looks within this time found something, a third find is expected within the same time. */
const EXPECTED_WITHIN_MS = 10;
/** The pause after a failed look. */
const PAUSE_MS = 500;
const LARGEST_PART = 50;

export class SendLoop<Item> {
  readonly #options: SendLoopOptions<Item>;
  readonly #part: number;
  readonly #held = new Map<Item, { readonly work: Work; readonly since: number }>();
  readonly #working = new Set<Promise<void>>();
  #stopping = false;
  #isCrowded = false;
  #isWoken = false;
  /** The times of the latest two looks that found something. */
  #foundAt = Number.NEGATIVE_INFINITY;
  #foundBefore = Number.NEGATIVE_INFINITY;
  #sleeper: { readonly wake: () => void; at: number; timer: NodeJS.Timeout } | null = null;
  #loop: Promise<void> = Promise.resolve();
  #renewing: NodeJS.Timeout | null = null;
  #renewedAt = performance.now();
  #beatAt = performance.now();

  constructor(options: SendLoopOptions<Item>) {
    this.#options = options;
    // Several slots are filled at once: a round of several sends costs Redis little more than a round of one.
    this.#part = Math.min(LARGEST_PART, Math.ceil(options.concurrency / 4));
  }

  /** How long ago Redis last answered a look. */
  get silentForMs(): number {
    return performance.now() - this.#beatAt;
  }

  /** More is due than there is room for. */
  get isCrowded(): boolean {
    return this.#isCrowded;
  }

  start(): void {
    this.#loop = this.#run();
    this.#renewing = setInterval(() => void this.#renew(), this.#options.renewEveryMs);
  }

  /** Makes the loop look again in `delayMs` at the latest. */
  nudge(delayMs = 0): void {
    // Without room a look could take nothing; the loop looks as soon as it has room.
    if (!this.#hasRoom) return;
    if (delayMs <= 0) {
      this.#isWoken = true;
      this.#sleeper?.wake();
      return;
    }
    const sleeper = this.#sleeper;
    const at = performance.now() + delayMs;
    if (sleeper === null || at >= sleeper.at) return;
    clearTimeout(sleeper.timer);
    sleeper.at = at;
    sleeper.timer = setTimeout(sleeper.wake, delayMs);
  }

  /** Stops leasing and bars sends that have not left; resolves when the others are done, or after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#sleeper?.wake();
    for (const { work } of this.#held.values()) work.bar();
    await within(
      graceMs,
      this.#loop.then(() => Promise.all(this.#working)),
    );
    if (this.#renewing !== null) clearInterval(this.#renewing);
  }

  get #free(): number {
    return this.#options.concurrency - this.#held.size;
  }

  /** False with too few free slots: the loop waits until a part of them is free. */
  get #hasRoom(): boolean {
    return this.#free >= this.#part;
  }

  get #expectsMore(): boolean {
    return (
      this.#foundAt - this.#foundBefore <= EXPECTED_WITHIN_MS &&
      performance.now() - this.#foundAt < EXPECTED_WITHIN_MS
    );
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#giveUp();
      this.#isWoken = false;
      await this.#sleep(await this.#tick());
    }
  }

  /** One look; returns how long to sleep. */
  async #tick(): Promise<number> {
    await this.#options.turns?.take();
    // The worker may have begun to stop while the look waited for its turn.
    if (this.#stopping) return 0;
    // Takeovers and deadlines need no slot, so a look without room finds them too. It also fills the few slots
    // that are free: calls that hang may keep the others for long. At most `LARGEST_PART` sends are leased at
    // once: while the next look is under way, the first of them are answered, and their connections free.
    const most = Math.min(this.#free, LARGEST_PART);
    const staysAwake = this.#expectsMore;
    let look: Look<Item> | null;
    try {
      // Without this, the look after a long pause would take over the process's own leases.
      if (performance.now() - this.#renewedAt > this.#options.renewEveryMs) void this.#renew();
      look = await this.#inTime(this.#options.look({ most, staysAwake }));
      if (look?.isLate === true) await this.#options.onLate();
    } catch (error) {
      this.#options.onError(error);
      return PAUSE_MS;
    }
    if (look === null || look.isLate) return PAUSE_MS;
    this.#beatAt = performance.now();
    // A look that asked for nothing does not show this.
    if (most > 0) this.#isCrowded = look.more;
    if (look.items.length > 0) {
      this.#foundBefore = this.#foundAt;
      this.#foundAt = performance.now();
    }
    this.#begin(look);
    this.#options.onRoom(this.#hasRoom);
    // Only a look that had room knows that more is due than this worker can take.
    if (most > 0 && !this.#hasRoom && look.more) this.#options.onMore();
    if (!this.#hasRoom) return LOOK_EVERY_MS;
    if (look.more || look.items.length === most) return 0;
    const untilNextMs = look.nextDueAt === null ? LOOK_EVERY_MS : look.nextDueAt - look.now;
    const longest = look.items.length > 0 || staysAwake ? LOOK_AGAIN_MS : LOOK_EVERY_MS;
    return Math.max(1, Math.min(longest, untilNextMs));
  }

  #begin(look: Look<Item>): void {
    this.#track(look.settle());
    for (const item of look.items) {
      if (this.#stopping) this.#track(this.#options.handBack(item));
      else this.#work(item);
    }
  }

  #work(item: Item): void {
    const work = this.#options.work(item);
    this.#held.set(item, { work, since: performance.now() });
    this.#track(work.done, () => this.#release(item));
  }

  #track(work: Promise<void>, onOver?: () => void): void {
    const over = (): void => {
      this.#working.delete(tracked);
      onOver?.();
    };
    const tracked = work.then(over, (error: unknown) => {
      over();
      this.#options.onError(error);
    });
    this.#working.add(tracked);
  }

  #release(item: Item): void {
    if (!this.#held.delete(item)) return;
    // Only the slot that completes a part wakes the loop.
    if (this.#free === this.#part) this.nudge();
  }

  /** Frees the slots of calls that have taken too long. If they end later, their results are saved late. */
  #giveUp(): void {
    const before = performance.now() - this.#options.giveUpAfterMs;
    for (const [item, { work, since }] of this.#held) {
      if (since > before) continue;
      work.bar();
      this.#held.delete(item);
    }
  }

  async #renew(): Promise<void> {
    this.#renewedAt = performance.now();
    this.#giveUp();
    const items = [...this.#held.keys()];
    if (items.length === 0) return;
    try {
      // A send whose lease is lost and that has not left must not leave: another worker verifies it.
      for (const item of await this.#options.renew(items)) this.#held.get(item)?.work.bar();
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Null for a look that is given up. If it still leases something, that is handed back. */
  async #inTime(looking: Promise<Look<Item>>): Promise<Look<Item> | null> {
    const look = await inTime(looking, { ms: this.#options.patienceMs, late: null });
    if (look === null) this.#handBackAll(looking).catch(this.#options.onError);
    return look;
  }

  async #handBackAll(looking: Promise<Look<Item>>): Promise<void> {
    const found = await looking;
    this.#track(found.settle());
    for (const item of found.items) this.#track(this.#options.handBack(item));
  }

  async #sleep(ms: number): Promise<void> {
    if (ms <= 0 || this.#isWoken || this.#stopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#sleeper = { wake: resolve, at: performance.now() + ms, timer };
    });
    clearTimeout(this.#sleeper?.timer);
    this.#sleeper = null;
  }
}
