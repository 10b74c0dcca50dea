import { describe, expect, it } from "vitest";
import { request } from "undici";
import { startSandbox } from "../../src/sandbox/server.ts";
import { aTodo, json, type Row, startedSandbox } from "./sandbox-client.ts";

describe("the sandbox' control API", () => {
  it("logs every call with its arrival, its fault and what was really done", async () => {
    await using sandbox = await startedSandbox();
    const start = sandbox.now.ms;
    await sandbox.token();
    await sandbox.script({ fault: "cut-after", endpoint: "todo.create" });

    sandbox.now.ms += 50;
    await sandbox.todo("generatetodo", aTodo()).catch(() => null);
    const calls: Row[] = JSON.parse((await sandbox.get(`/_sandbox/calls?since=${start + 50}`)).text);

    expect(calls).toMatchObject([
      { endpoint: "token" },
      {
        at: start + 50,
        endpoint: "todo.create",
        account: "500041933",
        entity: "s1",
        fault: "cut-after",
        outcome: "accepted, stored 1",
      },
    ]);
    expect((await sandbox.ledger()).calls).toEqual({ token: 2, "todo.create": 1 });
  });

  it("records more than 100 creates in a second as a violation, and refuses them when set to", async () => {
    await using sandbox = await startedSandbox();
    const token = await sandbox.token();
    const path = `/gateway/newtodo/open/generatetodo.json?accessToken=${token}`;
    for (let call = 0; call < 100; call += 1) await sandbox.post(path, aTodo());

    const tolerated = await sandbox.post(path, aTodo());
    await sandbox.control("settings", { enforceRate: true });
    const refused = await sandbox.post(path, aTodo());
    sandbox.now.ms += 1_000;
    const later = await sandbox.post(path, aTodo());

    expect([tolerated.status, refused.status, later.status]).toEqual([200, 429, 200]);
    expect((await sandbox.ledger()).violations).toMatchObject({ rateOverLimit: 2 });
  });

  it("resets everything except the tokens that clients hold", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.todo("generatetodo", aTodo());
    await sandbox.control("settings", { tokenRefusal: "200" });
    await sandbox.script({ fault: "refuse", times: -1 });
    const token = await sandbox.token().catch(() => "refused");

    await sandbox.control("reset", {});

    expect(token).toBe("refused");
    expect(await sandbox.ledger()).toMatchObject({ todos: [], calls: {} });
    expect((await sandbox.get("/_sandbox/settings")).text).toContain(`"tokenRefusal":"401"`);
  });

  it("gives one app's or one todo's part of the ledger", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.todo("generatetodo", aTodo());
    await sandbox.todo("generatetodo", aTodo({ sourceId: "s2" }));

    expect((await sandbox.ledger("?sourceId=s2")).todos).toMatchObject([{ sourceId: "s2" }]);
    expect((await sandbox.ledger("?appId=other")).todos).toEqual([]);
  });

  it("answers 404 to an unknown path, and 405 to a wrong method", async () => {
    await using sandbox = await startedSandbox();

    const unknown = await sandbox.post("/gateway/newtodo/open/nothing.json", {});
    const wrong = await sandbox.get("/gateway/newtodo/open/generatetodo.json");
    const health = await sandbox.get("/_sandbox/health");

    expect([unknown.status, wrong.status, health.status]).toEqual([404, 405, 200]);
    expect(json(health)).toEqual({ ok: true });
  });
});

describe("closing the sandbox", () => {
  it("cuts calls that hang, frees the port, and can be asked twice", async () => {
    const sandbox = await startSandbox();
    await request(`${sandbox.url}/_sandbox/faults`, {
      method: "POST",
      body: JSON.stringify({ script: [{ fault: "hang" }] }),
    });
    const hanging = request(`${sandbox.url}/gateway/oauth2/token/getAccessToken`, { method: "POST" }).then(
      () => "answered",
      () => "cut",
    );
    await eventuallyCalled(sandbox.url);

    await Promise.all([sandbox.close(), sandbox.close()]);

    expect(await hanging).toBe("cut");
    const again = await startSandbox({ port: sandbox.port });
    expect(again.port).toBe(sandbox.port);
    await again.close();
  });
});

async function eventuallyCalled(url: string): Promise<void> {
  for (;;) {
    const { body } = await request(`${url}/_sandbox/calls`);
    if (((await body.json()) as unknown[]).length > 0) return;
  }
}

describe("an outage", () => {
  it("really refuses connections, and ends by itself on the same port", async () => {
    await using sandbox = await startedSandbox({ timeScale: 0.01 });
    await sandbox.todo("generatetodo", aTodo());

    await sandbox.control("outage", { forMs: 20_000 });
    const seen = new Set<unknown>();
    const isBack = async (): Promise<boolean> => {
      try {
        return (await sandbox.get("/_sandbox/health")).status === 200;
      } catch (error) {
        seen.add(error instanceof Error && "code" in error ? error.code : error);
        return false;
      }
    };
    while (!seen.has("ECONNREFUSED")) await isBack();
    while (!(await isBack()));

    expect((await sandbox.ledger()).todos).toHaveLength(1);
  });

  it("ends when the sandbox is closed", async () => {
    const sandbox = await startedSandbox();
    await sandbox.control("outage", { forMs: 3_600_000 });

    await sandbox[Symbol.asyncDispose]();

    const again = await startSandbox({ port: Number(new URL(sandbox.url).port) });
    await again.close();
  });
});
