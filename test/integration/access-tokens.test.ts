/**
 * Access tokens: shared by all workers, fetched once, replaced when the platform refuses them.
 */
import { afterEach, describe, expect, it } from "vitest";
import { request } from "undici";
import { aTodo } from "../support/builders.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

describe("an access token", () => {
  it("that expired is fetched once for 200 deliveries at two workers", async () => {
    world = await startWorld({ withoutWorker: true, account: "rate: { todo: 10000/s, check: 10000/s }" });
    await Promise.all([world.startWorker(), world.startWorker()]);
    await world.ended(await world.enqueue(aTodo()));
    const before = await tokenCalls();
    await revoke();

    const results = await world.producer.enqueueBatch(Array.from({ length: 200 }, () => aTodo()));
    const ids = results.map((result) => ("id" in result ? result.id : ""));
    const ended = await Promise.all(ids.map((id) => world.ended(id)));

    expect(ended.every(({ state }) => state.status === "confirmed")).toBe(true);
    expect((await tokenCalls()) - before).toBe(1);
  });

  it("that the platform refuses and hands out again is refreshed", async () => {
    world = await startWorld({ withoutWorker: true });
    await world.misbehave({ script: [{ fault: "token-expired", endpoint: "todo.create", times: 1 }] });
    await world.startWorker();

    const { state } = await world.ended(await world.enqueue(aTodo()));

    expect(state).toMatchObject({ status: "confirmed", sends: 1 });
  });

  it("that cannot be fetched costs a delivery time, and no send", async () => {
    world = await startWorld({ withoutWorker: true });
    await world.misbehave({ script: [{ fault: "token-down", endpoint: "*", times: 3 }] });
    await world.startWorker();

    const { state } = await world.ended(await world.enqueue(aTodo()));

    expect(state).toMatchObject({ status: "confirmed", sends: 1 });
  });
});

/** The secret stays, its tokens die: what was shared is refused from now on. */
async function revoke(): Promise<void> {
  const account = { appId: "500041933", secret: "sandbox-app-secret" };
  const { statusCode, body } = await request(`${world.sandbox.url}/_sandbox/accounts`, {
    method: "POST",
    body: JSON.stringify(account),
  });
  await body.dump();
  if (statusCode !== 200) throw new Error(`the sandbox answered ${statusCode}`);
}

async function tokenCalls(): Promise<number> {
  const { body } = await request(`${world.sandbox.url}/_sandbox/calls`);
  const calls = (await body.json()) as { endpoint: string }[];
  return calls.filter(({ endpoint }) => endpoint.startsWith("token")).length;
}
