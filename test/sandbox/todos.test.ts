import { describe, expect, it } from "vitest";
import { exactNumber } from "../../src/sandbox/exact-numbers.ts";
import { aCheck, anAction, aTodo, json, startedSandbox } from "./sandbox-client.ts";

const received = { error: "", data: {}, errorCode: 0, success: "true" };

describe("generatetodo", () => {
  it("answers document 000's example as document 000 says, and stores one todo a recipient", async () => {
    await using sandbox = await startedSandbox();

    const answer = await sandbox.todo("generatetodo", aTodo({}, ["o1", "o2"]));

    expect(json(answer)).toEqual(received);
    const { todos } = await sandbox.ledger();
    expect(todos).toMatchObject([
      { sourceId: "s1", openId: "o1", title: "待办测试", stores: 1, repeats: 0, deal: false },
      { sourceId: "s1", openId: "o2", stores: 1, repeats: 0 },
    ]);
  });

  it("keeps what it has no use for, digit by digit, for everybody and for each", async () => {
    await using sandbox = await startedSandbox();
    const shared = { todoType: exactNumber("12345678901234567890"), tagId: "12345678901234567890" };
    const own = { no: exactNumber("9007199254740993") };

    await sandbox.todo(
      "generatetodo",
      aTodo({ ...shared, params: [{ openId: "o1" }, { openId: "o2", ...own }] }),
    );

    const { text } = await sandbox.get("/_sandbox/ledger");
    expect(text).toContain(`"others":${JSON.stringify(shared)}`);
    expect(text).toContain(`"others":${JSON.stringify({ ...shared, ...own })}`);
  });

  it("ignores a repeated create silently, and the ledger counts it", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.todo("generatetodo", aTodo());

    const answer = await sandbox.todo("generatetodo", aTodo({ title: "changed" }, ["o1", "o2"]));

    expect(json(answer)).toEqual(received);
    const { todos } = await sandbox.ledger();
    expect(todos).toMatchObject([
      { openId: "o1", title: "待办测试", stores: 1, repeats: 1 },
      { openId: "o2", title: "changed", stores: 1, repeats: 0 },
    ]);
  });

  it.each([
    [{ sourceId: undefined }, "param error:'sourceId' is null."],
    [{ headImg: "" }, "param error:'headImg' is null."],
    [{ title: 5 }, "param error:'title' is invalid."],
    [{ params: [{ status: { DO: 0, READ: 0 } }] }, "param error:'params.0.openId' is null."],
    [{ params: [{ openId: "o1", status: { DO: "0" } }] }, "param error:'params.0.status.DO' is invalid."],
  ])("refuses %j in the platform's words, with errorCode 0", async (change, text) => {
    await using sandbox = await startedSandbox();

    const answer = await sandbox.todo("generatetodo", aTodo(change));

    expect(json(answer)).toEqual({ error: "", data: text, errorCode: 0, success: "false" });
    expect((await sandbox.ledger()).todos).toEqual([]);
  });

  it("accepts 100 recipients and not 101: refused when synchronous, silently dropped when not", async () => {
    await using sandbox = await startedSandbox();
    const many = Array.from({ length: 101 }, (_, index) => `o${index}`);

    const sync = await sandbox.todo("generatetodo", aTodo({ sync: true }, many));
    const async = await sandbox.todo("generatetodo", aTodo({}, many));
    const enough = await sandbox.todo("generatetodo", aTodo({ sync: true }, many.slice(1)));

    expect(json(sync)).toMatchObject({ success: "false", errorCode: 203 });
    expect(json(async)).toEqual(received);
    expect(json(enough)).toMatchObject({ success: "true", errorCode: 200 });
    expect((await sandbox.ledger()).todos).toHaveLength(100);
  });

  it("says in synchronous mode who could not be reached, and stores the others", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.script(
      { fault: "bad-recipients", openIds: ["o2"] },
      { fault: "bad-recipients", fraction: 1 },
      { fault: "member-lookup-failed" },
      { fault: "busy" },
    );

    const answers = [];
    for (const sourceId of ["s1", "s2", "s3", "s4"]) {
      answers.push(json(await sandbox.todo("generatetodo", aTodo({ sourceId, sync: true }, ["o1", "o2"]))));
    }

    expect(answers).toEqual([
      { error: "", success: "false", errorCode: 501, data: ["o2"] },
      { error: "", success: "false", errorCode: 505, data: ["o1", "o2"] },
      { error: "", success: "false", errorCode: 404, data: {} },
      { error: "", success: false, errorCode: 202, data: {} },
    ]);
    expect((await sandbox.ledger()).todos).toMatchObject([{ sourceId: "s1", openId: "o1" }]);
  });

  it("silently drops bad recipients in asynchronous mode", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.script({ fault: "bad-recipients", openIds: ["o2"] });

    const answer = await sandbox.todo("generatetodo", aTodo({}, ["o1", "o2"]));

    expect(json(answer)).toEqual(received);
    expect((await sandbox.ledger()).todos).toMatchObject([{ openId: "o1" }]);
  });
});

describe("action", () => {
  it("without openids changes everyone, and cannot be undone", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.todo("generatetodo", aTodo({}, ["o1", "o2"]));

    const done = await sandbox.todo("action", anAction({ deal: 1, read: 1 }));
    await sandbox.todo("action", anAction({ deal: 0, read: 0 }, { openids: ["o1"] }));

    expect(json(done)).toEqual(received);
    const { todos } = await sandbox.ledger();
    expect(todos).toMatchObject([
      { deal: true, read: true },
      { deal: true, read: true },
    ]);
  });

  it("refuses an empty list of openids and a missing parameter with code 1", async () => {
    await using sandbox = await startedSandbox();

    const empty = await sandbox.todo("action", anAction({ deal: 1 }, { openids: [] }));
    const missing = await sandbox.todo("action", { sourcetype: "1", actiontype: {} });

    expect(json(empty)).toMatchObject({ success: "false", errorCode: 1 });
    expect(json(missing)).toMatchObject({ errorCode: 1, data: "param error:'sourceitemid' is null." });
  });

  it("that comes before its create waits for it, for one hour", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.todo("action", anAction({ deal: 1 }));
    await sandbox.todo("action", anAction({ deal: 1 }, { sourceitemid: "s2", openids: ["o1"] }));

    sandbox.now.ms += 3_599_999;
    await sandbox.todo("generatetodo", aTodo());
    sandbox.now.ms += 1;
    await sandbox.todo("generatetodo", aTodo({ sourceId: "s2" }));

    const { todos } = await sandbox.ledger();
    expect(todos).toMatchObject([
      { sourceId: "s1", deal: true },
      { sourceId: "s2", deal: false },
    ]);
  });

  it("in synchronous mode answers 200, and 502 with the recipients that failed", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.todo("generatetodo", aTodo({}, ["o1", "o2"]));
    await sandbox.script({ fault: "bad-recipients", openIds: ["o2"] });
    const action = anAction({ delete: 1 }, { sync: true, openids: ["o1", "o2"] });

    const failed = await sandbox.todo("action", action);
    const well = await sandbox.todo("action", action);

    expect(json(failed)).toMatchObject({ success: "false", errorCode: 502, data: ["o2"] });
    expect(json(well)).toMatchObject({ success: "true", errorCode: 200 });
  });
});

describe("the order of what is stored", () => {
  it("can be read off one sequence across todos, repeats marked as without effect", async () => {
    await using sandbox = await startedSandbox();

    await sandbox.todo("generatetodo", aTodo());
    await sandbox.todo("action", anAction({ deal: 1 }));
    await sandbox.todo("generatetodo", aTodo());
    await sandbox.todo("generatetodo", aTodo({ sourceId: "s2" }));

    const { todos } = await sandbox.ledger();
    const [first, second] = todos.map(({ history }) => history as { seq: number }[]);
    expect(first).toMatchObject([
      { change: "store", effect: true },
      { change: "deal", effect: true },
      { change: "store", effect: false },
    ]);
    const sequence = [...(first ?? []), ...(second ?? [])].map(({ seq }) => seq);
    expect(sequence).toEqual([...new Set(sequence)].sort((a, b) => a - b));
  });
});

describe("checkcreatetodo", () => {
  async function counts(
    sandbox: Awaited<ReturnType<typeof startedSandbox>>,
    openId = "o1",
    sourceId = "s1",
  ): Promise<unknown> {
    const { data } = json(await sandbox.todo("checkcreatetodo", aCheck(openId, sourceId)));
    const { dealCount, undelCount } = data as Record<string, unknown>;
    return [dealCount, undelCount];
  }

  it("shows absent, pending, done and deleted by its two counts", async () => {
    await using sandbox = await startedSandbox();

    const seen = [await counts(sandbox)];
    await sandbox.todo("generatetodo", aTodo());
    seen.push(await counts(sandbox));
    await sandbox.todo("action", anAction({ deal: 1 }));
    seen.push(await counts(sandbox));
    await sandbox.todo("action", anAction({ delete: 1 }));
    seen.push(await counts(sandbox));

    expect(seen).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [0, 0],
    ]);
  });

  it("answers in the shape of document 000", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.todo("generatetodo", aTodo());

    const answer = await sandbox.todo("checkcreatetodo", aCheck());

    expect(json(answer)).toEqual({
      data: { sourceid: "s1", appid: "500041933", check: true, dealCount: 0, undelCount: 1 },
      success: "true",
      errorCode: 0,
      error: "",
    });
  });

  it("answers five times in any minute, shared by all recipients, and then in its own form of a refusal", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.todo("generatetodo", aTodo({}, ["o1", "o2"]));
    for (const openId of ["o1", "o2", "o1", "o2", "o1"]) {
      sandbox.now.ms += 1_000;
      await counts(sandbox, openId);
    }

    const sixth = json(await sandbox.todo("checkcreatetodo", aCheck("o2")));
    const elsewhere = await counts(sandbox, "o1", "s2");
    sandbox.now.ms += 56_000;
    const later = await counts(sandbox);

    expect(sixth).toMatchObject({ success: "true", errorCode: 0 });
    expect(sixth.data).toMatchObject({ check: false, errormsg: "Request too frequent, try later." });
    expect(elsewhere).toEqual([0, 0]);
    expect(later).toEqual([0, 1]);
    expect((await sandbox.ledger()).violations).toMatchObject({ checkOverLimit: 1 });
  });
});
