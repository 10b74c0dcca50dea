/**
 * A search through records that may be large: few of them are in memory at once.
 */
import { expect, it } from "vitest";
import type { OperationsAccount } from "../../../src/operations/context.ts";
import { MOST_LOOKED, paginateLists } from "../../../src/operations/paginate-lists.ts";

it("reads at most 25 records at once, and looks at a thousand of them", async () => {
  let [reading, most, read] = [0, 0, 0];
  const lists = {
    places: async (_list: string, { after }: { after: { at: number } | null }, wanted: number) =>
      Array.from({ length: wanted }, (_, index) => ({
        id: `d-${index}`,
        at: (after?.at ?? 10_000) - index - 1,
      })),
    read: async () => {
      reading += 1;
      read += 1;
      most = Math.max(most, reading);
      await Promise.resolve();
      reading -= 1;
      return [{ delivery: {}, isBeingSent: false, callback: null }];
    },
  };
  const account = { name: "yzj", lists } as unknown as OperationsAccount;

  const page = await paginateLists({
    stages: [[{ account, list: "status:dead" }]],
    range: { since: null, until: null },
    from: { stage: 0, place: null },
    fits: () => false,
    most: 50,
  });

  expect(page).toMatchObject({ found: [], looked: MOST_LOOKED, next: { stage: 0 } });
  expect(most).toBe(25);
  expect(read).toBeLessThanOrEqual(MOST_LOOKED + 25);
});
