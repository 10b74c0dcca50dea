/**
 * One number line for everything that happens in the sandbox: calls and stored
 * changes draw from it, so that order can be read off across ledgers.
 */
export type Sequence = { next(): number };

export function createSequence(): Sequence {
  let last = 0;
  return {
    next: () => {
      last += 1;
      return last;
    },
  };
}
