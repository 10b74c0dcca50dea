/**
 * Where a document can be read in two ways, the sandbox plays each of them.
 */
import { describe, expect, it } from "vitest";
import { readings } from "../../src/sandbox/readings.ts";
import { defaultSettings, type Settings } from "../../src/sandbox/settings.ts";
import { aCheck, anAction, aTodo, type Answer, json, type Row, startedSandbox } from "./sandbox-client.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 20, 2);

async function playing(settings: Partial<Settings>) {
  return startedSandbox({ settings });
}

function aSchedule(content: string, startDate = START): Row {
  return { openid: "ann", content, startDate, endDate: startDate + HOUR };
}

function contents(answer: Answer): unknown[] {
  return (json(answer).data as Row[]).map(({ content }) => content);
}

const task = new URLSearchParams({
  subject: "请假审批",
  assigneeId: "2001",
  creatorId: "1001",
  tenantId: "1",
  bizTaskId: "b1",
  mobileUrl: "https://oa.example/m?id=1",
  url: "https://oa.example/pc?id=1",
});
const taskPath = `/apione/tc/v2/openapi/task/create.json?${task.toString()}`;

describe("the readings", () => {
  it("have the sandbox' default first, and an entry for each value that is played", () => {
    for (const { setting, ways } of readings) expect(ways[0]?.[0]).toBe(defaultSettings[setting]);
  });

  it("are drawn by seed, the same for the same seed", async () => {
    await using first = await startedSandbox({ seed: 7, readings: "bySeed" });
    await using second = await startedSandbox({ seed: "other" });
    const before = (await first.get("/_sandbox/readings")).text;

    const drawn = (await second.control("readings", { seed: 7 })).text;

    expect(drawn).toBe(before);
    expect((await second.control("readings", { seed: 8 })).text).not.toBe(drawn);
  });

  it("are all played by some seed", async () => {
    await using sandbox = await startedSandbox();
    const played = new Set<string>();

    for (let seed = 0; seed < 100; seed += 1) {
      const answer = await sandbox.control("readings", { seed });
      for (const { words } of JSON.parse(answer.text) as { words: string }[]) played.add(words);
    }

    expect(played.size).toBe(readings.reduce((sum, { ways }) => sum + ways.length, 0));
  });
});

describe("the next way of each reading", () => {
  it("comes in turn, so that six cover all, except those that are left out", async () => {
    await using sandbox = await startedSandbox({ seed: 7, readings: "bySeed" });
    await sandbox.control("settings", { duplicateBizTask: "same" });
    const played = new Set<string>();

    for (let phase = 0; phase < 6; phase += 1) {
      const answer = await sandbox.control("readings", { next: true, without: ["foreign"] });
      for (const { words } of JSON.parse(answer.text) as { words: string }[]) played.add(words);
    }

    expect(played.size).toBe(readings.reduce((sum, { ways }) => sum + ways.length, -1));
  });
});

describe("todos", () => {
  it.each(["nothing", "unread", "undo"] as const)("zeros of an action: %s", async (actionZeros) => {
    await using sandbox = await playing({ actionZeros });
    await sandbox.todo("generatetodo", aTodo());
    await sandbox.todo("action", anAction({ deal: 1, read: 1 }));

    await sandbox.todo("action", anAction({}));

    const [todo] = (await sandbox.ledger()).todos;
    expect(todo).toMatchObject({ deal: actionZeros !== "undo", read: actionZeros === "nothing" });
    const seen = json(await sandbox.todo("checkcreatetodo", aCheck()));
    expect(seen.data).toMatchObject({ dealCount: actionZeros === "undo" ? 0 : 1 });
  });

  it("ignore or take a new openId under an old sourceId", async () => {
    await using sandbox = await playing({ newOpenId: "ignored" });
    await sandbox.todo("generatetodo", aTodo({}, ["o1", "o2"]));

    const answer = await sandbox.todo("generatetodo", aTodo({}, ["o3"]));

    expect(json(answer)).toMatchObject({ success: "true" });
    expect((await sandbox.ledger()).todos.map(({ openId }) => openId)).toEqual(["o1", "o2"]);
    await sandbox.control("settings", { newOpenId: "created" });
    await sandbox.todo("generatetodo", aTodo({}, ["o3"]));
    expect((await sandbox.ledger()).todos).toHaveLength(3);
  });

  it("are made anew after a delete, or not", async () => {
    await using sandbox = await playing({ createAfterDelete: "created" });
    await sandbox.todo("generatetodo", aTodo());
    await sandbox.todo("action", anAction({ delete: 1 }));

    await sandbox.todo("generatetodo", aTodo({ title: "新的" }));

    expect((await sandbox.ledger()).todos).toMatchObject([{ title: "新的", deleted: false, stores: 2 }]);
  });
});

describe("schedules", () => {
  it.each([
    ["created", [START - 15 * 24 * HOUR]],
    ["occurring", [START, START + 24 * HOUR]],
    ["starting", [START]],
  ] as const)("queryByDay means what is %s that day", async (queryByDay, days) => {
    await using sandbox = await playing({ queryByDay });
    const long = { ...aSchedule("两天"), endDate: START + 25 * HOUR };
    await sandbox.schedule("create", long);

    for (const day of [START - 15 * 24 * HOUR, START, START + 24 * HOUR]) {
      const found = contents(await sandbox.schedule("queryByDay", { day }));
      expect({ day, found }).toEqual({
        day,
        found: (days as readonly number[]).includes(day) ? ["两天"] : [],
      });
    }
  });

  it("teamWorks gives the newest first, and goes on from there", async () => {
    await using sandbox = await playing({ teamWorksOrder: "newest" });
    for (const content of ["一", "二", "三"]) await sandbox.schedule("create", aSchedule(content));

    const first = await sandbox.schedule("teamWorks", { size: 2 });
    const lastId = (json(first).data as Row[])[1]?.["id"];
    const second = await sandbox.schedule("teamWorks", { size: 2, lastId });

    expect([contents(first), contents(second)]).toEqual([["三", "二"], ["一"]]);
  });

  it.each([
    ["onwards", [false, true, true]],
    ["whole", [true, true, true]],
  ] as const)("a batch operation by a child reaches %s", async (batchReach, reached) => {
    await using sandbox = await playing({ batchReach });
    const daily = { ...aSchedule("晨会"), repeat: 2, repeatEndDate: START + 48 * HOUR };
    const { workIds } = json(await sandbox.schedule("repeatWork", daily)).data as { workIds: string[] };

    await sandbox.schedule("batchModify", {
      id: workIds[1],
      batchId: workIds[0],
      openid: "ann",
      content: "改",
    });

    const rows = (await sandbox.ledger())["schedules"] as Row[];
    expect(rows.map(({ content }) => content === "改")).toEqual(reached);
  });
});

describe("the form of an answer", () => {
  it.each([
    ["object", {}],
    ["null", null],
    ["absent", undefined],
    ["text", ""],
    ["list", []],
  ] as const)("has no data as %s", async (emptyData, data) => {
    await using sandbox = await playing({ emptyData, duplicateBizTask: "empty" });
    const written = json(await sandbox.todo("generatetodo", aTodo()));
    const [, again] = [await sandbox.get(taskPath), json(await sandbox.get(taskPath))];

    expect([written.data, (again["content"] as Row)["data"]]).toEqual([data, data]);
  });

  it("says success as a boolean where text is documented, and the other way round", async () => {
    await using sandbox = await playing({ successForm: "swapped" });

    expect(json(await sandbox.todo("generatetodo", aTodo()))).toMatchObject({ success: true });
    expect(json(await sandbox.schedule("create", aSchedule("会")))).toMatchObject({ success: "true" });
    expect(json(await sandbox.get(taskPath))).toMatchObject({
      success: "true",
      content: { success: "true" },
    });
  });

  it("names the people of a task in both ways, and answers a duplicate with somebody else's", async () => {
    await using sandbox = await playing({ taskPeople: "assigneeUserInfo", duplicateBizTask: "foreign" });

    const [first, again] = [json(await sandbox.get(taskPath)), json(await sandbox.get(taskPath))];

    expect(first).toMatchObject({ content: { data: { assigneeUserInfo: { userId: "2001" } } } });
    expect(again).toMatchObject({ content: { data: { assigneeUserInfo: { userId: "foreign-2001" } } } });
    expect((await sandbox.ledger())["tasks"]).toMatchObject([{ stores: 1, repeats: 1 }]);
  });
});
