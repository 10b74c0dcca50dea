/**
 * Reads who has claimed the platform's ids: one command for all reads of one turn of the event loop.
 */
interface Asked {
  readonly ids: readonly string[];
  readonly resolve: (owners: (string | null)[]) => void;
  readonly reject: (error: unknown) => void;
}

type Read = (ids: readonly string[]) => Promise<(string | null)[]>;

/** Commands are short, so that Redis' other callers do not wait for them. */
const MOST_AT_ONCE = 200;

export class OwnerReads {
  readonly #read: Read;
  #asked: Asked[] = [];
  #count = 0;

  constructor(read: Read) {
    this.#read = read;
  }

  /** The id of the delivery that owns each of these, in the same order; null where nobody does. */
  of(ids: readonly string[]): Promise<(string | null)[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      this.#count += ids.length;
      const waiting = this.#asked.push({ ids, resolve, reject });
      if (waiting === 1) setImmediate(() => this.#flush());
      if (this.#count >= MOST_AT_ONCE) this.#flush();
    });
  }

  #flush(): void {
    const asked = this.#asked;
    if (asked.length === 0) return;
    this.#asked = [];
    this.#count = 0;
    this.#read(asked.flatMap(({ ids }) => ids)).then(
      (owners) => handOut(owners, asked),
      (error: unknown) => asked.forEach(({ reject }) => reject(error)),
    );
  }
}

function handOut(owners: readonly (string | null)[], asked: readonly Asked[]): void {
  let at = 0;
  for (const { ids, resolve } of asked) {
    resolve(owners.slice(at, at + ids.length));
    at += ids.length;
  }
}
