import { describe, expect, it } from "vitest";
import { hainanTask } from "../../../../../src/platforms/hainan/task/channel.ts";
import type { PlatformAnswer } from "../../../../../src/platforms/platform-http.ts";
import { TASK_AS_QUERY } from "../../../../support/hainan-tasks.ts";
import { aRequest, answered, aTask, aTaskFor, created, EMPTY, entries, REFUSED, scripted } from "./tasks.ts";

const signal = new AbortController().signal;
const OK = answered({ success: true, content: { success: true, data: null } });

describe("the call of task.create", () => {
  it("carries everything in the query and as text, as document 003's example does", async () => {
    const { account, calls } = scripted([created("t-1")]);
    const input = aTask({ bizTaskId: 7, brandNew: { nested: true }, tags: ["a", 1], absent: null });

    await hainanTask.send(aRequest({ input }), { account, signal });

    expect(calls).toEqual([
      {
        method: "GET",
        isUnobservable: true,
        path: "/tc/v2/openapi/task/create.json",
        query: {
          ...TASK_AS_QUERY,
          bizTaskId: "7",
          brandNew: '{"nested":true}',
          tags: "a,1",
        },
      },
    ]);
  });

  it("is about one assignee, with their own name, and without the list", async () => {
    const { account, calls } = scripted([created("t-1")]);
    const assignees = [
      { assigneeId: "ann" },
      { assigneeId: "bob", assigneeInfo: { name: "Bob" }, bizTaskId: "b2" },
    ];
    const input = { ...aTaskFor(), assignees };
    const recipients = entries({ id: "ann", status: "confirmed" }, { id: "bob" });

    await hainanTask.send(aRequest({ input, recipients, receipt: { packageUuid: "p-1" } }), {
      account,
      signal,
    });

    const query = calls[0]?.query;
    expect(query).toMatchObject({
      assigneeId: "bob",
      assigneeInfo: '{"name":"Bob"}',
      bizTaskId: "b2",
      packageUuid: "p-1",
    });
    expect(query).not.toHaveProperty("assignees");
  });

  it("has the assignee's own subject and pages", async () => {
    const { account, calls } = scripted([created("t-1", "p-1", "own")]);
    const own = { subject: "own", url: "https://a.b/?c=1", mobileUrl: "https://a.b/?m=1" };
    const input = { ...aTaskFor(), assignees: [{ assigneeId: "2001", ...own }] };

    expect((await hainanTask.send(aRequest({ input }), { account, signal })).kind).toBe("confirmed");
    expect(calls[0]?.query).toMatchObject({ ...own, assigneeId: "2001" });
  });

  it("joins the package of the delivery that `of` names, and sends no `of`", async () => {
    const { account, calls } = scripted([created("t-1")]);
    const input = aTask({ of: "oa-0", dueNotifyTypeArr: "app, notification" });
    const reference = { packageUuid: "p-0", taskUuid: "t-0" };

    await hainanTask.send(aRequest({ input, reference }), { account, signal });

    expect(calls[0]?.query).toMatchObject({ packageUuid: "p-0", dueNotifyTypeArr: "app,notification" });
    expect(calls[0]?.query).not.toHaveProperty("of");
  });

  it("opens no second package silently where the one that `of` names is lost", async () => {
    const { account, calls } = scripted([created("t-1")], "dead");

    expect(
      await hainanTask.send(aRequest({ input: aTask({ of: "oa-0" }), reference: {} }), { account, signal }),
    ).toMatchObject({ kind: "rejected", code: "package" });
    expect(calls).toEqual([]);
  });

  it("can be sent although a text holds half a character", async () => {
    const { account, calls } = scripted([created("t-1")]);

    await hainanTask.send(aRequest({ input: aTask({ description: "a\ud800" }) }), { account, signal });

    expect(calls[0]?.query).toMatchObject({ description: "a\ufffd" });
  });
});

describe("the answer to a create", () => {
  it("is proof when it names the task, whose ids are kept for the assignee and for references", async () => {
    const { account } = scripted([created("t-1")]);

    const outcome = await hainanTask.send(aRequest({ input: aTask({ bizTaskId: "b1" }) }), {
      account,
      signal,
    });

    expect(outcome).toEqual({
      kind: "confirmed",
      evidence: { kind: "reply", at: expect.any(Number), digest: expect.any(String) },
      recipientReceipts: { "2001": { bizTaskId: "b1", taskUuid: "t-1", packageUuid: "p-1" } },
      receipt: { packageUuid: "p-1", taskUuid: "t-1", "task:2001": "t-1" },
    });
  });

  it("never moves the delivery to another package than the one that was asked for", async () => {
    const { account } = scripted([created("t-2", "p-elsewhere")]);
    const recipients = entries({ id: "ann", status: "confirmed" }, { id: "bob" });
    const request = aRequest({ input: aTaskFor("ann", "bob"), recipients, receipt: { packageUuid: "p-1" } });

    const outcome = await hainanTask.send(request, { account, signal });

    expect(outcome).toMatchObject({
      receipt: { packageUuid: "p-1", "task:bob": "t-2" },
      recipientReceipts: { bob: { packageUuid: "p-elsewhere" } },
    });
    expect(outcome).not.toHaveProperty("receipt.taskUuid");
  });

  it.each<[string, PlatformAnswer, object]>([
    [
      "empty twice, under a bizTaskId that nobody else is known to have used",
      EMPTY,
      { kind: "unknown", cause: "ambiguous", detail: expect.stringMatching(/success without data, twice/) },
    ],
    ["a refusal", REFUSED, { kind: "rejected", code: "E1", text: "no" }],
    [
      "success without the taskUuid",
      answered({ success: true, content: { data: { a: 1 } } }),
      { kind: "unknown", cause: "ambiguous" },
    ],
    [
      "no JSON",
      { kind: "answered", status: 200, retryAfter: null, text: "<html>" },
      { kind: "unknown", cause: "unreadable" },
    ],
    ["HTTP 502", answered("", 502), { kind: "unknown", cause: "serverError" }],
    ["HTTP 401", answered("", 401), { kind: "unauthorized" }],
    ["HTTP 429", answered("", 429), { kind: "throttled" }],
    ["HTTP 404", answered("", 404), { kind: "rejected", code: "HTTP 404" }],
    ["no connection", { kind: "unreachable", detail: "x" }, { kind: "unreachable" }],
    ["a lost one", { kind: "lost", cause: "timeout", detail: "x" }, { kind: "unknown", cause: "timeout" }],
  ])("that is %s is reported as such", async (_name, answer, outcome) => {
    const { account } = scripted([answer]);

    expect(await hainanTask.send(aRequest(), { account, signal })).toMatchObject(outcome);
  });

  it.each<[string, PlatformAnswer, object]>([
    ["the task, is confirmed", created("t-1"), { kind: "confirmed" }],
    ["nothing, may be there", EMPTY, { kind: "unknown", memo: "empty, then lost" }],
    ["that it is busy, is asked about later", answered("", 503), { kind: "unknown", memo: "tried" }],
    ["a refusal in words, is asked about later", REFUSED, { kind: "unknown", memo: "tried" }],
    ["the same refusal, is rejected", answered("", 413), { kind: "rejected", memo: "tried twice" }],
  ])("that is HTTP 413, and asked once more says %s", async (_name, second, outcome) => {
    const { account, calls } = scripted([answered("", 413), second]);

    expect(await hainanTask.send(aRequest(), { account, signal })).toMatchObject(outcome);
    expect(calls).toHaveLength(2);
    expect(calls[1]?.query).toEqual(calls[0]?.query);
  });

  it("of the next assignee opens no second package where a status refused the first, perhaps after the store", async () => {
    const { account, calls } = scripted([created("t-2")], "dead");
    const input = { ...aTaskFor(), assignees: [{ assigneeId: "ann" }, { assigneeId: "bob" }] };
    const after = (memo: string | null) =>
      hainanTask.send(
        aRequest({ input, recipients: entries({ id: "ann", status: "rejected", memo }, { id: "bob" }) }),
        { account, signal },
      );

    expect(await after("tried twice")).toMatchObject({ kind: "rejected", code: "package" });
    expect(calls).toEqual([]);
    expect((await after(null)).kind).toBe("confirmed");
  });

  it("is a foreign duplicate also after an earlier refusal: only unknown outcomes are asked about", async () => {
    const { account } = scripted([EMPTY]);
    const recipients = entries({ id: "2001", sends: 1 });

    const input = aTask({ bizTaskId: "b1" });

    expect(await hainanTask.send(aRequest({ input, recipients }), { account, signal })).toMatchObject({
      code: "duplicate",
    });
  });
});

describe("a lost package", () => {
  const recipients = entries({ id: "ann", status: "confirmed" }, { id: "bob" });
  const request = aRequest({ input: aTaskFor("ann", "bob"), recipients });

  it("lets later assignees have a new one", async () => {
    const { account, calls } = scripted([created("t-2", "p-2")], "newPackage");

    const outcome = await hainanTask.send(request, { account, signal });

    expect(calls[0]?.query).not.toHaveProperty("packageUuid");
    expect(outcome).toMatchObject({ kind: "confirmed", receipt: { packageUuid: "p-2" } });
  });

  it.each(["confirmed"] as const)(
    "asks for none after a lost answer where the account wants no second one, and the one before is %s",
    async (status) => {
      const { account, calls } = scripted([created("t-2")], "dead");
      const lost = entries({ id: "ann", status }, { id: "bob", status: "unknown", sends: 1 });

      const [outcome] = await hainanTask.check(
        [{ ...request, ...aRequest({ input: request.input, recipients: lost }) }],
        { account, signal },
      );

      expect(calls).toEqual([]);
      expect(outcome?.recipients).toMatchObject([
        { kind: "refused", detail: expect.stringMatching(/package/) },
      ]);
    },
  );

  it("ends later assignees without a call where the account allows no second one", async () => {
    const { account, calls } = scripted([created("t-2")], "dead");

    const outcome = await hainanTask.send(request, { account, signal });

    expect(calls).toEqual([]);
    expect(outcome).toMatchObject({
      kind: "rejected",
      code: "package",
      text: expect.stringMatching(/package/),
    });
  });

  it("is not lost where the first assignee was refused: no task exists yet", async () => {
    const refused = entries({ id: "ann", status: "rejected" }, { id: "bob" });
    const { account, calls } = scripted([created("t-2")], "dead");

    await hainanTask.send({ ...request, recipients: refused }, { account, signal });

    expect(calls).toHaveLength(1);
  });

  it("is not lost where the producer named one", async () => {
    const { account, calls } = scripted([created("t-2")], "dead");
    const input = { ...aTaskFor("ann", "bob"), packageUuid: "p-0" };

    await hainanTask.send({ ...request, input }, { account, signal });

    expect(calls[0]?.query).toMatchObject({ packageUuid: "p-0" });
  });
});

describe("the end of a task", () => {
  const reference = { packageUuid: "p-1", "task:ann": "t-1", "task:bob": "t-2" };
  const end = (input: object, operation = "task.finish") =>
    aRequest({ operation, input: { userId: 1, ...input }, recipients: entries({ id: "*" }), reference });

  it("calls finish with the task of the chosen assignee, and without fields of ours", async () => {
    const { account, calls } = scripted([OK]);

    const outcome = await hainanTask.send(end({ of: "oa-1", assigneeId: "bob", closePackage: true }), {
      account,
      signal,
    });

    expect(outcome).toMatchObject({ kind: "confirmed", evidence: { kind: "reply" } });
    expect(calls).toEqual([
      {
        method: "GET",
        isUnobservable: true,
        path: "/tc/openapi/task/finish.json",
        query: { userId: "1", closePackage: "true", taskUuid: "t-2" },
      },
    ]);
  });

  it("calls cancel with the platform's spelling", async () => {
    const { account, calls } = scripted([OK]);

    await hainanTask.send(end({ taskUuid: "t-9", cancelPakcage: true }, "task.cancel"), { account, signal });

    expect(calls).toMatchObject([
      {
        path: "/tc/openapi/task/cancel.json",
        query: { userId: "1", taskUuid: "t-9", cancelPakcage: "true" },
      },
    ]);
  });

  it.each([
    ["nobody of several is picked", { of: "oa-1" }],
    ["the one that is picked has no task", { of: "oa-1", assigneeId: "carl" }],
  ])("is refused without a call where %s", async (_name, input) => {
    const { account, calls } = scripted([OK]);

    const outcome = await hainanTask.send(end(input), { account, signal });

    expect(outcome).toMatchObject({ kind: "rejected", code: "reference" });
    expect(calls).toEqual([]);
  });

  it("is refused with a reason where the gateway does not expose it", async () => {
    const { account } = scripted([answered({ errorMsg: "no such api" }, 404)]);

    expect(await hainanTask.send(end({ taskUuid: "t-1" }), { account, signal })).toEqual({
      kind: "rejected",
      code: "HTTP 404",
      text: "the gateway does not expose this API: the task has to be ended on the platform itself",
    });
  });

  it("is refused in the platform's own words", async () => {
    const { account } = scripted([REFUSED]);

    expect(await hainanTask.send(end({ taskUuid: "t-1" }), { account, signal })).toMatchObject({
      code: "E1",
      text: "no",
    });
  });
});

describe("the lane", () => {
  it("of a create is its key, so that what refers to it comes after it", () => {
    const { "task.create": create, "task.finish": finish } = hainanTask.operations;

    expect(create?.entity(aTask({ bizTaskId: "b1" }), "oa-1")).toBe(finish?.entity({ of: "oa-1" }, null));
    expect(create?.entity(aTask({ bizTaskId: "b1" }), null)).toBe("b1");
    expect(create?.entity(aTask(), null)).toBe(null);
    expect(finish?.entity({ taskUuid: "t-1" }, "oa-2")).toBe("t-1");
  });
});
