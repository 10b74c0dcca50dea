/**
 * The attempts of one delivery that the platform has refused, perhaps after it had stored: whether there was one, and
 * whether what it may have made was looked for since.
 *
 * Invariant: only an answer of the platform is a refusal. What never left, for whatever reason, made nothing; and one
 * look is enough for each refusal, because a look takes a place of the account's rate from the send.
 */
import type { Memo } from "./memo.ts";

export class RefusedAttempts {
  readonly #now: number;
  #from: number | null;
  #wasSought: boolean;

  constructor({ refusedFrom, wasSought }: Memo, now: number) {
    this.#now = now;
    this.#from = refusedFrom;
    this.#wasSought = wasSought;
  }

  /** When the first of them began. */
  get since(): number {
    return this.#from ?? this.#now;
  }

  get isToBeSought(): boolean {
    return this.#from !== null && !this.#wasSought;
  }

  refused(): void {
    this.#from ??= this.#now;
    this.#wasSought = false;
  }

  sought(): void {
    this.#wasSought = true;
  }

  noted(memo: Memo): Memo {
    return { ...memo, refusedFrom: this.#from, wasSought: this.#wasSought };
  }
}
