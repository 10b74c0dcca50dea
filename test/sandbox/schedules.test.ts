import { describe, expect, it } from "vitest";
import { exactNumber } from "../../src/sandbox/exact-numbers.ts";
import { json, type Row, type SandboxClient, startedSandbox } from "./sandbox-client.ts";

const creator = "5a67e08d00b0e8dfe4aab4fa";
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Document 002's example. */
function aSchedule(change: Row = {}): Row {
  return {
    openid: creator,
    content: "新增单个日程接口",
    startDate: 1530002768912,
    endDate: 1530687800000,
    noticeTime: 0,
    topState: 0,
    actors: ["xxxxxx"],
    submitExperience: true,
    ...change,
  };
}

async function created(sandbox: SandboxClient, change: Row = {}): Promise<string> {
  const answer = json(await sandbox.schedule("create", aSchedule(change)));
  return (answer.data as { workId: string }).workId;
}

async function listed(sandbox: SandboxClient, day = sandbox.now.ms): Promise<Row[]> {
  return json(await sandbox.schedule("queryByDay", { day })).data as Row[];
}

const done = { success: true, errorCode: 0, error: null, data: null };

describe("schedules", () => {
  it("are created as document 002 says, and two equal creates make two", async () => {
    await using sandbox = await startedSandbox();

    const answer = json(await sandbox.schedule("create", aSchedule()));
    const second = await created(sandbox);

    expect(answer).toEqual({
      data: { workId: expect.stringMatching(/^[0-9a-f]{24}$/) },
      error: null,
      errorCode: 0,
      success: true,
    });
    expect(second).not.toBe((answer.data as Row)["workId"]);
    expect((await sandbox.ledger())["schedules"]).toMatchObject([
      {
        eid: "123456",
        openid: creator,
        content: "新增单个日程接口",
        createDate: sandbox.now.ms,
        workStatus: 0,
      },
      { id: second, batchId: null, history: [{ change: "store", effect: true }] },
    ]);
  });

  it("keep what the sandbox has no use for, digit by digit, through their changes", async () => {
    await using sandbox = await startedSandbox();
    const roomId = exactNumber("12345678901234567890");
    const id = await created(sandbox, { roomId, seat: "9007199254740993" });
    await sandbox.schedule("modify", { id, openid: creator, floor: exactNumber("12345678901234567891") });

    const { text } = await sandbox.get("/_sandbox/ledger");
    const others = '{"roomId":12345678901234567890,"seat":"9007199254740993","floor":12345678901234567891}';
    expect(text).toContain(`"others":${others}`);
  });

  it.each([
    { content: undefined },
    { startDate: "1530002768912" },
    { noticeTime: 5 },
    { noticeTimes: 15 },
    { submitExperience: "true" },
    { startDate: 2, endDate: 1 },
  ])("are refused with %j", async (change) => {
    await using sandbox = await startedSandbox();

    const answer = await sandbox.schedule("create", aSchedule(change));

    expect(json(answer)).toMatchObject({ success: false, errorCode: 990301, data: null });
    expect((await sandbox.ledger())["schedules"]).toEqual([]);
  });

  it("may carry the newer noticeTimes, repeat and channel", async () => {
    await using sandbox = await startedSandbox();

    await created(sandbox, { noticeTime: undefined, noticeTimes: [15, 60], repeat: 0, channel: "oa-7" });

    expect(await listed(sandbox)).toMatchObject([{ channel: "oa-7", noticeTime: 15 }]);
  });

  it("need a token of scope resGroupSecret", async () => {
    await using sandbox = await startedSandbox();

    const token = await sandbox.token("app");
    const answer = await sandbox.post(`/gateway/cloudwork/newwork/create?accessToken=${token}`, aSchedule());

    expect(answer.status).toBe(403);
  });

  it("are modified field by field, actors added and removed", async () => {
    await using sandbox = await startedSandbox();
    const id = await created(sandbox, { actors: ["a", "b"] });

    const answer = await sandbox.schedule("modify", {
      id,
      openid: creator,
      content: "new",
      addActors: ["c"],
      delActors: ["a"],
    });

    expect(json(answer)).toEqual(done);
    expect((await sandbox.ledger())["schedules"]).toMatchObject([
      { content: "new", actors: ["b", "c"], startDate: 1530002768912 },
    ]);
  });

  it("are deleted by their creator alone, all that are named or none", async () => {
    await using sandbox = await startedSandbox();
    const ids = [await created(sandbox), await created(sandbox, { openid: "another" })];

    const foreign = await sandbox.schedule("delete", { ids, openid: creator });
    const own = await sandbox.schedule("delete", { ids: [ids[0]], openid: creator });
    const gone = await sandbox.schedule("delete", { ids: [ids[0]], openid: creator });

    expect(json(foreign)).toMatchObject({ success: false, errorCode: 990303 });
    expect(json(own)).toEqual(done);
    expect(json(gone)).toMatchObject({ success: false, errorCode: 990302 });
    expect(await listed(sandbox)).toMatchObject([{ workStatus: 2 }, { workStatus: 0 }]);
  });

  it("are finished and unfinished, by an actor for himself alone", async () => {
    await using sandbox = await startedSandbox();
    const id = await created(sandbox, { actors: ["actor"] });

    await sandbox.schedule("finish", { id, openid: "actor" });
    const [afterActor] = await listed(sandbox);
    await sandbox.schedule("finish", { id, openid: creator });
    const [finished] = await listed(sandbox);
    const detail = json(await sandbox.schedule("detail", { id }));
    await sandbox.schedule("unfinish", { id, openid: creator });
    const [unfinished] = await listed(sandbox);
    const stranger = json(await sandbox.schedule("finish", { id, openid: "stranger" }));

    expect(afterActor).toMatchObject({ workStatus: 0, doneTime: null });
    expect(finished).toMatchObject({ workStatus: 1, doneTime: sandbox.now.ms });
    expect(detail.data).toMatchObject({
      participants: [
        { openid: creator, workStatus: 1 },
        { openid: "actor", workStatus: 1 },
      ],
    });
    expect(unfinished).toMatchObject({ workStatus: 0, doneTime: null });
    expect(stranger).toMatchObject({ success: false, errorCode: 990303 });
  });
});

describe("the lists of schedules", () => {
  it("have the fields of document 002", async () => {
    await using sandbox = await startedSandbox();
    const id = await created(sandbox);

    const [day] = await listed(sandbox);
    const team = json(await sandbox.schedule("teamWorks", { lastId: "", size: 50 })).data as Row[];

    const { title, url, workType, ...common } = day ?? {};
    expect([title, url, workType]).toEqual([null, null, null]);
    expect(team).toEqual([common]);
    expect(common).toEqual({
      id,
      openid: creator,
      personName: "员工b4fa",
      type: "cooperationWork",
      channel: null,
      content: "新增单个日程接口",
      startDate: 1530002768912,
      endDate: 1530687800000,
      createDate: sandbox.now.ms,
      doneTime: null,
      noticeTime: 0,
      workStatus: 0,
      readStatus: 0,
      acceptStatus: 0,
      record: true,
    });
  });

  it("page by the last id, at most 1000 a page", async () => {
    await using sandbox = await startedSandbox();
    const ids = [await created(sandbox), await created(sandbox), await created(sandbox)];
    const page = async (lastId: string | null): Promise<unknown> => {
      const rows = json(await sandbox.schedule("teamWorks", { lastId, size: 2 })).data as Row[];
      return rows.map(({ id }) => id);
    };

    expect(await page(null)).toEqual(ids.slice(0, 2));
    expect(await page(ids[1] ?? "")).toEqual(ids.slice(2));
    expect(await page(ids[2] ?? "")).toEqual([]);
    expect(json(await sandbox.schedule("teamWorks", { size: 1_001 })).success).toBe(false);
  });

  it("take days as days in Shanghai, and give what was created on that day", async () => {
    await using sandbox = await startedSandbox();
    sandbox.now.ms = Date.UTC(2026, 0, 5, 15, 59, 59);
    const before = await created(sandbox);
    sandbox.now.ms = Date.UTC(2026, 0, 5, 16);
    const after = await created(sandbox);

    const monday = await listed(sandbox, Date.UTC(2026, 0, 5, 3));
    const tuesday = await listed(sandbox, Date.UTC(2026, 0, 6, 3));

    expect(monday).toMatchObject([{ id: before }]);
    expect(tuesday).toMatchObject([{ id: after }]);
  });

  it("give what takes place on that day when configured so", async () => {
    await using sandbox = await startedSandbox({ settings: { queryByDay: "occurring" } });
    const id = await created(sandbox);

    expect(await listed(sandbox, 1530002768912 + 2 * dayMs)).toMatchObject([{ id }]);
    expect(await listed(sandbox)).toEqual([]);
  });

  it("show late writes late: nothing before a late create, the old before a late change", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.script({ fault: "late", lateMs: 1_000, endpoint: "schedule.create" });
    const id = await created(sandbox);
    const seen = [(await listed(sandbox)).length];
    sandbox.now.ms += 1_000;
    seen.push((await listed(sandbox)).length);

    await sandbox.script({ fault: "late", lateMs: 1_000, endpoint: "schedule.modify" });
    await sandbox.schedule("modify", { id, openid: creator, content: "new" });
    const old = await listed(sandbox);
    sandbox.now.ms += 1_000;
    const changed = await listed(sandbox);

    expect(seen).toEqual([0, 1]);
    expect(old).toMatchObject([{ content: "新增单个日程接口" }]);
    expect(changed).toMatchObject([{ content: "new" }]);
  });

  it("do not show what a write only pretended to store", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.script({ fault: "not-stored", endpoint: "schedule.create" });

    const id = await created(sandbox);

    expect(id).toMatch(/^[0-9a-f]{24}$/);
    expect(await listed(sandbox)).toEqual([]);
  });

  it("are all there is on an installation without detail", async () => {
    await using sandbox = await startedSandbox();
    const id = await created(sandbox);

    await sandbox.control("settings", { scheduleDetail: false });

    expect((await sandbox.schedule("detail", { id })).status).toBe(404);
  });
});

describe("a repeating schedule", () => {
  // Friday, 2 January 2026, 10:00 in Shanghai.
  const friday = Date.UTC(2026, 0, 2, 2);
  const aSeries = (repeat: number, days: number): Row =>
    aSchedule({ startDate: friday, endDate: friday + hourMs, repeat, repeatEndDate: friday + days * dayMs });

  async function starts(sandbox: SandboxClient): Promise<number[]> {
    const schedules = (await sandbox.ledger())["schedules"] as { startDate: number }[];
    return schedules.map(({ startDate }) => (startDate - friday) / dayMs);
  }

  it.each([
    [0, 30, [0]],
    [1, 6, [0, 3, 4, 5, 6]],
    [2, 3, [0, 1, 2, 3]],
    [3, 14, [0, 7, 14]],
    [4, 30, [0, 14, 28]],
    [5, 60, [0, 31, 59]],
  ])("of kind %d over %d days takes place on days %j", async (repeat, days, expected) => {
    await using sandbox = await startedSandbox();

    const { data } = json(await sandbox.schedule("repeatWork", aSeries(repeat, days)));

    const { workIds } = data as { workIds: string[] };
    expect(await starts(sandbox)).toEqual(expected);
    const rows = (await sandbox.ledger())["schedules"] as Row[];
    expect(rows.map(({ id }) => id)).toEqual(workIds);
    expect(rows.map(({ batchId }) => batchId)).toEqual([null, ...workIds.slice(1).map(() => workIds[0])]);
  });

  it("leaves out months that are too short for it", async () => {
    await using sandbox = await startedSandbox();
    const january31 = Date.UTC(2026, 0, 31, 2);

    await sandbox.schedule("repeatWork", {
      ...aSeries(5, 0),
      startDate: january31,
      endDate: january31,
      repeatEndDate: Date.UTC(2026, 3, 30),
    });

    expect(await starts(sandbox)).toEqual([29, 29 + 59]);
  });

  it("is modified as a whole, repeat given as text as in the document's example", async () => {
    await using sandbox = await startedSandbox({ settings: { batchReach: "whole" } });
    await sandbox.schedule("repeatWork", aSeries(2, 2));
    const [parent, child] = (await sandbox.ledger())["schedules"] as Row[];

    const change = {
      id: child?.["id"],
      openid: creator,
      batchId: parent?.["id"],
      content: "new",
      repeat: "1",
    };
    const answer = await sandbox.schedule("batchModify", {
      ...change,
      startDate: friday + dayMs + hourMs,
      endDate: friday + dayMs + 2 * hourMs,
    });

    expect(json(answer)).toEqual(done);
    const rows = (await sandbox.ledger())["schedules"] as Row[];
    expect(rows.map(({ content }) => content)).toEqual(["new", "new", "new"]);
    expect(rows.map(({ startDate }) => startDate)).toEqual(
      [0, 1, 2].map((day) => friday + day * dayMs + hourMs),
    );
  });

  it("is deleted as a whole, by parent without batchId or child with it", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.schedule("repeatWork", aSeries(2, 2));
    const [parent, child] = (await sandbox.ledger())["schedules"] as Row[];

    const nameless = await sandbox.schedule("batchDelete", { id: child?.["id"], openid: creator });
    const foreign = await sandbox.schedule("batchDelete", { id: parent?.["id"], openid: "another" });
    const whole = await sandbox.schedule("batchDelete", { id: parent?.["id"], openid: creator });

    expect([json(nameless).success, json(foreign).success]).toEqual([false, false]);
    expect(json(whole)).toEqual(done);
    const rows = (await sandbox.ledger())["schedules"] as Row[];
    expect(rows.map(({ workStatus }) => workStatus)).toEqual([2, 2, 2]);
  });
});
