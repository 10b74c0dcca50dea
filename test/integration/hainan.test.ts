/**
 * Tasks of Hainan: one call an assignee, one package, and a proof for each of them.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { request } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import type { Config } from "../../src/config/config.ts";
import { eventually } from "../support/eventually.ts";

import { SHARED_TASK, TASK_FOR_ANN } from "../support/hainan-tasks.ts";
import { leasedByTheDead } from "../support/leased-by-the-dead.ts";
import { startSystem, type HainanOptions, type HainanSystem } from "../support/system.ts";
import { keysOf } from "../support/keys-of.ts";

let system: HainanSystem | null = null;
afterEach(async () => {
  await system?.close();
  system = null;
});

async function aSystem(options: Omit<HainanOptions, "platform"> = {}): Promise<HainanSystem> {
  system = await startSystem({ platform: "hainan", ...options });
  return system;
}

const forThree = {
  ...SHARED_TASK,
  assignees: ["ann", "bob", "carl"].map((assigneeId) => ({ assigneeId, bizTaskId: `b-${assigneeId}` })),
};
const create = { endpoint: "task.create" };

describe("a task for one assignee", () => {
  it("is proven by the reply that names it, and its ids are kept", async () => {
    const { order, ended, tasks } = await aSystem();

    const { state } = await ended(await order("task.create", TASK_FOR_ANN));

    const [task] = await tasks();
    const { taskUuid, packageUuid } = task ?? {};
    expect(task).toMatchObject({ bizTaskId: "b-ann", assigneeId: "ann" });
    expect(state).toMatchObject({
      status: "confirmed",
      sends: 1,
      checks: 0,
      receipt: { taskUuid, packageUuid, "task:ann": taskUuid },
      recipients: [
        { id: "ann", evidence: { kind: "reply" }, receipt: { taskUuid, packageUuid, bizTaskId: "b-ann" } },
      ],
    });
  });

  it("ends dead with the platform's reason when the platform refuses it", async () => {
    const { order, ended, tasks } = await aSystem();

    const { state } = await ended(await order("task.create", { ...TASK_FOR_ANN, packageUuid: "nowhere" }));

    expect(state).toMatchObject({ status: "dead", reason: "rejected" });
    expect(state.detail).toMatch(/NO_SUCH_PACKAGE: there is no package nowhere/);
    expect(await tasks()).toEqual([]);
  });

  it("ends dead with a reason when its first send shows that somebody else has used its bizTaskId", async () => {
    const { order, ended, misbehave, tasks } = await aSystem();
    await misbehave({ script: [{ fault: "duplicate-empty", ...create, times: 2 }] });

    const { state } = await ended(await order("task.create", TASK_FOR_ANN));

    expect(state).toMatchObject({ status: "dead", reason: "rejected" });
    expect(state.detail).toMatch(/duplicate: .*somebody else has used this bizTaskId/);
    expect(await tasks()).toEqual([]);
  });

  it("is asked for once more where the gateway dropped its first send and said success", async () => {
    const { order, ended, misbehave, tasks } = await aSystem();
    await misbehave({ script: [{ fault: "duplicate-empty", ...create }] });

    const { state } = await ended(await order("task.create", TASK_FOR_ANN));

    expect(state).toMatchObject({ status: "confirmed", sends: 1 });
    expect(await tasks()).toHaveLength(1);
  });

  it.each(["same", "empty", "foreign"])(
    "proves one of two deliveries with one bizTaskId, where a repeat is answered with %s",
    async (duplicateBizTask) => {
      const { order, ended, tasks } = await aSystem({ settings: { duplicateBizTask } });
      const first = await order("task.create", TASK_FOR_ANN);
      expect((await ended(first)).state.status).toBe("confirmed");

      const second = await ended(
        await order("task.create", { ...TASK_FOR_ANN, assigneeId: "bob" }, "another"),
      );

      expect(second.state).toMatchObject({ status: "dead", reason: "rejected" });
      if (duplicateBizTask !== "foreign") expect(second.state.detail).toContain(first);
      expect(await tasks()).toHaveLength(1);
    },
  );

  it("says that a reply is all the proof there is, even where the platform pretends", async () => {
    const { order, ended, misbehave } = await aSystem();
    await misbehave({ script: [{ fault: "not-stored", ...create }] });

    const { state } = await ended(await order("task.create", TASK_FOR_ANN));

    // Nothing at Hainan shows a task: this lie cannot be found out, only named for what it is.
    expect(state.recipients[0]?.evidence).toMatchObject({ kind: "reply" });
  });
});

describe("a task whose answer was lost", () => {
  it.each([
    ["stored, and the connection cut", "cut-after", 1],
    ["stored, and answered with an error", "error-after", 1],
    ["stored, and answered with nonsense", "broken-json", 1],
    ["not stored, and the connection cut", "cut-before", 0],
    ["not stored, and answered with an error", "error-before", 0],
  ])("because it was %s is proven by asking again, and there once", async (_name, fault, repeats) => {
    const { order, ended, misbehave, tasks, timeline } = await aSystem();
    await misbehave({ script: [{ fault, ...create }] });

    const id = await order("task.create", TASK_FOR_ANN);
    const { state } = await ended(id);

    const [task, ...others] = await tasks();
    expect(others).toEqual([]);
    expect(task?.repeats).toBe(repeats);
    expect(state).toMatchObject({
      status: "confirmed",
      sends: 1,
      checks: 1,
      receipt: { taskUuid: task?.taskUuid, packageUuid: task?.packageUuid, "task:ann": task?.taskUuid },
      recipients: [{ evidence: { kind: "reply", note: "asked again after a lost answer" } }],
    });
    expect(await timeline(id)).toMatchObject([
      { event: "sent", outcome: expect.stringMatching(/^unknown/) },
      { event: "checked", proven: 1, absent: 0 },
      { event: "confirmed" },
    ]);
  });

  it("is proven with its handle lost where a repeat is answered with nothing", async () => {
    const { order, ended, misbehave, tasks } = await aSystem({ settings: { duplicateBizTask: "empty" } });
    await misbehave({ script: [{ fault: "cut-after", ...create }] });

    const { state } = await ended(await order("task.create", TASK_FOR_ANN));

    expect(await tasks()).toHaveLength(1);
    expect(state).toMatchObject({ status: "confirmed", receipt: null });
    expect(state.recipients[0]).toMatchObject({
      evidence: { kind: "reply", note: "there, its handle is lost" },
      receipt: { bizTaskId: "b-ann" },
    });
  });

  it("is asked about until an answer comes back", async () => {
    const { order, ended, misbehave, tasks } = await aSystem();
    await misbehave({ script: [{ fault: "cut-after", ...create, times: 3 }] });

    const { state } = await ended(await order("task.create", TASK_FOR_ANN));

    expect(state).toMatchObject({ status: "confirmed", sends: 1, checks: 3 });
    expect(await tasks()).toHaveLength(1);
  });
});

describe("a task for three assignees", () => {
  it("is one task each, one after the other, in the package of the first", async () => {
    const { order, ended, tasks } = await aSystem();

    const { state } = await ended(await order("task.create", forThree));

    const stored = await tasks();
    expect(stored.map(({ assigneeId }) => assigneeId)).toEqual(["ann", "bob", "carl"]);
    expect(new Set(stored.map(({ packageUuid }) => packageUuid)).size).toBe(1);
    expect(state).toMatchObject({
      status: "confirmed",
      sends: 3,
      receipt: { packageUuid: stored[0]?.packageUuid },
    });
    expect(state.recipients.map(({ receipt }) => receipt?.["taskUuid"])).toEqual(
      stored.map(({ taskUuid }) => taskUuid),
    );
  });

  it("stays in one package though the first answer was lost", async () => {
    const { order, ended, misbehave, tasks } = await aSystem();
    await misbehave({ script: [{ fault: "cut-after", ...create }] });

    expect((await ended(await order("task.create", forThree))).state.status).toBe("confirmed");

    const stored = await tasks();
    expect(stored).toHaveLength(3);
    expect(new Set(stored.map(({ packageUuid }) => packageUuid)).size).toBe(1);
  });

  it("goes on in a new package when the first is lost", async () => {
    const { order, ended, misbehave, tasks } = await aSystem({ settings: { duplicateBizTask: "empty" } });
    await misbehave({ script: [{ fault: "cut-after", ...create }] });

    const { state } = await ended(await order("task.create", forThree));

    const [ann, bob, carl] = await tasks();
    expect(state.status).toBe("confirmed");
    expect(bob?.packageUuid).not.toBe(ann?.packageUuid);
    expect(carl?.packageUuid).toBe(bob?.packageUuid);
  });

  it("ends partial with a reason when the first package is lost and no other is wanted", async () => {
    const account = "onLostPackage: dead";
    const { order, ended, misbehave, tasks } = await aSystem({
      account,
      settings: { duplicateBizTask: "empty" },
    });
    await misbehave({ script: [{ fault: "cut-after", ...create }] });

    const { state } = await ended(await order("task.create", forThree));

    expect(state).toMatchObject({ status: "dead", reason: "partial" });
    expect(state.detail).toMatch(/proven: ann; refused \(package: .*\): bob, carl/);
    expect(await tasks()).toHaveLength(1);
  });

  it("goes on with the others when one is refused", async () => {
    const { order, ended, misbehave, tasks } = await aSystem();
    await misbehave({ script: [{ fault: "duplicate-empty", ...create, times: 2 }] });

    const { state } = await ended(await order("task.create", forThree));

    expect(state).toMatchObject({ status: "dead", reason: "partial" });
    expect(state.recipients.map(({ status }) => status)).toEqual(["rejected", "confirmed", "confirmed"]);
    expect(await tasks()).toHaveLength(2);
  });

  it("derives a bizTaskId for each assignee from the key, and a repeat finds the same tasks", async () => {
    const assignees = [{ assigneeId: "ann" }, { assigneeId: "bob" }];
    const { order, ended, tasks } = await aSystem();

    await ended(await order("task.create", { ...SHARED_TASK, assignees }, "oa-1"));

    const ids = (await tasks()).map(({ bizTaskId }) => bizTaskId);
    expect(new Set(ids).size).toBe(2);
    expect(ids).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]{32}$/)]);
  });
});

describe("a worker that dies between two assignees", () => {
  /** Slow enough that the second assignee waits for the rate while the test looks. */
  const slow = { account: "rate: { task: 60/min }" };

  /** For whoever comes after: there is nothing more to look at. */
  function fast({ config }: HainanSystem): Config {
    const { hn } = config.accounts;
    if (hn?.platform !== "hainan") throw new Error("the account is not one of Hainan");
    return { ...config, accounts: { hn: { ...hn, rate: { task: 1_000 } } } };
  }

  async function stoppedAfterTheFirst(running: HainanSystem): Promise<string> {
    const worker = await running.startWorker();
    const id = await running.order("task.create", forThree);
    const first = await eventually(
      () => running.read(id),
      (delivery) => delivery?.state.recipients[0]?.status === "confirmed",
    );
    // Stored before the next call starts: the ids are there while the second assignee still waits.
    expect(first?.state).toMatchObject({ receipt: { packageUuid: expect.any(String) } });
    await worker.stop();
    expect(await running.tasks()).toHaveLength(1);
    return id;
  }

  it("is replaced by one that continues where it stopped, in the same package", async () => {
    const running = await aSystem({ ...slow, withoutWorker: true });
    const id = await stoppedAfterTheFirst(running);

    await running.startWorker(fast(running));
    const { state } = await running.ended(id);

    const stored = await running.tasks();
    expect(state).toMatchObject({ status: "confirmed", sends: 3 });
    expect(stored.map(({ assigneeId, repeats }) => [assigneeId, repeats])).toEqual([
      ["ann", 0],
      ["bob", 0],
      ["carl", 0],
    ]);
    expect(new Set(stored.map(({ packageUuid }) => packageUuid)).size).toBe(1);
  });

  it.each([
    ["before its call left", false, 0],
    ["after the platform had stored", true, 1],
  ])(
    "and had begun the second, killed %s, is verified in the same package",
    async (_name, stores, repeats) => {
      const running = await aSystem({ ...slow, withoutWorker: true });
      const id = await stoppedAfterTheFirst(running);
      const packageUuid = (await running.tasks())[0]?.packageUuid ?? "";
      // What a worker leaves behind that was killed in the middle of its second send.
      await leasedByTheDead(running.redis, keysOf(running, "hn"), { id, family: "task" });
      if (stores) await storeDirectly(running, "bob", packageUuid);

      await running.startWorker(fast(running));
      const { state } = await running.ended(id);

      const stored = await running.tasks();
      expect(state).toMatchObject({ status: "confirmed", interruptions: 1 });
      expect(stored.map((task) => [task.assigneeId, task.repeats])).toEqual([
        ["ann", 0],
        ["bob", repeats],
        ["carl", 0],
      ]);
      expect(stored.every((task) => task.packageUuid === packageUuid)).toBe(true);
    },
  );
});

/** The call that a worker had made before it was killed. */
async function storeDirectly(
  { sandbox }: HainanSystem,
  assigneeId: string,
  packageUuid: string,
): Promise<void> {
  const { subject, creatorId, tenantId, url, mobileUrl } = SHARED_TASK;
  const bizTaskId = `b-${assigneeId}`;
  const query = { subject, creatorId, tenantId, url, mobileUrl, assigneeId, bizTaskId, packageUuid };
  const { body } = await request(`${sandbox.url}/apione/tc/v2/openapi/task/create.json`, { query });
  await body.dump();
}

describe("the end of a task", () => {
  it("is done by its assignee, named by the key of the create", async () => {
    const { order, ended, tasks } = await aSystem({ settings: { hainanFinish: true } });
    await order("task.create", forThree, "oa-1");

    const finish = await order("task.finish", { userId: "bob", of: "oa-1", assigneeId: "bob" });
    const cancel = await order("task.cancel", { userId: "1001", of: "oa-1", assigneeId: "carl" });
    const states = [(await ended(finish)).state, (await ended(cancel)).state];

    expect(states).toMatchObject([
      { status: "confirmed", recipients: [{ id: "bob", evidence: { kind: "reply" } }] },
      { status: "confirmed", recipients: [{ id: "carl", evidence: { kind: "reply" } }] },
    ]);
    expect((await tasks()).map(({ status }) => status)).toEqual(["open", "finished", "cancelled"]);
  });

  it("needs no assignee where the create had one, and may close the package", async () => {
    const { order, ended, tasks } = await aSystem({ settings: { hainanFinish: true } });
    await order("task.create", TASK_FOR_ANN, "oa-1");

    const id = await order("task.finish", { userId: "ann", of: "oa-1", closePackage: true });

    expect((await ended(id)).state.status).toBe("confirmed");
    expect(await tasks()).toMatchObject([{ status: "finished" }]);
  });

  it.each(["cut-after", "cut-before"])("is proven by asking again after %s", async (fault) => {
    const { order, ended, misbehave, tasks } = await aSystem({ settings: { hainanFinish: true } });
    await misbehave({ script: [{ fault, endpoint: "task.finish" }] });
    await order("task.create", TASK_FOR_ANN, "oa-1");

    const { state } = await ended(await order("task.finish", { userId: "ann", of: "oa-1" }));

    expect(state).toMatchObject({
      status: "confirmed",
      recipients: [{ evidence: { note: "asked again after a lost answer" } }],
    });
    expect(await tasks()).toMatchObject([{ status: "finished" }]);
  });

  it("ends dead with a reason where the gateway does not expose it", async () => {
    const { order, ended } = await aSystem();
    await order("task.create", TASK_FOR_ANN, "oa-1");

    const { state } = await ended(await order("task.finish", { userId: "ann", of: "oa-1" }));

    expect(state).toMatchObject({ status: "dead", reason: "rejected" });
    expect(state.detail).toMatch(/the gateway does not expose this API/);
  });

  it("ends dead with a reason where the handle of the task is lost", async () => {
    const { order, ended, misbehave } = await aSystem({
      settings: { hainanFinish: true, duplicateBizTask: "empty" },
    });
    await misbehave({ script: [{ fault: "cut-after", ...create }] });
    await order("task.create", forThree, "oa-1");

    const { state } = await ended(
      await order("task.finish", { userId: "ann", of: "oa-1", assigneeId: "ann" }),
    );

    expect(state).toMatchObject({ status: "dead", reason: "rejected" });
    expect(state.detail).toMatch(/reference: .*its handle is lost/);
  });
});

describe("a signer", () => {
  it.each(["csb", "zwdd"])("of kind %s is accepted by a gateway that checks it", async (kind) => {
    const { order, ended, tasks } = await aSystem({
      signer: `{ kind: ${kind} }`,
      settings: { hainanSigner: kind, hainanFinish: true },
    });
    await order("task.create", forThree, "oa-1");

    const { state } = await ended(
      await order("task.finish", { userId: "ann", of: "oa-1", assigneeId: "ann", closePackage: true }),
    );

    expect(state.status).toBe("confirmed");
    expect((await tasks()).map(({ status }) => status)).toEqual(["finished", "finished", "finished"]);
  });

  it.each(["csb", "zwdd"])(
    "of kind %s with a wrong secret holds the account, and shows no secret",
    async (kind) => {
      const { order, read, timeline } = await aSystem({
        signer: `{ kind: ${kind} }`,
        secretKey: "a-wrong-secret",
        settings: { hainanSigner: kind },
      });

      const id = await order("task.create", TASK_FOR_ANN);
      const held = await eventually(
        () => read(id),
        (delivery) => delivery?.state.waitCause === "unauthorized",
      );

      expect(held?.state).toMatchObject({ status: "queued", sends: 0 });
      expect(JSON.stringify([held, await timeline(id)])).not.toContain("a-wrong-secret");
    },
  );

  it("of kind bridge goes through a process that holds the secret", async () => {
    const bridge = await startBridge();
    const { order, ended, tasks } = await aSystem({ signer: `{ kind: bridge, url: "${bridge.url}" }` });

    const { state } = await ended(await order("task.create", forThree));

    expect(state.status).toBe("confirmed");
    expect(await tasks()).toHaveLength(3);
    await bridge.close();
  });

  it("of kind bridge waits without counting attempts while its process is away", async () => {
    const away = await startBridge();
    await away.close();
    const { order, ended, read, tasks } = await aSystem({ signer: `{ kind: bridge, url: "${away.url}" }` });

    const id = await order("task.create", TASK_FOR_ANN);
    const waiting = await eventually(
      () => read(id),
      (delivery) => delivery?.state.waitCause === "unreachable",
    );
    const back = await startBridge(Number(new URL(away.url).port));
    const { state } = await ended(id);

    expect(waiting?.state).toMatchObject({ status: "queued", sends: 0 });
    expect(state).toMatchObject({ status: "confirmed", sends: 1 });
    expect(await tasks()).toHaveLength(1);
    await back.close();
  });
});

interface BridgeRequest {
  readonly method: "GET";
  readonly api: string;
  readonly query: Record<string, string>;
  readonly requestUrl: string;
}

/** What a user writes around the vendor's JAR, with a plain call in the JAR's place. */
async function startBridge(port = 0): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const asked = JSON.parse(await textOf(incoming)) as BridgeRequest;
      const { statusCode, body } = await request(`${asked.requestUrl}${asked.api}`, {
        method: asked.method,
        query: asked.query,
      });
      outgoing.end(JSON.stringify({ status: statusCode, body: await body.text() }));
    })();
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hainan`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
