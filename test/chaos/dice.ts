/**
 * Seeded random draws. Each purpose has a stream of its own, so that its draws do not change those of another.
 */
import { randomStream } from "../../src/sandbox/faults/random-stream.ts";

export class Dice {
  readonly #next: () => number;

  constructor(seed: string) {
    this.#next = randomStream(seed);
  }

  /** From `least` (inclusive) to `most` (exclusive). */
  between(least: number, most: number): number {
    return least + this.#next() * (most - least);
  }

  /** A whole number from 0 (inclusive) to `count` (exclusive). */
  below(count: number): number {
    return Math.floor(this.#next() * count);
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError("there is nothing to pick from");
    return item;
  }

  shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, place: this.#next() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ item }) => item);
  }
}
