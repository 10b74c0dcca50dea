/**
 * The mirror: one todo a message, and the updates that follow, whatever happens to lists and processes.
 */
import { afterEach, describe, expect, it } from "vitest";
import { startPrivateRedis } from "../../src/app/private-redis/private-redis.ts";
import { eventually } from "../support/eventually.ts";
import { ANN, startMallWorld, type MallTodo, type MallWorld } from "../support/mall-world.ts";

let world: MallWorld;
afterEach(async () => world.close());

const todo = (id: number, fields: Partial<MallTodo> = {}) => ({
  sourceId: `mall-message-${id}`,
  openId: ANN,
  stores: 1,
  repeats: 0,
  ...fields,
});

async function todosOnceThereAre(count: number): Promise<MallTodo[]> {
  const todos = await eventually(world.todos, (found) => found.length >= count);
  return todos.toSorted((a, b) => a.sourceId.localeCompare(b.sourceId, "en", { numeric: true }));
}

async function todoOf(id: number, isIt: (found: MallTodo) => boolean): Promise<MallTodo | undefined> {
  const find = async (): Promise<MallTodo | undefined> =>
    (await world.todos()).find(({ sourceId }) => sourceId === `mall-message-${id}`);
  return eventually(find, (found) => found !== undefined && isIt(found));
}

describe("a mirrored message", () => {
  it("becomes one todo of the mapped person, in the message's words", async () => {
    world = await startMallWorld({ mirror: `url: "https://mall.example/m/{id}",` });
    await world.addMessages([
      {
        message_body: {
          head: "将状态更变为:进行中",
          title: "测试任务",
          content: "",
          project_name: "默认项目",
        },
      },
    ]);

    await world.startMirror();

    const [made] = await todosOnceThereAre(1);
    expect(made).toMatchObject({
      ...todo(1),
      title: "测试任务",
      content: "将状态更变为:进行中 · 测试任务 · 默认项目",
      url: "https://mall.example/m/1",
    });
  });

  it("stays one todo under restarts and two mirrors at once", async () => {
    world = await startMallWorld();
    await world.addMessages(Array.from({ length: 25 }, () => ({})));

    const [first] = await Promise.all([world.startMirror(), world.startMirror()]);
    await world.roundsPass();
    await first.stop();
    await world.startMirror();
    await world.addMessages([{}]);

    expect(await todosOnceThereAre(26)).toMatchObject(
      Array.from({ length: 26 }, (_, index) => todo(index + 1)),
    );
    await world.roundsPass();
    expect(await world.producer.records("yzj")?.count("dead")).toBe(0);
    expect(await world.todos()).toHaveLength(26);
  });

  it.each(["", "lists: [unread],", "lists: [waitHandle],"])(
    "has its todo read when it is read, and done when it is handled (%s)",
    async (mirror) => {
      world = await startMallWorld({ mirror });
      const [first = 0, second = 0] = await world.addMessages([{}, {}]);
      await world.startMirror();
      await todosOnceThereAre(2);

      await world.change(first, "read");
      await world.change(second, "handled");

      expect(await todoOf(first, ({ read }) => read)).toMatchObject({ read: true, deal: false });
      expect(await todoOf(second, ({ deal }) => deal)).toMatchObject({ read: false, deal: true });
      await world.change(first, "handled");
      expect(await todoOf(first, ({ deal }) => deal)).toMatchObject({ read: true, deal: true });
    },
  );

  it("is looked for among the read ones when it has left every list between two rounds", async () => {
    world = await startMallWorld();
    const [id = 0] = await world.addMessages([{}]);
    const mirror = await world.startMirror();
    await todosOnceThereAre(1);
    await mirror.stop();

    await world.change(id, "read");
    await world.change(id, "handled");
    await world.startMirror();

    expect(await todoOf(id, ({ deal, read }) => deal && read)).toMatchObject(todo(id));
  });

  it("that has nothing to be handled is done when it is read, not before", async () => {
    world = await startMallWorld();
    const [id = 0] = await world.addMessages([{ handle_status: 0 }]);
    await world.startMirror();
    await todosOnceThereAre(1);
    await world.roundsPass();
    expect((await world.todos())[0]).toMatchObject({ deal: false, read: false });

    await world.change(id, "read");

    expect(await todoOf(id, ({ deal }) => deal)).toMatchObject({ read: true, deal: true });
  });
});

describe("a list that changes while it is read", () => {
  it("loses no message and doubles none", async () => {
    world = await startMallWorld({ listRate: "10/s", mirror: "lists: [unread]," });
    await world.addMessages(Array.from({ length: 45 }, () => ({})));

    await world.startMirror();
    // The first page is read: what leaves it pulls others past the reader, what comes pushes them back.
    await eventually(world.calls, (calls) => calls.length >= 1);
    await world.change(45, "read");
    await world.change(44, "read");
    await eventually(world.calls, (calls) => calls.length >= 2);
    await world.addMessages([{}, {}, {}]);

    const todos = await todosOnceThereAre(48);
    expect(todos).toMatchObject(Array.from({ length: 48 }, (_, index) => todo(index + 1)));
  });
});

describe("a staff id without a recipient", () => {
  it("is told once, by two mirrors and over a restart, and counted", async () => {
    world = await startMallWorld();
    await world.addMessages([{ recipient_id: 9 }, { recipient_id: 9 }, {}]);

    const [first] = await Promise.all([world.startMirror(), world.startMirror()]);
    await world.roundsPass();
    await first.stop();
    await world.startMirror();
    await world.roundsPass();

    const told = world.events.filter(({ event }) => event === "mirror.unmapped");
    expect(told).toEqual([{ event: "mirror.unmapped", account: "mall", to: "yzj", staffId: "9" }]);
    expect(world.events).toContainEqual(expect.objectContaining({ event: "mirror.round", unmapped: 2 }));
    expect(await todosOnceThereAre(1)).toMatchObject([todo(3)]);
  });
});

describe("a list call that fails", () => {
  it.each(["message.unread", "message.waitHandle", "message.read"])(
    "of %s loses nothing",
    async (endpoint) => {
      world = await startMallWorld();
      const [id = 0] = await world.addMessages([{}]);
      const mirror = await world.startMirror();
      await todosOnceThereAre(1);
      await mirror.stop();
      await world.misbehave({
        script: [
          // A page is asked for three times before its round is given up.
          { fault: "error-before", endpoint, times: 3 },
          { fault: "broken-json", endpoint, times: 3 },
          { fault: "cut-before", endpoint, times: 3 },
        ],
      });

      await world.addMessages(Array.from({ length: 21 }, () => ({})));
      await world.change(id, "read");
      await world.change(id, "handled");
      await world.startMirror();

      expect(await todosOnceThereAre(22)).toMatchObject(
        Array.from({ length: 22 }, (_, index) => todo(index + 1)),
      );
      expect(await todoOf(id, ({ deal, read }) => deal && read)).toMatchObject({ repeats: 0 });
      expect(world.events.filter(({ event }) => event === "mirror.failed")).toHaveLength(3);
    },
  );
});

describe("a Redis that goes away", () => {
  it("is waited for without losing a message, and does not keep the mirror from leaving", async () => {
    const redis = await startPrivateRedis();
    world = await startMallWorld({ redisUrl: redis.url, withoutWorker: true });
    const mirror = await world.startMirror();
    await world.roundsPass();

    await redis.kill();
    await world.addMessages([{}]);
    await eventually(
      () => world.events,
      (events) => events.some(({ event }) => event === "mirror.failed"),
    );
    await redis.restart();

    const queued = async (): Promise<number> => (await world.producer.records("yzj")?.count("queued")) ?? 0;
    await eventually(
      async () => queued().catch(() => 0),
      (count) => count === 1,
    );
    await redis.kill();
    await mirror.stop();
    expect(world.events.at(-1)).toEqual({ event: "mirror.stopped" });
    await redis.stop();
  });
});

describe("a mirror that is told to stop", () => {
  it("ends the round at work, may be told twice, and leaves nothing running", async () => {
    world = await startMallWorld({ listRate: "10/s" });
    await world.addMessages(Array.from({ length: 60 }, () => ({})));
    const mirror = await world.startMirror();
    await eventually(world.calls, (calls) => calls.length >= 2);

    await Promise.all([mirror.stop(), mirror.stop()]);

    expect(world.events.filter(({ event }) => event === "mirror.round")).toHaveLength(1);
    expect(await todosOnceThereAre(60)).toHaveLength(60);
  });
});
