/**
 * Plays the person who handles dead letters: replays each one once during the chaos and discards it if it dies
 * again, so that no lane waits for ever. Records every death before acting on it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Delivery } from "../../src/delivery/record.ts";
import type { Caller } from "../../src/operations/caller.ts";
import { discardDeadLetter } from "../../src/operations/discard.ts";
import { replayDeadLetter } from "../../src/operations/replay.ts";
import type { OperationsContext } from "../../src/operations/context.ts";
import type { DeliveryStore } from "../../src/storage/delivery-store.ts";

const LOOK_EVERY_MS = 1_000;
const OPS: Caller = { name: "chaos", role: "operator", accounts: null };

interface OperatorOptions {
  readonly system: OperationsContext;
  readonly stores: readonly DeliveryStore[];
  /** Aborts at the end of the chaos. From then on letters are only discarded: a replay would outlast the run. */
  readonly chaosIsOver: AbortSignal;
  readonly signal: AbortSignal;
}

export class Operator {
  readonly deaths: Delivery[] = [];
  readonly #options: OperatorOptions;
  readonly #seen = new Set<string>();

  constructor(options: OperatorOptions) {
    this.#options = options;
  }

  /** Resolves when the signal has ended it. */
  async work(): Promise<void> {
    const { signal, stores } = this.#options;
    while (!signal.aborted) {
      for (const store of stores) await this.#look(store).catch(whileRedisIsAway);
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(whenOver);
    }
  }

  async #look(store: DeliveryStore): Promise<void> {
    for (const id of await store.ids("dead", 1_000)) {
      const delivery = await store.get(id);
      if (delivery === null || delivery === "unreadable" || delivery.state.status !== "dead") continue;
      const death = `${id} ${delivery.state.generation}`;
      if (!this.#seen.has(death)) this.deaths.push(delivery);
      this.#seen.add(death);
      await this.#act(delivery);
    }
  }

  async #act({ request: { id }, state }: Delivery): Promise<void> {
    const { system, chaosIsOver } = this.#options;
    const note = "chaos";
    if (state.generation === 1 && !chaosIsOver.aborted) {
      await replayDeadLetter({ id, caller: OPS, payload: null, note }, system);
    } else {
      await discardDeadLetter({ id, caller: OPS, note }, system);
    }
  }
}

function whileRedisIsAway(): void {
  // The next round finds the same letters.
}

function whenOver(): void {
  // Only the signal ends this sleep early.
}
