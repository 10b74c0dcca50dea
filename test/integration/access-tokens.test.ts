/**
 * Access tokens: shared by all workers, fetched once, replaced when the platform refuses them.
 */
import { afterEach, describe, expect, it } from "vitest";
import { request } from "undici";
import type { Delivery } from "../../src/delivery/record.ts";
import { aTodo } from "../support/builders.ts";
import { endedDelivery, enqueueAll, enqueueNew, storeOf } from "../support/deliveries.ts";
import { eventually } from "../support/eventually.ts";
import { anAnswer, startLyingServer, type LyingServer } from "../../src/testing/lying-server.ts";
import { startSystem, type System } from "../support/system.ts";
import { keysOf } from "../support/keys-of.ts";

let system: System;
const servers: LyingServer[] = [];
afterEach(async () => {
  await system.close();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe("an access token", () => {
  it("that expired is fetched once for 200 deliveries at two workers", async () => {
    system = await startSystem({ withoutWorker: true, account: "rate: { todo: 10000/s, check: 10000/s }" });
    await Promise.all([system.startWorker(), system.startWorker()]);
    await system.ended(await system.enqueue(aTodo()));
    const before = await tokenCalls();
    await revoke();

    const ids = await enqueueAll(
      system.producer,
      Array.from({ length: 200 }, () => aTodo()),
    );
    const ended = await Promise.all(ids.map((id) => system.ended(id)));

    expect(ended.every(({ state }) => state.status === "confirmed")).toBe(true);
    expect((await tokenCalls()) - before).toBe(1);
  });

  it("that the platform refuses and hands out again is refreshed", async () => {
    system = await startSystem({ withoutWorker: true });
    await system.misbehave({ script: [{ fault: "token-expired", endpoint: "todo.create", times: 1 }] });
    await system.startWorker();

    const { state } = await system.ended(await system.enqueue(aTodo()));

    expect(state).toMatchObject({ status: "confirmed", sends: 1 });
  });

  it("that is revoked within the second rejects no delivery, whatever the code of the refusal", async () => {
    system = await startSystem({ withoutWorker: true });
    await system.misbehave({ script: [{ fault: "token-expired", endpoint: "todo.create", as: "200" }] });
    await system.startWorker();

    const { state } = await system.ended(await system.enqueue(aTodo()));

    expect(state).toMatchObject({ status: "confirmed", sends: 1 });
  });

  it("that cannot be fetched delays a delivery, and is not counted as a send", async () => {
    system = await startSystem({ withoutWorker: true });
    await system.misbehave({ script: [{ fault: "token-down", endpoint: "*", times: 3 }] });
    await system.startWorker();

    const { state } = await system.ended(await system.enqueue(aTodo()));

    expect(state).toMatchObject({ status: "confirmed", sends: 1 });
  });
});

describe("a token that is handed out again and cannot be refreshed", () => {
  const REFUSED = answer({ success: false, errorCode: 1, error: "no", data: null });

  it.each([
    ["is refused", { refreshToken: "r-1", refresh: REFUSED }, 1],
    ["is not offered", { refreshToken: undefined, refresh: REFUSED }, 0],
    ["has no address", { refreshToken: "r-1", refresh: anAnswer("", { status: "404 Not Found" }) }, 1],
  ])(
    "because that %s goes on serving the others after a refusal that no table knows",
    async (_, how, asked) => {
      const platform = await aPlatform({ ...how, refuses: ["strange"] });

      const strange = await ended(await enqueue("strange"));
      const others = [await ended(await enqueue("one")), await ended(await enqueue("two"))];

      expect(strange.state).toMatchObject({ status: "dead", reason: "rejected" });
      expect(strange.state.detail).toContain("777");
      expect(others.map(({ state }) => state.status)).toEqual(["confirmed", "confirmed"]);
      expect(system.events.filter(({ event }) => event === "breaker.changed")).toEqual([]);
      expect(platform.asked("refreshToken")).toBe(asked);
      // Fetched once, then shared again: nobody goes on dropping it.
      expect(platform.asked("getAccessToken")).toBe(1);
    },
  );

  it("and is answered 401 all the same proves that the credentials are bad", async () => {
    const platform = await aPlatform({ refreshToken: "r-1", refresh: REFUSED, status: "401 Unauthorized" });

    await enqueue("any");
    await eventually(
      () => system.events.some((event) => event.event === "breaker.changed" && event.state === "held"),
      (isHeld) => isHeld,
    );

    expect(platform.asked("generatetodo")).toBe(2);
  });

  it("because the refresh was lost is waited for: a lost refresh says nothing about the token", async () => {
    const platform = await aPlatform({ refreshToken: "r-1", refresh: null, refuses: ["strange"] });

    await enqueue("strange");
    await eventually(
      () => platform.asked("refreshToken"),
      (times) => times >= 2,
    );

    expect(platform.asked("generatetodo")).toBe(1);
    expect(system.events.some((event) => event.event === "breaker.changed" && event.state === "held")).toBe(
      false,
    );
  });
});

interface Script {
  readonly refreshToken: string | undefined;
  /** Null: the connection is cut. */
  readonly refresh: Buffer | null;
  /** Todos that are refused with a code in no table. */
  readonly refuses?: readonly string[];
  /** Of every answer to a todo. */
  readonly status?: string;
}

/**
 * A platform that has one token for ever, as the account `other`. Its workers share that token for a
 * minute already: it is not fresh any more.
 */
async function aPlatform(script: Script): Promise<{ asked: (endpoint: string) => number }> {
  const server = await startLyingServer((socket, asked) => {
    const reply = replyTo(asked, script);
    if (reply === null) socket.destroy();
    else socket.write(reply);
  });
  servers.push(server);
  const credentials = 'allowHttp: true, appId: "500041933", appSecret: any';
  system = await startSystem({
    withoutWorker: true,
    accounts: `  other: { platform: yunzhijia, baseUrl: "${server.url}", ${credentials} }`,
  });
  const token = { value: "t-1", refresh: script.refreshToken ?? "", fetchedAt: Date.now() - 60_000 };
  await system.redis.hset(keysOf(system, "other").token("app"), token);
  await system.startWorker();
  const isFor = (endpoint: string) => (asked: string) => asked.includes(`/${endpoint}`);
  return { asked: (endpoint) => server.requests.filter(isFor(endpoint)).length };
}

function replyTo(asked: string, { refreshToken, refresh, refuses = [], status }: Script): Buffer | null {
  if (asked.includes("/refreshToken")) return refresh;
  if (asked.includes("/getAccessToken")) {
    return answer({ success: true, data: { accessToken: "t-1", expireIn: 7_200, refreshToken } });
  }
  if (refuses.some((sourceId) => asked.includes(`"${sourceId}"`))) {
    return answer({ success: "false", errorCode: 777, error: "strange", data: null });
  }
  const data = { check: true, dealCount: 0, undelCount: 1 };
  return answer({ success: "true", errorCode: 0, error: "", data }, status);
}

function answer(body: unknown, status = "200 OK"): Buffer {
  return anAnswer(JSON.stringify(body), { status });
}

async function enqueue(sourceId: string): Promise<string> {
  return enqueueNew(system.producer, { ...aTodo({ sourceId }), account: "other" });
}

async function ended(id: string): Promise<Delivery> {
  return endedDelivery(storeOf(system.producer, "other"), id);
}

/** The secret stays, its tokens die: what was shared is refused from now on. */
async function revoke(): Promise<void> {
  const account = { appId: "500041933", secret: "sandbox-app-secret" };
  const { statusCode, body } = await request(`${system.sandbox.url}/_sandbox/accounts`, {
    method: "POST",
    body: JSON.stringify(account),
  });
  await body.dump();
  if (statusCode !== 200) throw new Error(`the sandbox answered ${statusCode}`);
}

async function tokenCalls(): Promise<number> {
  const { body } = await request(`${system.sandbox.url}/_sandbox/calls`);
  const calls = (await body.json()) as { endpoint: string }[];
  return calls.filter(({ endpoint }) => endpoint.startsWith("token")).length;
}
