/**
 * The attempts of one delivery that the platform has refused, perhaps after it had stored the schedule: whether
 * there was one, and whether the lists were searched since.
 *
 * Invariants: only an answer of the platform is a refusal; an attempt that never left made nothing. One
 * answered search is enough for each refusal, because it takes a place in the account's rate from the send.
 */
import type { Memo } from "./memo.ts";

/**
 * After this many searches without an answer the send goes on, however many refusals there were: it must get
 * its verdict.
 */
const MOST_VAIN_LOOKS = 3;

export const NONE_REFUSED = { refusedFrom: null, isSought: false, vainLooks: 0 } satisfies Partial<Memo>;

export class RefusedAttempts {
  readonly #now: number;
  #from: number | null;
  readonly #sentFrom: number;
  #isSought: boolean;
  #vainLooks: number;
  /** The code of a refusal that is to be believed once it is proven that nothing was stored. */
  believedOnceAbsent: string | null = null;

  constructor({ refusedFrom, isSought, vainLooks, from }: Memo, now: number) {
    this.#sentFrom = from ?? Infinity;
    this.#now = now;
    this.#from = refusedFrom;
    this.#isSought = isSought;
    this.#vainLooks = vainLooks;
  }

  /** When the first of them began, or an earlier send whose answer was lost: its schedule may appear only now. */
  get since(): number {
    return Math.min(this.#sentFrom, this.#from ?? this.#now);
  }

  get isToBeSought(): boolean {
    return this.#from !== null && !this.#isSought;
  }

  refused(): void {
    this.#from ??= this.#now;
    this.#isSought = false;
  }

  sought(): void {
    this.#isSought = true;
  }

  /** Counts a search without an answer. True while the send should wait for one with an answer. */
  countFailedSearch(): boolean {
    this.#vainLooks += 1;
    return this.#vainLooks < MOST_VAIN_LOOKS;
  }

  get isRefused(): boolean {
    return this.#from !== null;
  }

  /** The memo of a send that is given up: a later replay searches the lists anew. */
  toBeSoughtAnew(memo: Memo): Memo {
    return { ...memo, ...NONE_REFUSED, refusedFrom: this.#from };
  }

  noted(memo: Memo): Memo {
    return { ...memo, refusedFrom: this.#from, isSought: this.#isSought, vainLooks: this.#vainLooks };
  }
}
