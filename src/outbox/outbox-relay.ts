/**
 * The relay of one outbox: one loop enqueues waiting rows, another writes into them how their deliveries ended.
 * Any number of relays share an outbox.
 */
import { messageOf } from "../delivery/error-words.ts";
import { deleteEnded, followRows } from "./follow-rows.ts";
import { LockedParts } from "./locked-parts.ts";
import {
  LANE_PARTS,
  type OpenTable,
  type Outbox,
  type OutboxPorts,
  type OutboxTable,
  type WaitingPart,
} from "./ports.ts";
import { relayPart } from "./relay-part.ts";
import { pause } from "../waiting/waiting.ts";
import { TableLoop, type TableRound } from "./table-loop.ts";

interface OutboxRelayOptions {
  readonly outbox: Outbox;
  readonly open: OpenTable;
  readonly ports: OutboxPorts;
  /** From 0 to 1: at which part each round begins, so that relays do not all try the same lock first. */
  readonly random: () => number;
  /** Rejects where another outbox has the same table. Called in each round. */
  readonly claim?: (table: OutboxTable) => Promise<void>;
  /** How often an idle relay looks for rows, and how often rows are followed. Default 1 s. */
  readonly everyMs?: number;
  readonly now?: () => number;
}

const EVERY_MS = 1_000;
const POSTPONED_PAUSE_MS = 500;
/** Dead and discarded rows are read once in this many rounds. */
const DEAD_EVERY = 10;
/** An extra lock beside those of the parts: only one relay at a time follows rows. */
const FOLLOWING = LANE_PARTS;

export class OutboxRelay {
  readonly #options: OutboxRelayOptions;
  readonly #relaying: TableLoop;
  readonly #following: TableLoop;
  readonly #locked = new LockedParts();
  #rounds = 0;

  constructor(options: OutboxRelayOptions) {
    this.#options = options;
    const { open, outbox, ports } = options;
    const onError = (error: unknown): void => {
      const detail = messageOf(error);
      ports.emit({ event: "outbox.failed", outbox: outbox.name, detail });
    };
    this.#relaying = new TableLoop({ open, onError, round: (...round) => this.#relay(...round) });
    this.#following = new TableLoop({ open, onError, round: (...round) => this.#follow(...round) });
  }

  start(): void {
    this.#relaying.start();
    this.#following.start();
  }

  /** Why it makes no progress; null while it does. */
  get complaint(): string | null {
    return this.#relaying.complaint ?? this.#following.complaint ?? this.#locked.complaint;
  }

  /** Resolves when nothing is under way any more. Rows that are not marked yet are found by the next relay. */
  async stop(): Promise<void> {
    await Promise.all([this.#relaying.stop(), this.#following.stop()]);
  }

  async #relay(table: OutboxTable, { signal, progressed }: TableRound): Promise<void> {
    const { random, everyMs = EVERY_MS, outbox, ports, claim } = this.#options;
    await claim?.(table);
    const parts = rotated(await table.waitingParts(), random());
    const locked: WaitingPart[] = [];
    let isPostponed = false;
    for (const waiting of parts) {
      const { part } = waiting;
      if (signal.aborted) return;
      if (!(await table.lock(part))) {
        locked.push(waiting);
        continue;
      }
      // Where this fails the session ends, and its locks with it.
      const { postponed } = await relayPart(part, { table, outbox, ports, signal, progressed });
      isPostponed ||= postponed;
      await table.unlock(part);
    }
    this.#complainOf(locked);
    if (isPostponed) await pause(POSTPONED_PAUSE_MS, signal);
    // Other relays serve the waiting rows, or there are none.
    else if (locked.length === parts.length)
      await table.news(parts.length === 0 ? everyMs : everyMs / 10, signal);
  }

  #complainOf(locked: readonly WaitingPart[]): void {
    const { outbox, ports, now = () => performance.now() } = this.#options;
    if (!this.#locked.saw(locked, now())) return;
    ports.emit({ event: "outbox.failed", outbox: outbox.name, detail: this.#locked.complaint ?? "" });
  }

  async #follow(table: OutboxTable, { signal, progressed }: TableRound): Promise<void> {
    const { outbox, ports, everyMs = EVERY_MS } = this.#options;
    if (await table.lock(FOLLOWING)) {
      const following = { table, outbox, ports };
      await followRows("acknowledged", { following, signal, progressed });
      if (this.#rounds % DEAD_EVERY === 0) {
        await followRows("dead", { following, signal, progressed });
        await followRows("discarded", { following, signal, progressed });
        await deleteEnded(following, signal);
      }
      this.#rounds += 1;
      await table.unlock(FOLLOWING);
    }
    await pause(everyMs, signal);
  }
}

function rotated(parts: readonly WaitingPart[], random: number): readonly WaitingPart[] {
  const from = Math.floor(random * parts.length);
  return [...parts.slice(from), ...parts.slice(0, from)];
}
