/**
 * The mirror: one todo a message, and the updates that follow, whatever happens to lists and processes.
 */
import { afterEach, describe, expect, it } from "vitest";
import { startPrivateRedis } from "../../src/dev/private-redis/private-redis.ts";
import { eventually } from "../support/eventually.ts";
import { ANN, startSystem, type LedgerTodo, type YunzmallSystem } from "../support/system.ts";

let system: YunzmallSystem;
afterEach(async () => system.close());

const todo = (id: number, fields: Partial<LedgerTodo> = {}) => ({
  sourceId: `mall-message-${id}`,
  openId: ANN,
  stores: 1,
  repeats: 0,
  ...fields,
});

async function todosOnceThereAre(count: number): Promise<LedgerTodo[]> {
  const todos = await eventually(system.todos, (found) => found.length >= count);
  return todos.toSorted((a, b) => a.sourceId.localeCompare(b.sourceId, "en", { numeric: true }));
}

async function todoOf(id: number, isIt: (found: LedgerTodo) => boolean): Promise<LedgerTodo | undefined> {
  const find = async (): Promise<LedgerTodo | undefined> =>
    (await system.todos()).find(({ sourceId }) => sourceId === `mall-message-${id}`);
  return eventually(find, (found) => found !== undefined && isIt(found));
}

describe("a mirrored message", () => {
  it("becomes one todo of the mapped person, in the message's words", async () => {
    system = await startSystem({ platform: "yunzmall", mirror: `url: "https://mall.example/m/{id}",` });
    await system.addMessages([
      {
        message_body: {
          head: "将状态更变为:进行中",
          title: "测试任务",
          content: "",
          project_name: "默认项目",
        },
      },
    ]);

    await system.startMirror();

    const [made] = await todosOnceThereAre(1);
    expect(made).toMatchObject({
      ...todo(1),
      title: "测试任务",
      content: "将状态更变为:进行中 · 测试任务 · 默认项目",
      url: "https://mall.example/m/1",
    });
  });

  it("stays one todo under restarts and two mirrors at once", async () => {
    system = await startSystem({ platform: "yunzmall" });
    await system.addMessages(Array.from({ length: 25 }, () => ({})));

    const [first] = await Promise.all([system.startMirror(), system.startMirror()]);
    await system.roundsPass();
    await first.stop();
    await system.startMirror();
    await system.addMessages([{}]);

    expect(await todosOnceThereAre(26)).toMatchObject(
      Array.from({ length: 26 }, (_, index) => todo(index + 1)),
    );
    await system.roundsPass();
    expect(await system.producer.records("yzj")?.count("dead")).toBe(0);
    expect(await system.todos()).toHaveLength(26);
  });

  it.each(["", "lists: [unread],", "lists: [waitHandle],"])(
    "has its todo marked read when it is read, and done when it is handled (%s)",
    async (mirror) => {
      system = await startSystem({ platform: "yunzmall", mirror });
      const [first = 0, second = 0] = await system.addMessages([{}, {}]);
      await system.startMirror();
      await todosOnceThereAre(2);

      await system.change(first, "read");
      await system.change(second, "handled");

      expect(await todoOf(first, ({ read }) => read)).toMatchObject({ read: true, deal: false });
      expect(await todoOf(second, ({ deal }) => deal)).toMatchObject({ read: false, deal: true });
      await system.change(first, "handled");
      expect(await todoOf(first, ({ deal }) => deal)).toMatchObject({ read: true, deal: true });
    },
  );

  it("is looked for among the read messages when it has left every list between two rounds", async () => {
    system = await startSystem({ platform: "yunzmall" });
    const [id = 0] = await system.addMessages([{}]);
    const mirror = await system.startMirror();
    await todosOnceThereAre(1);
    await mirror.stop();

    await system.change(id, "read");
    await system.change(id, "handled");
    await system.startMirror();

    expect(await todoOf(id, ({ deal, read }) => deal && read)).toMatchObject(todo(id));
  });

  it("that has nothing to be handled is done when it is read, not before", async () => {
    system = await startSystem({ platform: "yunzmall" });
    const [id = 0] = await system.addMessages([{ handle_status: 0 }]);
    await system.startMirror();
    await todosOnceThereAre(1);
    await system.roundsPass();
    expect((await system.todos())[0]).toMatchObject({ deal: false, read: false });

    await system.change(id, "read");

    expect(await todoOf(id, ({ deal }) => deal)).toMatchObject({ read: true, deal: true });
  });
});

describe("a list that changes while it is read", () => {
  it("loses no message and repeats none", async () => {
    system = await startSystem({ platform: "yunzmall", listRate: "10/s", mirror: "lists: [unread]," });
    await system.addMessages(Array.from({ length: 45 }, () => ({})));

    await system.startMirror();
    // The first page is read: what leaves it pulls others past the reader, what comes pushes them back.
    await eventually(system.calls, (calls) => calls.length >= 1);
    await system.change(45, "read");
    await system.change(44, "read");
    await eventually(system.calls, (calls) => calls.length >= 2);
    await system.addMessages([{}, {}, {}]);

    const todos = await todosOnceThereAre(48);
    expect(todos).toMatchObject(Array.from({ length: 48 }, (_, index) => todo(index + 1)));
  });
});

describe("a staff id without a recipient", () => {
  it("is reported once, by two mirrors and across a restart, and counted", async () => {
    system = await startSystem({ platform: "yunzmall" });
    await system.addMessages([{ recipient_id: 9 }, { recipient_id: 9 }, {}]);

    const [first] = await Promise.all([system.startMirror(), system.startMirror()]);
    await system.roundsPass();
    await first.stop();
    await system.startMirror();
    await system.roundsPass();

    const told = system.events.filter(({ event }) => event === "mirror.unmapped");
    expect(told).toEqual([{ event: "mirror.unmapped", account: "mall", to: "yzj", staffId: "9" }]);
    expect(system.events).toContainEqual(expect.objectContaining({ event: "mirror.round", unmapped: 2 }));
    expect(await todosOnceThereAre(1)).toMatchObject([todo(3)]);
  });
});

describe("a list call that fails", () => {
  it.each(["message.unread", "message.waitHandle", "message.read"])(
    "of %s loses nothing",
    async (endpoint) => {
      system = await startSystem({ platform: "yunzmall" });
      const [id = 0] = await system.addMessages([{}]);
      const mirror = await system.startMirror();
      await todosOnceThereAre(1);
      await mirror.stop();
      await system.misbehave({
        script: [
          // A page is asked for three times before its round is given up.
          { fault: "error-before", endpoint, times: 3 },
          { fault: "broken-json", endpoint, times: 3 },
          { fault: "cut-before", endpoint, times: 3 },
        ],
      });

      await system.addMessages(Array.from({ length: 21 }, () => ({})));
      await system.change(id, "read");
      await system.change(id, "handled");
      await system.startMirror();

      expect(await todosOnceThereAre(22)).toMatchObject(
        Array.from({ length: 22 }, (_, index) => todo(index + 1)),
      );
      expect(await todoOf(id, ({ deal, read }) => deal && read)).toMatchObject({ repeats: 0 });
      expect(system.events.filter(({ event }) => event === "mirror.failed")).toHaveLength(3);
    },
  );
});

describe("a Redis that goes away", () => {
  it("is waited for without losing a message, and does not keep the mirror from stopping", async () => {
    const redis = await startPrivateRedis();
    system = await startSystem({ platform: "yunzmall", redisUrl: redis.url, withoutWorker: true });
    const mirror = await system.startMirror();
    await system.roundsPass();

    await redis.kill();
    await system.addMessages([{}]);
    await eventually(
      () => system.events,
      (events) => events.some(({ event }) => event === "mirror.failed"),
    );
    await redis.restart();

    const queued = async (): Promise<number> => (await system.producer.records("yzj")?.count("queued")) ?? 0;
    await eventually(
      async () => queued().catch(() => 0),
      (count) => count === 1,
    );
    await redis.kill();
    await mirror.stop();
    expect(system.events.at(-1)).toEqual({ event: "mirror.stopped" });
    await redis.stop();
  });
});

describe("a mirror that is stopped", () => {
  it("ends the current round, may be stopped twice, and leaves nothing running", async () => {
    system = await startSystem({ platform: "yunzmall", listRate: "10/s" });
    await system.addMessages(Array.from({ length: 60 }, () => ({})));
    const mirror = await system.startMirror();
    await eventually(system.calls, (calls) => calls.length >= 2);

    await Promise.all([mirror.stop(), mirror.stop()]);

    expect(system.events.filter(({ event }) => event === "mirror.round")).toHaveLength(1);
    expect(await todosOnceThereAre(60)).toHaveLength(60);
  });
});
