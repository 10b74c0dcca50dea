/**
 * The attempts of one delivery that the platform has refused, perhaps after it had stored: whether there was one, and
 * whether what it may have made was looked for since.
 *
 * Invariant: only an answer of the platform is a refusal. What never left, for whatever reason, made nothing; and one
 * look that is answered is enough for each refusal, because it takes a place of the account's rate from the send.
 */
import type { Memo } from "./memo.ts";

/** A look that nobody answered is made again, but must not keep the send from leaving for ever. */
const MOST_LOOKS = 3;

export class RefusedAttempts {
  readonly #now: number;
  #from: number | null;
  #looks: number;

  constructor({ refusedFrom, looks }: Memo, now: number) {
    this.#now = now;
    this.#from = refusedFrom;
    this.#looks = looks;
  }

  /** When the first of them began. */
  get since(): number {
    return this.#from ?? this.#now;
  }

  get isToBeSought(): boolean {
    return this.#from !== null && this.#looks < MOST_LOOKS;
  }

  refused(): void {
    this.#from ??= this.#now;
    this.#looks = 0;
  }

  /** @param isListed null where nobody could tell */
  sought(isListed: boolean | null): void {
    this.#looks = isListed === null ? this.#looks + 1 : MOST_LOOKS;
  }

  noted(memo: Memo): Memo {
    return { ...memo, refusedFrom: this.#from, looks: this.#looks };
  }
}
