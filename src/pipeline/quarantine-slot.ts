/**
 * One round of suspects at a time in a process. A suspect is a delivery whose worker died while it was at
 * work on it.
 *
 * So few suspects are at work when a process dies, and finally only one: the delivery that kills its workers is
 * found, and no other ends as poison.
 *
 * The slot is shared by all accounts, by their sends and their checks. Their loops often look in the same
 * millisecond, and stay in step. So a look takes the slot only when suspects are known to be due, and a loop
 * that was refused looks again when it is free: so no loop is refused for ever by looks that find nothing.
 */
export class QuarantineSlot {
  #quarantine: Quarantine | null = null;
  /** Loops that were refused, in their order. */
  readonly #waiting = new Set<() => void>();
  /**
   * The loop that may take the slot next, and until when. Without it the loop that released the slot would take
   * it again.
   */
  #called: { readonly look: () => void; readonly until: number } | null = null;

  /**
   * Null while another loop has the slot, or has been called to take it.
   *
   * @param look as given to `whenFree`
   */
  tryTake(look?: () => void): Quarantine | null {
    if (this.#quarantine !== null || this.#isAnotherCalled(look)) return null;
    this.#called = null;
    const quarantine: Quarantine = {
      release: () => {
        if (this.#quarantine !== quarantine) return;
        this.#quarantine = null;
        this.#callNext();
      },
    };
    this.#quarantine = quarantine;
    return quarantine;
  }

  /** Calls `look` once, when the slot is free: at once if it is free now, and no other loop has been called. */
  whenFree(look: () => void): void {
    this.#waiting.add(look);
    if (this.#quarantine === null && !this.#isAnotherCalled(look)) this.#callNext();
  }

  #callNext(): void {
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.#called = { look: next, until: performance.now() + CALLED_FOR_MS };
    next();
  }

  #isAnotherCalled(look: (() => void) | undefined): boolean {
    return this.#called !== null && this.#called.look !== look && performance.now() < this.#called.until;
  }
}

/** As long as the longest pause between two looks: the loop that was called has looked by then. */
const CALLED_FOR_MS = 1_000;

/** The right to work on suspects. */
export interface Quarantine {
  /** Further calls do nothing. */
  readonly release: () => void;
}

/** Shares one quarantine among several: the slot is released when each has released its share. */
export function shareOf(quarantine: Quarantine, among: number): () => Quarantine {
  let left = among;
  return () => {
    let isReleased = false;
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      left -= 1;
      if (left === 0) quarantine.release();
    };
    return { release };
  };
}

/** How long it is believed that suspects are due: a little longer than the longest pause between two looks. */
const KNOWN_FOR_MS = 2_000;

/** How one loop of an account gets the slot. */
export class SuspectLooks {
  readonly #slot: QuarantineSlot;
  readonly #look: () => void;
  #knownUntil = Number.NEGATIVE_INFINITY;

  /** @param look makes the loop look again */
  constructor(slot: QuarantineSlot, look: () => void) {
    this.#slot = slot;
    this.#look = look;
  }

  /**
   * Makes one look. It may lease suspects if some are known to be due and the slot is free.
   *
   * @returns what the look found, and the slot if it leased suspects: to be released when they are done
   */
  async ask<Found>(
    look: (withSuspects: boolean) => Promise<Found>,
    seenIn: (found: Found) => SuspectsSeen,
  ): Promise<{ readonly found: Found; readonly quarantine: Quarantine | null }> {
    const quarantine = performance.now() < this.#knownUntil ? this.#slot.tryTake(this.#look) : null;
    let leased = false;
    try {
      const found = await look(quarantine !== null);
      const seen = seenIn(found);
      leased = quarantine !== null && seen.leased;
      if (seen.moreDue) this.#knownUntil = performance.now() + KNOWN_FOR_MS;
      // If the slot was held and yet nothing was leased, their rate has no place, and looking again at once
      // would not help.
      if (seen.moreDue && (quarantine === null || leased)) this.#slot.whenFree(this.#look);
      return { found, quarantine: leased ? quarantine : null };
    } finally {
      if (!leased) quarantine?.release();
    }
  }
}

export interface SuspectsSeen {
  /** Some were leased by this look. */
  readonly leased: boolean;
  /** Others are due that this look did not lease. */
  readonly moreDue: boolean;
}
