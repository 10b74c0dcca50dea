/**
 * A search through records that may be large: few of them are in memory at once.
 */
import { expect, it } from "vitest";
import type { OperationsAccount } from "../../../src/operations/context.ts";
import { MOST_LOOKED, paginateLists } from "../../../src/operations/paginate-lists.ts";
import { fake } from "../../support/fake.ts";
import type { DeliveryLists } from "../../../src/operations/ports.ts";
import { aState } from "../../support/builders.ts";
import { aDelivery } from "../../support/pipeline.ts";

/** What fits into memory at once, where the records are large. */
const FIT = 7;

function anAccount(name: string, looks: number[]): OperationsAccount {
  const lists = fake<DeliveryLists>({
    places: async (_list, { range: { after }, most: wanted }) =>
      Array.from({ length: wanted }, (_, index) => {
        const at = (after?.at ?? 10_000) - index - 1;
        return { id: `${name}-${at}`, at };
      }),
    look: async (ids) => {
      looks.push(ids.length);
      return ids
        .slice(0, FIT)
        .map((id) => ({ delivery: aDelivery(aState(), { id }), isBeingSent: false, callback: null }));
    },
  });
  return fake<OperationsAccount>({ name, lists });
}

it("looks at a thousand records, each once and in their order, a bounded number at once", async () => {
  const looks: number[] = [];
  const accounts = ["yzj", "hainan"].map((name) => anAccount(name, looks));
  const met: string[] = [];

  const page = await paginateLists({
    stages: [accounts.map((account) => ({ account, list: "status:dead" }))],
    range: { since: null, until: null },
    from: { stage: 0, place: null },
    fits: ({ delivery }) => {
      met.push(delivery.request.id);
      return false;
    },
    sayings: [{ of: "state", words: "rare", anyCase: true }],
    most: 50,
  });

  expect(page).toMatchObject({ found: [], looked: MOST_LOOKED, next: { stage: 0 } });
  expect(met).toEqual(
    Array.from({ length: MOST_LOOKED }, (_, index) => {
      const at = 10_000 - Math.floor(index / 2) - 1;
      return `${index % 2 === 0 ? "yzj" : "hainan"}-${at}`;
    }),
  );
  // Two hundred, of two accounts.
  expect(Math.max(...looks)).toBe(100);
  expect(looks.length).toBeLessThanOrEqual((2 * MOST_LOOKED) / FIT);
});

it("reads no more than a page needs where all of a list is meant", async () => {
  const looks: number[] = [];

  const page = await paginateLists({
    stages: [[{ account: anAccount("yzj", looks), list: "status:dead" }]],
    range: { since: null, until: null },
    from: { stage: 0, place: null },
    fits: () => true,
    most: FIT - 1,
  });

  expect(page.found).toHaveLength(FIT - 1);
  expect(looks).toEqual([FIT]);
});
