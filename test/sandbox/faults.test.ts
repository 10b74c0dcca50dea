import { describe, expect, it } from "vitest";
import { aCheck, appId, aTodo, json, startedSandbox } from "./sandbox-client.ts";

type Client = Awaited<ReturnType<typeof startedSandbox>>;

async function create(sandbox: Client, sourceId = "s1"): Promise<unknown> {
  try {
    const answer = await sandbox.todo("generatetodo", aTodo({ sourceId }));
    return answer.status;
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
}

async function stored(sandbox: Client): Promise<number> {
  return (await sandbox.ledger()).todos.length;
}

describe("a scripted fault", () => {
  it.each([
    ["refuse", {}, "ECONNRESET", 0],
    ["cut-before", {}, "UND_ERR_SOCKET", 0],
    ["cut-after", {}, "UND_ERR_SOCKET", 1],
    ["error-before", { status: 502 }, 502, 0],
    ["error-after", { status: 504 }, 504, 1],
    ["throttled", {}, 429, 0],
    ["unavailable", {}, 503, 0],
    ["not-stored", {}, 200, 0],
  ])("%s %j: the client sees %s, and %d todos are stored", async (fault, parameters, seen, count) => {
    await using sandbox = await startedSandbox();
    await sandbox.token();
    await sandbox.script({ fault, endpoint: "todo.create", ...parameters });

    expect(await create(sandbox)).toBe(seen);
    expect(await stored(sandbox)).toBe(count);
  });

  it("is used up in order, by calls that it fits, as often as it says", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.script(
      { fault: "error-before", endpoint: "todo.create", times: 2 },
      { fault: "unavailable", endpoint: "todo.create" },
      { fault: "check-throttled" },
    );

    const seen = [];
    for (let call = 0; call < 4; call += 1) seen.push(await create(sandbox));
    const check = json(await sandbox.todo("checkcreatetodo", aCheck()));

    expect(seen).toEqual([500, 500, 503, 200]);
    expect(check.data).toMatchObject({ check: false });
    expect((await sandbox.ledger()).violations).toMatchObject({ checkOverLimit: 0 });
  });

  it("can apply to one account, and last for a time", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.script({ fault: "unavailable", endpoint: "todo.create", account: "another" });
    await sandbox.script({ fault: "error-before", endpoint: "todo.create", account: appId, forMs: 1_000 });

    const seen = [await create(sandbox), await create(sandbox)];
    sandbox.now.ms += 1_000;
    seen.push(await create(sandbox));

    expect(seen).toEqual([500, 500, 200]);
  });

  it("tells the client when to come back, in both forms", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.script(
      { fault: "throttled", retryAfterSeconds: 7, endpoint: "todo.create" },
      { fault: "unavailable", retryAfterSeconds: 60, httpDate: true, endpoint: "todo.create" },
    );

    const seconds = await sandbox.todo("generatetodo", aTodo());
    const date = await sandbox.todo("generatetodo", aTodo());

    expect(seconds.headers["retry-after"]).toBe("7");
    expect(date.headers["retry-after"]).toBe("Mon, 05 Jan 2026 04:01:00 GMT");
  });

  it("late: stored at once, seen after its time", async () => {
    await using sandbox = await startedSandbox({ timeScale: 0.5 });
    await sandbox.script({ fault: "late", lateMs: 10_000, endpoint: "todo.create" });
    await create(sandbox);

    sandbox.now.ms += 4_999;
    const before = json(await sandbox.todo("checkcreatetodo", aCheck()));
    sandbox.now.ms += 1;
    const after = json(await sandbox.todo("checkcreatetodo", aCheck()));

    expect(before.data).toMatchObject({ undelCount: 0 });
    expect(after.data).toMatchObject({ undelCount: 1 });
  });

  it("token-expired really kills the token, and a new one is given", async () => {
    await using sandbox = await startedSandbox();
    const old = await sandbox.token();
    await sandbox.script({ fault: "token-expired" });

    expect(await create(sandbox)).toBe(401);
    expect(await sandbox.token()).not.toBe(old);
    expect(await create(sandbox)).toBe(200);
  });

  it("token-down strikes the token endpoint alone", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.script({ fault: "token-down", times: -1 });

    const answer = await sandbox.post("/gateway/oauth2/token/getAccessToken", {});

    expect(answer.status).toBe(500);
  });

  it("hangs until the client gives up, with nothing stored or all of it", async () => {
    await using sandbox = await startedSandbox({ timeScale: 0.01 });
    await sandbox.script(
      { fault: "hang", endpoint: "todo.create", limitMs: 1_000 },
      { fault: "hang-after", endpoint: "todo.create", limitMs: 1_000 },
    );

    expect(await create(sandbox, "s1")).toBe("UND_ERR_SOCKET");
    expect(await create(sandbox, "s2")).toBe("UND_ERR_SOCKET");
    expect((await sandbox.ledger()).todos).toMatchObject([{ sourceId: "s2" }]);
  });

  it("damages the answer: broken JSON, a huge body, slow bytes, a cut in the middle", async () => {
    await using sandbox = await startedSandbox({ timeScale: 0.001 });
    const at = { endpoint: "todo.create" };
    await sandbox.script(
      { fault: "broken-json", ...at },
      { fault: "huge-body", ...at },
      { fault: "slow-drip", ...at },
    );

    const broken = await sandbox.todo("generatetodo", aTodo());
    const huge = await sandbox.todo("generatetodo", aTodo());
    const dripped = await sandbox.todo("generatetodo", aTodo());
    await sandbox.script({ fault: "cut-after", midAnswer: true, ...at });

    expect(() => JSON.parse(broken.text)).toThrow(SyntaxError);
    expect(huge.text.length).toBeGreaterThan(1_048_576);
    expect(json(huge)).toMatchObject({ success: "true" });
    expect(json(dripped)).toMatchObject({ success: "true" });
    expect(await create(sandbox)).toBe("UND_ERR_SOCKET");
  });
});

describe("random faults", () => {
  async function luck(sandbox: Client, calls: number): Promise<unknown[]> {
    const seen = [];
    for (let call = 0; call < calls; call += 1) seen.push(await create(sandbox));
    return seen;
  }

  it("are the same for the same seed, whatever other endpoints get", async () => {
    await using first = await startedSandbox({ seed: 7 });
    await using second = await startedSandbox({ seed: 7 });
    await using third = await startedSandbox({ seed: 8 });
    const random = {
      rates: { "error-before": 0.3, unavailable: 0.2 },
      endpoints: ["todo.create", "todo.check"],
    };
    for (const sandbox of [first, second, third]) await sandbox.control("faults", { random });

    const expected = await luck(first, 60);
    await second.todo("checkcreatetodo", aCheck());
    const same = await luck(second, 60);
    const other = await luck(third, 60);

    expect(same).toEqual(expected);
    expect(other).not.toEqual(expected);
    expect(expected.filter((status) => status === 500).length).toBeGreaterThan(8);
    expect(expected.filter((status) => status === 503).length).toBeGreaterThan(4);
  });

  it("end when cleared", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.control("faults", { random: { rates: { "error-before": 1 }, endpoints: ["todo.create"] } });

    expect(await create(sandbox)).toBe(500);
    await sandbox.control("faults", { clear: true });
    expect(await create(sandbox)).toBe(200);
  });
});

describe("the endpoint for faults", () => {
  it.each([
    { script: [{ fault: "earthquake" }] },
    { script: [{ fault: "late", lateSeconds: 5 }] },
    { script: [{ fault: "late", endpoint: "todo.kreate" }] },
    { random: { rates: { late: 0.6, refuse: 0.6 } } },
    { random: { rates: { late: 0.6 }, parameters: { later: 1 } } },
    { scripts: [] },
  ])("answers %j with 400 and says why", async (body) => {
    await using sandbox = await startedSandbox();

    const answer = await sandbox.control("faults", body);

    expect(answer.status).toBe(400);
    expect(json(answer)["error"]).toMatch(/\w{4}/);
  });
});
