/**
 * ARCHITECTURE section 1, promise 6: an outage costs time, not deliveries; others do not suffer; recovery does
 * not stampede.
 */
import { request } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import { startSandbox } from "../../src/sandbox/server.ts";
import type { BidaEvent } from "../../src/telemetry/events.ts";
import { aTodo } from "../support/builders.ts";
import { enqueueAll } from "../support/deliveries.ts";
import { eventually } from "../support/eventually.ts";
import { startSystem, TIME_SCALE, type System } from "../support/system.ts";
import { keysOf } from "../support/keys-of.ts";

let system: System;
afterEach(async () => system.close());

/** The first pause of the breaker, 5 s, on the tests' clock; it doubles with each probe that fails. */
const FIRST_OPEN_MS = 5_000 * TIME_SCALE;

describe("a platform that is away", () => {
  it("opens the breaker, is probed ever more rarely, and gets its backlog when it is back", async () => {
    system = await startSystem();
    await system.sandbox.close();
    const ids = await enqueued(40);

    await eventually(openMs, (pause) => pause >= 2 * FIRST_OPEN_MS);
    // Whatever had left before the breaker opened has failed by now: from here on there are probes alone.
    await allWait(ids);
    const [from, before] = [await openMs(), unreachable().length];
    await eventually(openMs, (pause) => pause >= 4 * from);
    const probes = unreachable().length - before;
    const doublings = Math.log2((await openMs()) / from);
    await allWait(ids);
    const back = await startSandbox({ port: system.sandbox.port, timeScale: TIME_SCALE });
    const ended = await Promise.all(ids.map((id) => system.ended(id)));
    await back.close();

    // Each probe doubles the pause; one may have done so before we looked, and be told of only afterwards.
    expect(probes).toBeLessThanOrEqual(doublings + 1);
    expect(doublings).toBeGreaterThanOrEqual(2);
    expect(ended.map(({ state }) => state.status)).toEqual(ids.map(() => "confirmed"));
    expect(ended.every(({ state }) => state.sends === 1)).toBe(true);
    expect(breakerStates()).toEqual(["open", "closed"]);
  });

  it("does not slow another account of the same worker", async () => {
    const other = await startSandbox({ timeScale: TIME_SCALE });
    system = await startSystem({
      accounts: `  other: { platform: yunzhijia, baseUrl: "${other.url}", allowHttp: true, appId: "500041933", appSecret: sandbox-app-secret }`,
    });
    await system.sandbox.close();
    await enqueued(40);
    await eventually(breakerStates, (states) => states.includes("open"));

    const result = await system.producer.enqueue({ ...aTodo(), account: "other" });
    const store = system.producer.records("other");
    const ended = await eventually(
      () => store?.get("id" in result ? result.id : ""),
      (found) => found != null && found !== "unreadable" && found.state.finishedAt !== undefined,
    );
    await other.close();

    expect(ended).toMatchObject({ state: { status: "confirmed", sends: 1 } });
    expect(system.events).not.toContainEqual(
      expect.objectContaining({ event: "breaker.changed", account: "other" }),
    );
  });
});

describe("credentials that are refused", () => {
  it("hold the account with an alarm, end no delivery, and go on by themselves once they are right again", async () => {
    system = await startSystem({ withoutWorker: true });
    await setSecret("another-secret");
    await system.startWorker();
    const ids = await enqueued(10);
    await eventually(
      () => system.events.map(({ event }) => event),
      (events) => events.includes("account.held"),
    );
    expect(await system.store.count("dead")).toBe(0);

    await setSecret("sandbox-app-secret");
    const ended = await Promise.all(ids.map((id) => system.ended(id)));

    expect(ended.map(({ state }) => state.status)).toEqual(ids.map(() => "confirmed"));
    expect(ended.every(({ state }) => state.sends === 1)).toBe(true);
  });
});

async function enqueued(count: number): Promise<string[]> {
  return enqueueAll(
    system.producer,
    Array.from({ length: count }, () => aTodo()),
  );
}

/** A probe that is under way while we look is in no list of those that wait. */
async function allWait(ids: readonly string[]): Promise<void> {
  await eventually(
    () => system.store.count("queued"),
    (count) => count === ids.length,
  );
}

function breakerStates(): string[] {
  return system.events.flatMap((event) => (event.event === "breaker.changed" ? [event.state] : []));
}

function unreachable(): BidaEvent[] {
  return system.events.filter((event) => event.event === "delivery.sent" && event.outcome === "unreachable");
}

/** How long the breaker is open, as the workers share it. */
async function openMs(): Promise<number> {
  const text = await system.redis.hget(keysOf(system).breaker, "openMs");
  return Number(text ?? 0);
}

async function setSecret(secret: string): Promise<void> {
  const { body } = await request(`${system.sandbox.url}/_sandbox/accounts`, {
    method: "POST",
    body: JSON.stringify({ appId: "500041933", secret }),
  });
  await body.dump();
}
