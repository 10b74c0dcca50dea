/**
 * Found by `npm run chaos -- --seed 7 --minutes 3`: more than five checks of one todo within a minute.
 *
 * Each had its permit, and then waited for an access token whose fetch hung for a minute of the
 * platform's time. They all left when it came, together with those that were permitted then. The same
 * holds for whatever else lets a token wait: the lock of a worker that died while it was fetching one.
 */
import { describe, expect, it } from "vitest";
import type { AccountAccess } from "../../../src/channels/account-access.ts";
import { yunzhijiaTodo } from "../../../src/channels/yunzhijia-todo/channel.ts";
import { createInput } from "../../../src/channels/yunzhijia-todo/input.ts";
import { openLedger } from "../../../src/delivery/ledger.ts";
import { aTodo } from "../../support/builders.ts";

/** Writes down in which order it is asked for what. */
function anAccount(steps: string[]): AccountAccess {
  const account: Partial<AccountAccess> = {
    permitCheck: async () => {
      steps.push("permit");
      return { kind: "granted" };
    },
    token: async () => {
      steps.push("token");
      return { kind: "token", value: "t", isFresh: false };
    },
    call: async () => {
      steps.push("call");
      return { kind: "lost", cause: "timeout", detail: "no answer in time" };
    },
  };
  return account as AccountAccess;
}

describe("a check of a todo", () => {
  // Fails as long as the permit comes first: once check.ts asks for the token before, drop the `.fails`.
  it("has its token before its permit, so that a permit is never old when it is used", async () => {
    const steps: string[] = [];
    const input = createInput.parse(aTodo().payload);
    const outstanding = openLedger(["ann"]);

    await yunzhijiaTodo.check(
      [
        {
          deliveryId: "d-1",
          operation: "todo.create",
          input,
          key: null,
          outstanding,
          recipients: outstanding,
          receipt: null,
          reference: null,
          createdAt: 0,
          now: 0,
        },
      ],
      anAccount(steps),
      new AbortController().signal,
    );

    expect(steps[0]).toBe("token");
  });
});
