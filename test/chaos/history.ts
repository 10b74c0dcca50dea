/**
 * What the producers had acknowledged and which deaths the operator saw, kept outside Redis.
 */
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import type { Workload } from "./workloads/workload.ts";

export interface Acknowledged {
  readonly id: string;
  readonly order: EnqueueInput;
  readonly workload: Workload;
  /** The way in by which it came to Bida. */
  readonly way: string;
  readonly lane: string;
  /** Place in its lane, by the order of acknowledgements. */
  readonly place: number;
  readonly at: number;
}

/** A key acknowledged under two ids. */
export interface Double {
  readonly lane: string;
  readonly what: string;
  readonly account: string;
  readonly ids: readonly string[];
}

export class History {
  readonly #byKey = new Map<string, Acknowledged>();
  readonly doubles: Double[] = [];
  #repeats = 0;

  acknowledge(acknowledged: Acknowledged): void {
    const { order } = acknowledged;
    const known = this.#byKey.get(order.key ?? "");
    if (known === undefined) {
      this.#byKey.set(order.key ?? "", acknowledged);
      return;
    }
    this.#repeats += 1;
    if (known.id !== acknowledged.id) {
      const { lane, way } = acknowledged;
      const said = [known, acknowledged].map(({ id, at }) => `${id} at ${new Date(at).toISOString()}`);
      const what = `${order.key ?? ""} by ${way}: ${said.join(" and ")}`;
      this.doubles.push({ lane, what, account: order.account, ids: [known.id, acknowledged.id] });
    }
  }

  get all(): readonly Acknowledged[] {
    return [...this.#byKey.values()];
  }

  /** Number of repeated calls acknowledged under the same key. */
  get repeats(): number {
    return this.#repeats;
  }
}
