/**
 * The records that this worker saved last, so that it need not parse them again a moment later.
 *
 * Safe because of the fencing token: a record of the same id and version is the same record.
 */
import type { Delivery } from "../delivery/record.ts";

const MOST = 4_000;

export class RecentRecords {
  readonly #byId = new Map<string, Delivery>();

  remember(delivery: Delivery): void {
    const { id } = delivery.request;
    // Taken out first, so that the oldest entry is always the first of the map.
    this.#byId.delete(id);
    this.#byId.set(id, delivery);
    if (this.#byId.size <= MOST) return;
    for (const oldest of this.#byId.keys()) {
      this.#byId.delete(oldest);
      break;
    }
  }

  forget(id: string): void {
    this.#byId.delete(id);
  }

  /** Null unless the record was saved here, and nobody has changed it since. */
  find(id: string, version: number): Delivery | null {
    const known = this.#byId.get(id);
    return known?.version === version ? known : null;
  }
}
