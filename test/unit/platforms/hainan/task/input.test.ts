import { describe, expect, it } from "vitest";
import { cancelInput, createInput, finishInput } from "../../../../../src/platforms/hainan/task/input.ts";
import { parsePayload } from "../../../../../src/platforms/parse-payload.ts";
import { ExactNumber } from "../../../../../src/delivery/exact-number.ts";
import { aTask, aTaskFor } from "./tasks.ts";

const urlOf = (length: number): string => "https://oa.example/?id=".padEnd(length, "1");
const several = (assignees: readonly unknown[]) => ({ ...aTaskFor(), assignees });

describe("a payload of task.create", () => {
  it.each([
    ["document 003's example", aTask()],
    [
      "everything as text",
      aTask({ dueNotifyTypeArr: "app,notification", dueNotifyLevel: "0", isSendWindowNotice: "true" }),
    ],
    ["people as JSON in text", aTask({ assigneeInfo: '{"imgId":"","name":"张三"}', creatorInfo: "{}" })],
    ["a subject of 200 characters", aTask({ subject: "字".repeat(200) })],
    ["a subject of 200 characters that are pairs in UTF-16", aTask({ subject: "😀".repeat(200) })],
    ["URLs of 1000 characters", aTask({ url: urlOf(1_000), mobileUrl: urlOf(1_000) })],
    ["a page behind #", aTask({ url: "https://oa.example/app/#/todo?id=1" })],
    ["the last day of February", aTask({ dueTime: "2024-02-29 23:59:59" })],
    ["fields that the document does not name", aTask({ brandNew: { nested: [1] } })],
    ["three assignees", aTaskFor("2001", "2002", "2003")],
    [
      "assignees with their own names and ids",
      several([{ assigneeId: "1", assigneeInfo: {}, bizTaskId: "b" }]),
    ],
    [
      "assignees with a subject and pages of their own",
      several([{ assigneeId: "1", subject: "s", url: "https://a.b/?c=1", mobileUrl: "https://a.b/?m=1" }]),
    ],
    ["a package that exists already", aTask({ packageUuid: "p-0" })],
    ["the package of another delivery", aTask({ of: "oa-1" })],
    ["two ways of notification with a space between them", aTask({ dueNotifyTypeArr: "app, notification" })],
  ])("may be %s", (_name, payload) => {
    const parsed = createInput.safeParse(payload);

    expect(parsed.error?.issues ?? []).toEqual([]);
    expect(parsed.data).toEqual(payload);
  });

  it.each([
    ["subject", { subject: "字".repeat(201) }],
    ["subject", { subject: "" }],
    ["subject", { subject: undefined }],
    ["creatorId", { creatorId: undefined }],
    ["tenantId", { tenantId: "" }],
    ["tenantId", { tenantId: 2 ** 60 }],
    ["url", { url: "https://oa.example/todo" }],
    ["url", { url: "https://oa.example/todo?" }],
    ["url", { url: "oa.example/todo?id=1" }],
    ["url", { url: urlOf(1_001) }],
    ["mobileUrl", { mobileUrl: undefined }],
    ["mobileUrl", { mobileUrl: "https://oa.example/a b?id=1" }],
    ["dueTime", { dueTime: "2024-06-06" }],
    ["dueTime", { dueTime: "2024-06-06T12:00:03" }],
    ["dueTime", { dueTime: "2023-02-29 12:00:00" }],
    ["dueTime", { dueTime: "2024-06-06 24:00:00" }],
    ["dueTime", { dueTime: 1_717_646_403_000 }],
    ["dueNotifyTypeArr", { dueNotifyTypeArr: ["sms"] }],
    ["dueNotifyTypeArr", { dueNotifyTypeArr: "app,sms" }],
    ["dueNotifyTypeArr", { dueNotifyTypeArr: [] }],
    ["dueNotifyLevel", { dueNotifyLevel: 5 }],
    ["dueNotifyLevel", { dueNotifyLevel: "x" }],
    ["isSendWindowNotice", { isSendWindowNotice: 1 }],
    ["isSendDynamicCard", { isSendDynamicCard: "yes" }],
    ["detailLinkOpenType", { detailLinkOpenType: "window" }],
    ["assigneeInfo", { assigneeInfo: "张三" }],
    ["creatorInfo", { creatorInfo: "[]" }],
    ["assigneeId", { assigneeId: undefined }],
    ["assignees", { assignees: [{ assigneeId: "2" }] }],
  ])("is refused at %s with %j", (field, change) => {
    const issues = createInput.safeParse(aTask(change)).error?.issues ?? [];

    expect(issues.map(({ path }) => path.join("."))).toContain(field);
  });

  it("accepts ids that are numbers of any length, and keeps all their digits as text", () => {
    const ids = {
      tenantId: 1,
      creatorId: new ExactNumber("1.0"),
      assigneeId: new ExactNumber("9007199254740993"),
    };

    expect(parsePayload(createInput, aTask({ ...ids, bizTaskId: "b" }))).toMatchObject({
      success: true,
      data: { tenantId: "1", creatorId: "1", assigneeId: "9007199254740993" },
    });
    expect(parsePayload(createInput, aTask({ assigneeId: new ExactNumber("1.5") })).success).toBe(false);
  });

  it("treats null in an optional field as absent, beside an assignee too", () => {
    const names = [
      "bizTaskId",
      "assigneeId",
      "dueTime",
      "packageUuid",
      "of",
      "dueNotifyTypeArr",
      "dueNotifyLevel",
      "tag",
    ];
    const nulls = Object.fromEntries(names.map((name) => [name, null]));
    const payload = { ...aTaskFor(), ...nulls, assignees: [{ assigneeId: "1", url: null, bizTaskId: null }] };

    const { data } = createInput.safeParse(payload);

    expect(data).toMatchObject({ assignees: [{ assigneeId: "1" }] });
    expect(Object.values(data ?? {})).not.toContain(null);
    expect(Object.keys(data?.assignees?.[0] ?? {})).toEqual(["assigneeId"]);
  });

  it.each([
    ["mobileurl", "mobileUrl"],
    ["asigneeInfo", "assigneeInfo"],
    ["subjct", "subject"],
  ])("names the nearest field for %s beside an assignee", (written, meant) => {
    const issues = createInput.safeParse(several([{ assigneeId: "1", [written]: "x" }])).error?.issues ?? [];

    expect(issues).toMatchObject([
      { path: ["assignees", 0, written], message: expect.stringMatching(`did you mean ${meant}`) },
    ]);
  });

  it.each([
    ["of", { packageUuid: "p-0", of: "oa-1" }],
    ["of", { of: "" }],
  ])("is refused at %s with %j", (field, change) => {
    const issues = createInput.safeParse(aTask(change)).error?.issues ?? [];

    expect(issues.map(({ path }) => path.join("."))).toContain(field);
  });

  it.each([
    ["assignees", several([])],
    ["assignees", several([{ assigneeId: "1" }, { assigneeId: 1 }])],
    [
      "assignees",
      several([
        { assigneeId: "1", bizTaskId: "b" },
        { assigneeId: "2", bizTaskId: "b" },
      ]),
    ],
    ["assignees.0.assigneeinfo", several([{ assigneeId: "1", assigneeinfo: {} }])],
    ["assignees.1.assigneeId", several([{ assigneeId: "1" }, {}])],
    ["assignees", several(Array.from({ length: 501 }, (_, index) => ({ assigneeId: index })))],
    ["assigneeInfo", { ...several([{ assigneeId: "1" }]), assigneeInfo: {} }],
  ])("is refused at %s where its assignees are wrong: %#", (field, payload) => {
    const issues = createInput.safeParse(payload).error?.issues ?? [];

    expect(issues.map(({ path }) => path.join("."))).toContain(field);
  });
});

describe("a payload that ends a task", () => {
  it.each([
    { userId: "1", taskUuid: "t-1" },
    { userId: "1", of: "oa-1", closePackage: true },
    { userId: "1", of: "oa-1", assigneeId: "2001", closePackage: "false", more: 1 },
  ])("may be %j", (payload) => {
    expect(finishInput.safeParse(payload).data).toEqual(payload);
  });

  it.each([
    ["userId", { taskUuid: "t-1" }],
    ["taskUuid", { userId: "1" }],
    ["of", { userId: "1", taskUuid: "t-1", of: "oa-1" }],
    ["assigneeId", { userId: "1", taskUuid: "t-1", assigneeId: "2001" }],
    ["closePackage", { userId: "1", taskUuid: "t-1", closePackage: "yes" }],
  ])("is refused at %s: %j", (field, payload) => {
    const issues = finishInput.safeParse(payload).error?.issues ?? [];

    expect(issues.map(({ path }) => path.join("."))).toContain(field);
  });

  it("accepts the platform's spelling cancelPakcage, and warns about the right one", () => {
    const named = { userId: "1", taskUuid: "t-1" };

    expect(cancelInput.safeParse({ ...named, cancelPakcage: true }).success).toBe(true);
    expect(cancelInput.safeParse({ ...named, cancelPackage: true }).error?.issues[0]?.path).toEqual([
      "cancelPackage",
    ]);
  });
});
