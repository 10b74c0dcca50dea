/**
 * Keeps an account's sends running: looks for what is due whenever a part of the slots is free, sleeps until
 * the next falls due or somebody wakes it, and in any case looks once a second, also when every slot is
 * taken: for takeovers and deadlines. So a wake-up that is lost costs a second and nothing else.
 *
 * Whoever makes something due rings only where a look found nothing. So after a look that found something it looks
 * again a moment later: what comes meanwhile, of which nobody rings, waits for no answer of a platform. Where one comes
 * every few milliseconds it stays awake and goes on looking: a ring for each would cost more, and take longer.
 *
 * Invariants: only what a call of this process works on is renewed, by name, and a call that was given up
 * is not; what was leased after its look had been given up is handed back, never dropped.
 */
import { inTime, within } from "../waiting/in-time.ts";
import type { LookTurns } from "./look-turns.ts";

/** What a look found. */
export interface Look<Item> {
  readonly nextDueAt: number | null;
  readonly now: number;
  readonly more: boolean;
  /** The clock that the look used is wrong, and must be set again. */
  readonly isLate: boolean;
  /** Sends that take a slot each. */
  readonly items: readonly Item[];
  /** Deals with what needs no slot. */
  readonly settle: () => Promise<void>;
}

/** A send at work. */
interface Work {
  readonly done: Promise<void>;
  /** Bars what has not left; true if nothing has. */
  readonly bar: () => boolean;
}

interface SendLoopOptions<Item> {
  readonly concurrency: number;
  /** Shared by the accounts of a process; none for one alone. */
  readonly turns?: LookTurns;
  /** `staysAwake`: it looks again in a moment, and nobody need ring. */
  readonly look: (asked: { readonly most: number; readonly staysAwake: boolean }) => Promise<Look<Item>>;
  readonly work: (item: Item) => Work;
  /** Hands back what was leased and has not begun. */
  readonly handBack: (item: Item) => Promise<void>;
  /** Renews; returns those whose lease is lost. */
  readonly renew: (items: readonly Item[]) => Promise<readonly Item[]>;
  readonly onLate: () => Promise<void>;
  /** More is due than this worker can take: others may help. */
  readonly onMore: () => void;
  /** Called when a slot is free again, and when none is. */
  readonly onRoom: (hasRoom: boolean) => void;
  readonly onError: (error: unknown) => void;
  readonly patienceMs: number;
  readonly renewEveryMs: number;
  /** A call that has not settled by then is given up: its slot is free, its lease is not renewed. */
  readonly giveUpAfterMs: number;
}

const LOOK_EVERY_MS = 1_000;
/** After a look that found something. What comes one after the other is gathered, and costs no ring each. */
const LOOK_AGAIN_MS = 3;
/** After two finds within such a time it expects a third within the same. */
const EXPECTED_WITHIN_MS = 10;
/** After a failed look. */
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
  /** When the latest two looks were that found something. */
  #foundAt = Number.NEGATIVE_INFINITY;
  #foundBefore = Number.NEGATIVE_INFINITY;
  #sleeper: { readonly wake: () => void; at: number; timer: NodeJS.Timeout } | null = null;
  #loop: Promise<void> = Promise.resolve();
  #renewing: NodeJS.Timeout | null = null;
  #renewedAt = performance.now();
  #beatAt = performance.now();

  constructor(options: SendLoopOptions<Item>) {
    this.#options = options;
    // Slots are filled together: a round of some costs Redis little more than a round of one.
    this.#part = Math.min(LARGEST_PART, Math.ceil(options.concurrency / 4));
  }

  /** Since Redis answered a look. */
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

  /** Looks again in `delayMs`, if it would not sooner. */
  nudge(delayMs = 0): void {
    // It looks as soon as it has room, and before that a look could take nothing.
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

  /** Leases nothing more, bars what has not left, and resolves when what has left is done, or after `graceMs`. */
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

  /** With few free slots it waits for more of them. */
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
    // It may have waited for its turn while the worker began to leave.
    if (this.#stopping) return 0;
    // What needs no slot does not wait for room. Those of one look begin together: while the next look is under way,
    // the first of them are answered, and their connections are free.
    const most = this.#hasRoom ? Math.min(this.#free, LARGEST_PART) : 0;
    const staysAwake = this.#expectsMore;
    let look: Look<Item> | null;
    try {
      // After a long pause our own leases would be taken over by our own look.
      if (performance.now() - this.#renewedAt > this.#options.renewEveryMs) void this.#renew();
      look = await this.#inTime(this.#options.look({ most, staysAwake }));
      if (look?.isLate === true) await this.#options.onLate();
    } catch (error) {
      this.#options.onError(error);
      return PAUSE_MS;
    }
    if (look === null || look.isLate) return PAUSE_MS;
    this.#beatAt = performance.now();
    // A look without room does not tell.
    if (most > 0) this.#isCrowded = look.more;
    if (look.items.length > 0) {
      this.#foundBefore = this.#foundAt;
      this.#foundAt = performance.now();
    }
    this.#begin(look);
    this.#options.onRoom(this.#hasRoom);
    // Who had no room has found nothing that others could take.
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

  /** Frees the slots of calls whose time is over. Their results are saved late. */
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
      // What has not left must not leave any more: somebody else verifies it.
      for (const item of await this.#options.renew(items)) this.#held.get(item)?.work.bar();
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Null for a look that was given up; what it leases all the same is handed back. */
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
