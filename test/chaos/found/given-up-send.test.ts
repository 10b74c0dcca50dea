/**
 * Found by `npm run chaos -- --seed 1`: a send that was given up while it waited for its turn, because its
 * lease was lost, was reported as a bug. With its lease still held, its delivery would have died as `invalid`.
 */
import { afterEach, expect, it } from "vitest";
import { setTimeout as sleep } from "node:timers/promises";
import { aTodo } from "../../support/builders.ts";
import { storeOf } from "../../support/deliveries.ts";
import { NEVER, sendAll } from "../../support/send-all.ts";
import { startSystem, type System } from "../../support/system.ts";
import { wiredBeside } from "../../support/wired-account.ts";

let system: System;
afterEach(async () => system.close());

it("a send that is given up before it could leave is not counted as an attempt", async () => {
  system = await startSystem({ withoutWorker: true });
  const events: string[] = [];
  const { context, close } = wiredBeside(system, ({ event }) => void events.push(event));
  const [givenUp, waits] = [new AbortController(), Promise.withResolvers<void>()];
  context.account.token = async (_scope, { signal }) => {
    waits.resolve();
    return sleep(600_000, { kind: "token", value: "t" }, { signal });
  };
  const id = await system.enqueue(aTodo());

  const sending = sendAll(context, { leaving: NEVER, signal: givenUp.signal });
  await waits.promise;
  givenUp.abort();
  await sending;
  const delivery = await storeOf(system.producer, "yzj").get(id);
  await close();

  expect(delivery).toMatchObject({ state: { status: "queued", knowledge: "notSent", sends: 0 } });
  expect(events).not.toContain("bug");
});
