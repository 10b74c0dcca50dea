/**
 * One round of checks over the lists: what is shared, what is proven, what stays open.
 */
import { describe, expect, it } from "vitest";
import type { CheckRequest } from "../../../../../src/platforms/channel.ts";
import { checkMessages } from "../../../../../src/platforms/yunzmall/message/check.ts";
import { awaitInput, type AwaitInput } from "../../../../../src/platforms/yunzmall/message/input.ts";
import { openLedger } from "../../../../../src/delivery/ledger.ts";
import { answer, aRow, listedAccount, rows, type ListedAccount } from "./wire.ts";

function asking(payload: Record<string, unknown>): CheckRequest<AwaitInput> {
  const recipients = openLedger(["*"]);
  return {
    deliveryId: "d1",
    operation: "message.await",
    input: awaitInput.parse(payload),
    key: null,
    outstanding: recipients,
    recipients,
    receipt: null,
    reference: null,
    createdAt: 0,
    now: 0,
  };
}

const check = async (system: ListedAccount, ...payloads: Record<string, unknown>[]) =>
  checkMessages(payloads.map(asking), { account: system.account, signal: AbortSignal.timeout(5_000) });

describe("a round of checks", () => {
  it("reads each list once for all deliveries, and stops where all are found", async () => {
    const system = listedAccount();
    system.lists.unread.push(...rows(45));
    const payloads = Array.from({ length: 30 }, (_, index) => ({ title: `任务 ${45 - index}` }));

    const outcomes = await check(system, ...payloads);

    expect(system.calls).toEqual(["unread 1", "unread 2"]);
    expect(outcomes.every(({ recipients }) => recipients[0]?.kind === "proven")).toBe(true);
    expect(outcomes.map(({ calls }) => calls)).toEqual([2, ...Array.from({ length: 29 }, () => 0)]);
  });

  it("has the platform narrow its lists by plugin and type, and shares the calls of those that name the same", async () => {
    const system = listedAccount();
    system.lists.unread.push(...rows(45, { plugin: "shop", notice_type: 7 }), aRow(99));

    const outcomes = await check(
      system,
      { plugin: "project-manager", notice_type: 1, title: "任务 99" },
      { plugin: "project-manager", notice_type: "1", id: 99 },
      { notice_type: "7", title: "任务 45" },
      { title: "任务 44" },
    );

    expect(system.calls).toEqual([
      "unread 1 plugin=project-manager notice_type=1",
      "unread 1 notice_type=7",
      "unread 1",
    ]);
    expect(outcomes.map(({ recipients, calls }) => [recipients[0]?.kind, calls])).toEqual([
      ["proven", 1],
      ["proven", 0],
      ["proven", 1],
      ["proven", 1],
    ]);
  });

  it("reads every list to its end for a message on none of them, and calls that pending", async () => {
    const system = listedAccount();
    system.lists.read.push(...rows(21, { status: 1 }));

    const [outcome] = await check(system, { title: "nowhere" });

    expect(system.calls).toEqual(["unread 1", "waitHandle 1", "read 1", "read 2"]);
    expect(outcome?.recipients).toEqual([{ kind: "pending", recipient: "*", detail: "no such message yet" }]);
  });

  it("reads no further than `since` where the newest come first", async () => {
    const system = listedAccount();
    system.lists.read.push(...rows(59, { status: 1 }));

    await check(system, { title: "nowhere", state: "read", since: "2022-08-05 17:30:00" });

    expect(system.calls).toEqual(["waitHandle 1", "read 1", "read 2"]);
  });

  it("reads on past `since` where the order is another one", async () => {
    const system = listedAccount();
    system.lists.read.push(...rows(59, { status: 1 }).toReversed());

    const [outcome] = await check(system, { title: "任务 59", state: "read", since: "2022-08-05 17:30:00" });

    expect(outcome?.receipt).toEqual({ messageId: "59" });
  });

  it.each([
    ["delivered", {}, "proven", "delivered: message 1"],
    ["delivered", { status: 1 }, "proven", "read: message 1"],
    ["delivered", { handle_status: 0 }, "proven", "handled: message 1"],
    ["read", {}, "pending", null],
    ["read", { handle_status: 0 }, "pending", null],
    ["read", { status: 1 }, "proven", "read: message 1"],
    ["read", { status: 1, handle_status: 0 }, "proven", "read and handled: message 1"],
    ["handled", { status: 1 }, "pending", null],
    ["handled", { handle_status: 0 }, "proven", "handled: message 1"],
    ["handled", { status: 1, handle_status: 0 }, "proven", "read and handled: message 1"],
    ["handled", { status: 1, handle_status: null }, "pending", null],
  ])("asked for %s, seeing %o: %s", async (state, fields, kind, note) => {
    const system = listedAccount();
    const row = aRow(1, fields);
    if (row["status"] === 0) system.lists.unread.push(row);
    else system.lists.read.push(row);
    if (row["handle_status"] === 1) system.lists.waitHandle.push(row);

    const [outcome] = await check(system, { title: "任务 1", state });

    expect(outcome?.recipients[0]).toMatchObject({ kind, ...(note === null ? {} : { evidence: { note } }) });
  });

  it("takes a later match that has come far enough for an earlier one that has not", async () => {
    const system = listedAccount();
    system.lists.read.push(
      aRow(2, { status: 1, handle_status: 1 }),
      aRow(1, { status: 1, handle_status: 0 }),
    );

    const [outcome] = await check(system, { plugin: "project-manager", state: "handled" });

    expect(outcome?.receipt).toEqual({ messageId: "1" });
  });

  it("keeps what was seen before a list failed, and is inconclusive for the rest", async () => {
    const system = listedAccount((call) => (call === "read 1" ? answer({ result: 0, data: [] }) : undefined));
    system.lists.unread.push(aRow(1));

    const outcomes = await check(system, { title: "任务 1" }, { title: "任务 2" });

    expect(outcomes.map(({ recipients }) => recipients[0]?.kind)).toEqual(["proven", "inconclusive"]);
  });

  it("is inconclusive for a delivery that the account's rate did not let it ask about", async () => {
    const system = listedAccount();
    const account = {
      ...system.account,
      permitCall: async () => ({ kind: "denied", retryAfterMs: 300 }) as const,
    };

    const outcomes = await checkMessages([asking({ title: "a" })], {
      account,
      signal: AbortSignal.timeout(5_000),
    });

    expect(outcomes).toEqual([{ recipients: [], calls: 0, retryAfterMs: 300 }]);
  });
});

describe("a criterion", () => {
  it.each([
    [{ plugin: "project-manager" }, true],
    [{ plugin: "shop" }, false],
    [{ notice_type: 1 }, true],
    [{ notice_type: "1" }, true],
    [{ notice_type: "2" }, false],
    [{ recipient_id: 2 }, true],
    [{ recipient_id: "3" }, false],
    [{ title: "任务 1" }, true],
    [{ title: "任务" }, false],
    [{ project_name: "默认项目" }, true],
    [{ id: 1 }, true],
    [{ id: "1" }, true],
    [{ id: 2 }, false],
    [{ head: "h" }, true],
    [{ head: "H" }, false],
    [{ content: "进行中" }, false],
    [{ content: null, title: "任务 1", plugin: null }, true],
    [{ project_name: "a", title: "任务 1" }, false],
    [{ since: "2022-08-05 17:01:00" }, true],
    [{ since: "2022-08-05T09:01:00.900Z" }, true],
    [{ since: "2022-08-05 17:01:01" }, false],
    [{ since: "2022-08-05T17:01:00Z" }, false],
  ])("%o: %s", async (criterion, matches) => {
    const system = listedAccount();
    system.lists.unread.push(aRow(1));

    const [outcome] = await check(system, criterion);

    expect(outcome?.recipients[0]?.kind).toBe(matches ? "proven" : "pending");
  });
});
