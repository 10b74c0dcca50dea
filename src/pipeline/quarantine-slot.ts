/**
 * One round of suspects at a time in a process: deliveries whose worker died while it was checking them.
 *
 * So a process that dies had few suspects at work, and at last one alone: what kills its workers is found,
 * and takes no other delivery with it.
 */
export class QuarantineSlot {
  #isTaken = false;

  /** False while a round of suspects is at work. */
  tryTake(): boolean {
    if (this.#isTaken) return false;
    this.#isTaken = true;
    return true;
  }

  release(): void {
    this.#isTaken = false;
  }
}
