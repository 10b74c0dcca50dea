/**
 * Parts that somebody keeps locked and does not serve: relays share the work, so a locked part is no fault while
 * its first row changes or the lock comes free. The session of a host that is gone has its locks until the
 * database ends it.
 */
import type { WaitingPart } from "./ports.ts";

const PATIENCE_MS = 60_000;

interface Locked {
  readonly firstId: string;
  readonly since: number;
}

export class LockedParts {
  #locked = new Map<number, Locked>();
  #stuck: readonly number[] = [];

  /** Why rows wait though a relay is there; null while none waits behind a lock for long. */
  get complaint(): string | null {
    if (this.#stuck.length === 0) return null;
    const parts = this.#stuck.join(", ");
    return `rows wait in parts that another session of the database keeps locked: ${parts}`;
  }

  /**
   * A round is over.
   *
   * @param locked what had waiting rows and was locked by others
   * @returns whether parts are stuck now, and none was before
   */
  saw(locked: readonly WaitingPart[], now: number): boolean {
    const before = this.#locked;
    this.#locked = new Map(
      locked.map(({ part, firstId }) => {
        const known = before.get(part);
        return [part, known?.firstId === firstId ? known : { firstId, since: now }];
      }),
    );
    const wasStuck = this.#stuck.length > 0;
    this.#stuck = [...this.#locked].flatMap(([part, { since }]) => (now - since > PATIENCE_MS ? [part] : []));
    return !wasStuck && this.#stuck.length > 0;
  }
}
