/**
 * The attempts of one delivery that the platform has refused, perhaps after it had stored: whether there was one, and
 * whether what it may have made was looked for since.
 *
 * Invariant: only an answer of the platform is a refusal. What never left, for whatever reason, made nothing; and one
 * look that is answered is enough for each refusal, because it takes a place of the account's rate from the send.
 */
import type { Memo } from "./memo.ts";

/** So many looks without an answer are waited for, however many refusals there are: the send must get its verdict. */
const MOST_VAIN_LOOKS = 3;

export const NONE_REFUSED = { refusedFrom: null, isSought: false, vainLooks: 0 } satisfies Partial<Memo>;

export class RefusedAttempts {
  readonly #now: number;
  #from: number | null;
  readonly #sentFrom: number;
  #isSought: boolean;
  #vainLooks: number;

  constructor({ refusedFrom, isSought, vainLooks, from }: Memo, now: number) {
    this.#sentFrom = from ?? Infinity;
    this.#now = now;
    this.#from = refusedFrom;
    this.#isSought = isSought;
    this.#vainLooks = vainLooks;
  }

  /** When the first of them began, or an earlier send whose answer was lost: that may show itself only now. */
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

  /** Nobody could tell. True where the send still waits for somebody who can. */
  soughtInVain(): boolean {
    this.#vainLooks += 1;
    return this.#vainLooks < MOST_VAIN_LOOKS;
  }

  get isRefused(): boolean {
    return this.#from !== null;
  }

  /** Of one that is given up: whoever tries it again, much later, looks for it with nothing asked before. */
  toBeSoughtAnew(memo: Memo): Memo {
    return { ...memo, ...NONE_REFUSED, refusedFrom: this.#from };
  }

  noted(memo: Memo): Memo {
    return { ...memo, refusedFrom: this.#from, isSought: this.#isSought, vainLooks: this.#vainLooks };
  }
}
