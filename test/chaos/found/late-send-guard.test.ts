/**
 * Found by `npm run chaos -- --seed 7 --minutes 3`: a schedule was changed twice.
 *
 * A worker had leased its send and lost Redis before the request left. When the lease had run out, another
 * worker took over, proved absence (rightly: nothing had left) and sent again. Then the first one reached Redis
 * again and sent too. Fencing rejected its save, which protects the record but not the platform.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setTimeout as sleep } from "node:timers/promises";
import { aTodo } from "../../support/builders.ts";
import { eventually } from "../../support/eventually.ts";
import { sendAll } from "../../support/send-all.ts";
import { startSystem, type System } from "../../support/system.ts";
import { wiredBeside } from "../../support/wired-account.ts";

/** Longer than a send may take between its mark and its departure. */
const TOO_LATE_MS = 6_500;

let system: System;
let slow: ReturnType<typeof wiredBeside>;
beforeEach(async () => {
  system = await startSystem({ withoutWorker: true });
  slow = wiredBeside(system);
});
afterEach(async () => {
  await slow.close();
  await system.close();
});

describe("a send that could not leave for long after its mark", () => {
  it("does not leave any more: another worker may have proven its absence and sent again", async () => {
    const startedAt = performance.now();
    const id = await system.enqueue(aTodo());
    const { account } = slow.context;
    const token = account.token.bind(account);
    const back = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    account.token = async (scope, signal) => {
      asked.resolve();
      await back.promise;
      return token(scope, signal);
    };
    const never = new AbortController().signal;
    const sending = sendAll(slow.context, { leaving: never, signal: never });
    await asked.promise;
    await system.startWorker();
    const ended = await system.ended(id);
    await sleep(Math.max(0, startedAt + TOO_LATE_MS - performance.now()));

    back.resolve();
    await sending;

    expect(ended.state).toMatchObject({ status: "confirmed", interruptions: 1 });
    const [todo] = await eventually(
      async () => (await system.ledger()).todos,
      (todos) => todos.length === 1,
    );
    expect(todo).toMatchObject({ stores: 1, repeats: 0 });
  });
});
