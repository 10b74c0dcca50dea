/** Counts of what a well-behaved client would not have done, by name. */
export class Violations {
  #counts = new Map<string, number>();

  note(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** The two that tests ask for most are always there. */
  counts(): Record<string, number> {
    return { checkOverLimit: 0, rateOverLimit: 0, ...Object.fromEntries(this.#counts) };
  }

  reset(): void {
    this.#counts.clear();
  }
}
