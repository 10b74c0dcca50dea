/**
 * Two versions on one Redis: what this one makes of a record that a newer one has written
 * (docs/runbooks/upgrade.md).
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { aTodo } from "../support/builders.ts";
import { startSystem, type System } from "../support/system.ts";
import { keysOf } from "../support/keys-of.ts";

type Fields = Readonly<Record<string, unknown>>;

let system: System;
beforeAll(async () => {
  system = await startSystem({ account: "todo: { mode: sync }", withoutWorker: true });
});
afterAll(async () => {
  await system.close();
});

const recordOf = (id: string): string => keysOf(system).delivery(id);

async function stored(id: string, field: string): Promise<Fields> {
  return JSON.parse((await system.redis.hget(recordOf(id), field)) ?? "") as Fields;
}

/** As a newer version may write it. */
async function rewrite(id: string, field: string, change: (before: Fields) => Fields): Promise<string> {
  const text = JSON.stringify(change(await stored(id, field)));
  await system.redis.hset(recordOf(id), field, text);
  return text;
}

it("unknown fields stop nothing, and an unknown value ends the delivery with all that was stored", async () => {
  const newer = await system.enqueue(aTodo());
  const request = await rewrite(newer, "request", (before) => ({ ...before, colour: "red" }));
  await rewrite(newer, "state", (before) => ({
    ...before,
    colour: "red",
    recipients: (before["recipients"] as Fields[]).map((entry) => ({ ...entry, colour: "red" })),
  }));
  await system.redis.hset(recordOf(newer), "colour", "red");
  const odd = await system.enqueue(aTodo());
  const payload = await system.redis.hget(recordOf(odd), "payload");
  const oddRequest = await system.redis.hget(recordOf(odd), "request");
  const oddState = await rewrite(odd, "state", (before) => ({ ...before, waitCause: "weather" }));
  await system.startWorker();

  const confirmed = await system.ended(newer);
  const dead = await system.ended(odd);

  expect(confirmed.state.status).toBe("confirmed");
  expect(await system.redis.hmget(recordOf(newer), "request", "colour")).toEqual([request, "red"]);
  expect(JSON.stringify(await stored(newer, "state"))).not.toContain("colour");
  expect(dead.state).toMatchObject({ status: "dead", reason: "invalid", sends: 0 });
  expect(await system.redis.hmget(recordOf(odd), "payload", "unreadableRequest", "unreadableState")).toEqual([
    payload,
    oddRequest,
    oddState,
  ]);
});
