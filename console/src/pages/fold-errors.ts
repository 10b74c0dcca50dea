import type { AccountDetail } from "../../../src/doors/client/types.ts";

type AccountError = AccountDetail["errors"][number];

interface FoldedErrors {
  /** The one that is shown. */
  readonly latest: AccountError;
  /** When the earliest of them was. */
  readonly since: string;
  readonly times: number;
}

/** Equal neighbours are one row with a count: a platform that is down says the same fifty times. */
export function foldErrors(errors: readonly AccountError[]): readonly FoldedErrors[] {
  const folded: FoldedErrors[] = [];
  for (const error of errors) {
    const above = folded.at(-1);
    if (above !== undefined && saysOf(above.latest) === saysOf(error))
      folded[folded.length - 1] = { ...above, since: error.at, times: above.times + 1 };
    else folded.push({ latest: error, since: error.at, times: 1 });
  }
  return folded;
}

function saysOf({ of, operation, outcome, detail }: AccountError): string {
  return JSON.stringify([of, operation, outcome, detail]);
}
