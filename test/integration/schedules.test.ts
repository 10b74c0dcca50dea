/**
 * Schedules end to end (document 002): each operation is proven by reading the platform back, whatever
 * becomes of its answer, and no schedule proves two deliveries.
 */
import { afterEach, describe, expect, it } from "vitest";
import { wireAccount } from "../../src/app/compose.ts";
import type { AccountAccess } from "../../src/platforms/account-access.ts";
import type { CheckRequest, SendRequest } from "../../src/platforms/channel.ts";
import { yunzhijiaSchedule } from "../../src/platforms/yunzhijia/schedule/channel.ts";
import { daysOf } from "../../src/platforms/yunzhijia/schedule/days.ts";
import type { ScheduleInput } from "../../src/platforms/yunzhijia/schedule/input.ts";
import { openLedger } from "../../src/delivery/ledger.ts";
import type { Delivery, Receipt } from "../../src/delivery/record.ts";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import { connect } from "../../src/storage/connection.ts";
import { RedisClock } from "../../src/storage/redis-clock.ts";
import { eventually } from "../support/eventually.ts";
import {
  a,
  ALL,
  aMeeting,
  ANN,
  aSeries,
  expectAllDone,
  FRIDAY,
  HOUR,
  oneOfEach,
} from "../support/schedules.ts";
import type { SystemOptions } from "../support/system.ts";
import { startSystem, type Lookup, type System } from "../support/system.ts";

let system: System;
afterEach(async () => system.close());

async function open(lookup: Lookup, options: SystemOptions = {}): Promise<System> {
  system = await startSystem({ lookup, ...options });
  return system;
}

describe("every operation on schedules", () => {
  it.each([
    ["lists", "list"],
    ["detail", "detail"],
  ] as const)("is proven by %s", async (lookup, evidence) => {
    await open(lookup);

    const ended = await system.deliver(...(await oneOfEach(system)));

    expect(ended.map(({ state }) => [state.status, state.sends])).toEqual(ALL.map(() => ["confirmed", 1]));
    expect(ended.map(({ state }) => state.recipients[0]?.evidence?.kind)).toEqual(ALL.map(() => evidence));
    await expectAllDone(system);
  });

  it.each(["cut-after", "error-after", "late"])("%s: is verified, and never sent twice", async (fault) => {
    await open("lists");
    const inputs = await oneOfEach(system);
    const late = fault === "late" ? { lateMs: 20_000 } : {};
    await system.misbehave({ script: ALL.map((name) => ({ fault, endpoint: `schedule.${name}`, ...late })) });

    const ended = await system.deliver(...inputs);

    expect(ended.map(({ state }) => [state.status, state.sends])).toEqual(ALL.map(() => ["confirmed", 1]));
    await expectAllDone(system);
  });

  it.each(["not-stored", "error-before"])("%s: is sent again once absence is proven", async (fault) => {
    await open("lists");
    const inputs = await oneOfEach(system);
    await system.misbehave({ script: ALL.map((name) => ({ fault, endpoint: `schedule.${name}` })) });

    const ended = await system.deliver(...inputs);

    expect(ended.map(({ state }) => [state.status, state.sends])).toEqual(ALL.map(() => ["confirmed", 2]));
    await expectAllDone(system);
  });
});

describe("a schedule that is named by `of`", () => {
  it("is known from the list alone where the create's answer was lost", async () => {
    await open("lists", { faults: { script: [{ fault: "cut-after", endpoint: "schedule.create" }] } });

    const [created, moved, deleted] = await system.deliver(
      a("create", aMeeting("first"), "k"),
      a("modify", { of: "k", content: "second" }),
      a("delete", { of: "k" }),
    );

    const [only] = await system.stored();
    expect(created?.state.receipt).toEqual({ workId: only?.id });
    expect([moved?.state.status, deleted?.state.status]).toEqual(["confirmed", "confirmed"]);
    expect(only?.history.map(({ change }) => change)).toEqual(["store", "modify", "delete"]);
  });

  it("has its changes sent again when no list shows whether they arrived", async () => {
    await open("lists", { faults: { script: [{ fault: "cut-after", endpoint: "schedule.modify" }] } });

    const [, invited] = await system.deliver(
      a("create", aMeeting("first"), "k"),
      a("modify", { of: "k", content: "first", addActors: ["bob"] }),
    );

    expect(invited?.state).toMatchObject({ status: "confirmed", sends: 2 });
    expect(await system.stored("first")).toMatchObject([{ actors: ["bob"] }]);
  });
});

describe("a batch operation by a child's id", () => {
  it.each(["onwards", "whole"])("that reaches %s is done with one send", async (batchReach) => {
    await open("lists");
    await system.settings({ batchReach });
    const [modified, deleted] = await system.deliver(
      a("repeat", aSeries("modified"), "m"),
      a("repeat", aSeries("deleted"), "d"),
    );
    const child = (series: Delivery | undefined): Record<string, unknown> => {
      const [parent, id] = series?.state.receipt?.["workIds"]?.split(",") ?? [];
      return { id, batchId: parent };
    };

    const ended = await system.deliver(
      a("batchModify", { ...child(modified), content: "changed" }),
      a("batchDelete", child(deleted)),
    );

    expect(ended.map(({ state }) => [state.status, state.sends])).toEqual([
      ["confirmed", 1],
      ["confirmed", 1],
    ]);
    const reached = batchReach === "whole" ? 3 : 2;
    expect(await system.stored("changed")).toHaveLength(reached);
    expect((await system.stored("deleted")).filter(({ workStatus }) => workStatus === 2)).toHaveLength(
      reached,
    );
  });
});

describe("equal creates", () => {
  const equals = (count: number): EnqueueInput[] =>
    Array.from({ length: count }, () => a("create", aMeeting("equal")));

  it("two at once, both answers lost: exactly two schedules, one for each", async () => {
    await open("lists", {
      faults: { script: [{ fault: "cut-after", endpoint: "schedule.create", times: 2 }] },
    });

    const ended = await system.deliver(...equals(2));

    expect(ended.map(({ state }) => [state.status, state.sends])).toEqual([
      ["confirmed", 1],
      ["confirmed", 1],
    ]);
    const ids = (await system.stored("equal")).map(({ id }) => id);
    expect(ids).toHaveLength(ended.length);
    expect(new Set(ended.map(({ state }) => state.receipt?.["workId"]))).toEqual(new Set(ids));
  });

  it("many at once, each answer lost in its own way: exactly as many schedules", async () => {
    const faults = ["cut-after", "cut-before", "not-stored", "error-after", "error-before", "late"];
    await open("auto", {
      faults: { script: faults.map((fault) => ({ fault, endpoint: "schedule.create" })) },
    });

    const ended = await system.deliver(...equals(8));

    expect(ended.map(({ state }) => state.status)).toEqual(ended.map(() => "confirmed"));
    const ids = (await system.stored("equal")).map(({ id }) => id);
    expect(ids).toHaveLength(ended.length);
    expect(new Set(ended.map(({ state }) => state.receipt?.["workId"]))).toEqual(new Set(ids));
  });

  it("two equal series, both answers lost: exactly two series, each with all its occurrences", async () => {
    await open("lists", {
      faults: { script: [{ fault: "cut-after", endpoint: "schedule.repeatWork", times: 2 }] },
    });

    const ended = await system.deliver(a("repeat", aSeries("equal")), a("repeat", aSeries("equal")));

    const claimed = ended.flatMap(({ state }) => state.receipt?.["workIds"]?.split(",") ?? []);
    expect(ended.map(({ state }) => [state.status, state.sends])).toEqual([
      ["confirmed", 1],
      ["confirmed", 1],
    ]);
    const ids = (await system.stored("equal")).map(({ id }) => id);
    expect(claimed).toHaveLength(ids.length);
    expect(new Set(claimed)).toEqual(new Set(ids));
  });
});

describe("a platform that alters what it stores", () => {
  const content = "季度  经营分析 & <总结>\n会🎉 ";

  it.each(["spaces", "trimmed", "lines", "entities", "decomposed", "fullwidth-spaces", "seconds"])(
    "%s: a create whose answer was lost is recognised, and not sent again",
    async (storedText) => {
      await open("lists", { faults: { script: [{ fault: "cut-after", endpoint: "schedule.create" }] } });
      await system.settings({ storedText });

      const odd = { startDate: FRIDAY + 912, endDate: FRIDAY + HOUR + 499 };
      const [created] = await system.deliver(a("create", aMeeting(content, odd)));

      expect(created?.state).toMatchObject({ status: "confirmed", sends: 1 });
      expect(await system.stored()).toHaveLength(1);
    },
  );

  it.each(["cut", "no-emoji", "question-marks"])(
    "%s: it is neither proven nor sent again, and a person decides",
    async (storedText) => {
      await open("lists", { faults: { script: [{ fault: "cut-after", endpoint: "schedule.create" }] } });
      await system.settings({ storedText });

      const deadline = new Date(Date.now() + 4_000).toISOString();
      const [created] = await system.deliver({ ...a("create", aMeeting(content)), deadline });

      expect(created?.state).toMatchObject({ status: "dead", reason: "unproven", sends: 1 });
      expect(await system.stored()).toHaveLength(1);
    },
  );
});

describe("what a person has done since", () => {
  it("to a schedule whose modification was lost is not overwritten", async () => {
    await open("detail", { withoutWorker: true });
    await using account = anAccount();
    const id = await createdBefore("cut-after", account);
    const change = { openid: ANN, id, content: "what was sent" };

    const lost = await sendOf("modify", change, account);
    await sendOf("modify", { ...change, content: "what a person wrote" }, account);
    const kind = await kindAfter("modify", change, lost, account);

    expect(lost.kind).toBe("unknown");
    expect(kind).toBe("contradicted");
  });

  it("before the send is no contradiction: a modification that did not arrive is absent", async () => {
    await open("detail", { withoutWorker: true });
    await using account = anAccount();
    const id = await createdBefore("cut-before", account);
    const change = { openid: ANN, id, content: "equal, and what was sent" };

    const lost = await sendOf("modify", change, account);

    expect(await kindAfter("modify", change, lost, account)).toBe("absent");
  });
});

/** The id of a schedule whose next modification meets this fault. */
async function createdBefore(fault: string, account: { access: AccountAccess }): Promise<string> {
  const created = await send("first", account);
  await system.misbehave({ script: [{ fault, endpoint: "schedule.modify" }] });
  return created.kind === "accepted" ? (created.receipt?.["workId"] ?? "") : "";
}

async function sendOf(
  operation: string,
  input: ScheduleInput,
  { access }: { access: AccountAccess },
  deliveryId = operation,
): ReturnType<typeof yunzhijiaSchedule.send> {
  const request: SendRequest<ScheduleInput> = {
    deliveryId,
    operation: `schedule.${operation}`,
    input,
    key: null,
    targets: ["*"],
    recipients: openLedger(["*"]),
    receipt: null,
    reference: null,
    now: Date.now(),
  };
  return yunzhijiaSchedule.send(request, { account: access, signal: AbortSignal.timeout(20_000) });
}

async function kindAfter(
  operation: string,
  input: ScheduleInput,
  outcome: Awaited<ReturnType<typeof sendOf>>,
  account: { access: AccountAccess },
): Promise<string | undefined> {
  const memo = "memo" in outcome ? (outcome.memo ?? null) : null;
  const request = aCheck(operation, null);
  const ledger = request.outstanding.map((entry) => ({ ...entry, memo }));
  const changed = { operation: `schedule.${operation}`, input, outstanding: ledger, recipients: ledger };
  const [checked] = await check([{ ...request, ...changed }], account);
  return checked?.recipients[0]?.kind;
}

/** 1 around midnight in Shanghai, when a schedule of this moment may be on the list of either day; otherwise 0. */
function secondDays(): number {
  const now = Date.now();
  return daysOf(now - 5 * 60_000, now + 5 * 60_000).length - 1;
}

describe("one account, asked directly", () => {
  it("a create that an equal one has claimed first is verified, and takes the other's", async () => {
    await open("lists", { withoutWorker: true });
    await using account = anAccount();
    const slow = { fault: "slow-drip", endpoint: "schedule.create", totalMs: 20_000 };
    await system.misbehave({ script: [{ fault: "cut-before", endpoint: "schedule.create" }, slow] });
    const lost = await send("lost", account);

    const sending = send("slow", account);
    await eventually(
      () => system.stored("equal"),
      (schedules) => schedules.length === 1,
    );
    const [found] = await check([aCheck("lost", null)], account);

    expect(lost.kind).toBe("unknown");
    expect(found?.recipients[0]?.kind).toBe("proven");
    expect(await sending).toMatchObject({ kind: "unknown", cause: "ambiguous" });
    const [absent] = await check([aCheck("slow", null)], account);
    expect(absent?.recipients[0]?.kind).toBe("absent");
  });

  it.each([
    ["created", "accepted"],
    ["created", "unknown"],
    ["occurring", "accepted"],
    ["occurring", "unknown"],
  ] as const)(
    "1,000 schedules of today (lists by day %s, %s) cost at most 3 calls",
    async (meaning, status) => {
      await open("lists", { withoutWorker: true });
      await system.settings({ queryByDay: meaning });
      await using account = anAccount();
      const names = Array.from({ length: 1_000 }, (_, index) => `d${index}`);
      const receipts = await inBatches(names, async (name) => {
        const outcome = await send(name, account);
        return outcome.kind === "accepted" ? (outcome.receipt ?? null) : null;
      });
      const before = await listCalls();

      const round = names.map((name, index) =>
        aCheck(name, status === "accepted" ? (receipts[index] ?? null) : null),
      );
      const outcomes = await check(round, account);

      const proven = outcomes.filter(({ recipients }) => recipients[0]?.kind === "proven");
      expect(proven).toHaveLength(1_000);
      expect((await listCalls()) - before).toBeLessThanOrEqual(3 + secondDays());
    },
  );

  it("1,000 schedules that are not shown yet cost at most 3 calls", async () => {
    await open("lists", { withoutWorker: true });
    await using account = anAccount();
    const round = Array.from({ length: 1_000 }, (_, index) => aCheck(`d${index}`, { workId: `w${index}` }));

    const outcomes = await check(round, account);

    expect(outcomes.every(({ recipients }) => recipients[0]?.kind === "absent")).toBe(true);
    expect(await listCalls()).toBeLessThanOrEqual(3 + secondDays());
  });

  it("a check that the rate does not permit is postponed, not answered", async () => {
    const account = "resGroupSecret: sandbox-schedule-secret\n    rate: { schedule: 1/min }";
    system = await startSystem({ lookup: "auto", withoutWorker: true, account });
    await using anyone = anAccount();
    await anyone.access.permitCall("schedule", AbortSignal.timeout(1_000));

    const [outcome] = await check([aCheck("late", null)], anyone);

    expect(outcome).toMatchObject({ recipients: [], calls: 0 });
    expect(outcome?.retryAfterMs).toBeGreaterThan(0);
  });
});

async function send(
  deliveryId: string,
  account: { access: AccountAccess },
): ReturnType<typeof yunzhijiaSchedule.send> {
  return sendOf("create", meetingOf(deliveryId), account, deliveryId);
}

function meetingOf(deliveryId: string): ScheduleInput {
  return { openid: ANN, ...aMeeting(deliveryId.startsWith("d") ? deliveryId : "equal") };
}

function aCheck(deliveryId: string, receipt: Receipt | null): CheckRequest<ScheduleInput> {
  const now = Date.now();
  const status = receipt === null ? ("unknown" as const) : ("accepted" as const);
  const ledger = openLedger(["*"]).map((entry) => ({ ...entry, status, sends: 1, sentAt: now }));
  return {
    deliveryId,
    operation: "schedule.create",
    input: meetingOf(deliveryId),
    key: null,
    outstanding: ledger,
    recipients: ledger,
    receipt,
    reference: null,
    createdAt: now - 10_000,
    now,
  };
}

async function check(
  batch: readonly CheckRequest<ScheduleInput>[],
  { access }: { access: AccountAccess },
): ReturnType<typeof yunzhijiaSchedule.check> {
  return yunzhijiaSchedule.check(batch, { account: access, signal: AbortSignal.timeout(20_000) });
}

async function listCalls(): Promise<number> {
  const counts = await Promise.all(["queryByDay", "teamWorks", "detail"].map((name) => system.calls(name)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function inBatches<T, R>(items: readonly T[], deed: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let at = 0; at < items.length; at += 100) {
    done.push(...(await Promise.all(items.slice(at, at + 100).map(deed))));
  }
  return done;
}

/** The account as a worker has it: real Redis, real HTTP. */
function anAccount(): { access: AccountAccess; [Symbol.asyncDispose]: () => Promise<void> } {
  const { config } = system;
  const redis = connect(config.redis, { role: "worker", onError: () => undefined });
  const queueRedis = connect(config.redis, { role: "worker", onError: () => undefined });
  const settings = config.accounts["yzj"];
  if (settings === undefined) throw new Error("the account is not configured");
  const { context, close } = wireAccount({
    name: "yzj",
    settings,
    config,
    redis,
    queueRedis,
    clock: new RedisClock(redis),
    emit: () => undefined,
    tuning: {},
  });
  return {
    access: context.account,
    [Symbol.asyncDispose]: async () => {
      await close();
      await Promise.all([redis.quit(), queueRedis.quit()]);
    },
  };
}

describe("the lists", () => {
  it.each(["error-before", "broken-json", "huge-body"])(
    "%s on a list is never read as absence",
    async (fault) => {
      await open("lists", {
        faults: {
          script: [
            { fault: "cut-after", endpoint: "schedule.create" },
            { fault, endpoint: "schedule.queryByDay", times: 4 },
          ],
        },
      });

      const [created] = await system.deliver(a("create", aMeeting("once")));

      expect(created?.state).toMatchObject({ status: "confirmed", sends: 1 });
      expect(created?.state.recipients[0]?.absences).toBe(0);
      expect(await system.stored("once")).toHaveLength(1);
    },
  );

  it("by day of taking place are understood, and their meaning is remembered", async () => {
    await open("lists");
    await system.settings({ queryByDay: "occurring" });

    const inputs = await oneOfEach(system);
    await system.misbehave({
      script: ["create", "repeatWork"].map((name) => ({ fault: "cut-after", endpoint: `schedule.${name}` })),
    });
    const ended = await system.deliver(...inputs);

    expect(ended.map(({ state }) => [state.status, state.sends])).toEqual(ALL.map(() => ["confirmed", 1]));
    await expectAllDone(system);
  });

  it("a token that expired while a list was read is no absence", async () => {
    await open("lists", {
      faults: { script: [{ fault: "token-expired", as: "200", endpoint: "schedule.queryByDay", times: 2 }] },
    });

    const [created] = await system.deliver(a("create", aMeeting("once")));

    expect(created?.state).toMatchObject({ status: "confirmed", sends: 1 });
  });
});

describe("whether detail exists", () => {
  it("is found out once, and the lists are used where it does not exist", async () => {
    await open("auto");
    await system.settings({ scheduleDetail: false });

    const [first] = await system.deliver(a("create", aMeeting("first")));
    const rest = await system.deliver(...["b", "c", "d"].map((name) => a("create", aMeeting(name))));

    expect(first?.state.recipients[0]?.evidence?.kind).toBe("list");
    expect(rest.map(({ state }) => state.status)).toEqual(["confirmed", "confirmed", "confirmed"]);
    expect(await system.calls("detail")).toBe(1);
  });

  it("is found out by using it where it exists", async () => {
    await open("auto");

    const [created] = await system.deliver(a("create", aMeeting("first")));

    expect(created?.state.recipients[0]?.evidence?.kind).toBe("detail");
    expect(await system.calls("queryByDay")).toBe(0);
  });
});

describe("what cannot be done ends with a reason", () => {
  it("an account without resGroupSecret", async () => {
    system = await startSystem({ lookup: "auto", account: "" });

    const [created] = await system.deliver(a("create", aMeeting("never")));

    expect(created?.state).toMatchObject({ status: "dead", reason: "rejected" });
    expect(created?.state.detail).toContain("the account has no resGroupSecret");
    expect((await system.ledger()).calls).toEqual({});
  });

  it("a refusal of the platform, believed with a fresh token", async () => {
    await open("lists");

    const [finished] = await system.deliver(a("finish", { id: "5b33275f14cada62e4e44840" }));

    expect(finished?.state).toMatchObject({ status: "dead", reason: "rejected", sends: 1 });
    expect(finished?.state.detail).toContain("there is no schedule 5b33275f14cada62e4e44840");
  });

  it("a schedule that the team's list, read to its end, does not have", async () => {
    await open("lists", { faults: { script: [{ fault: "cut-before", endpoint: "schedule.finish" }] } });

    const [finished] = await system.deliver(a("finish", { id: "5b33275f14cada62e4e44840" }));

    expect(finished?.state).toMatchObject({ status: "dead", reason: "rejected", sends: 1 });
    expect(finished?.state.detail).toContain("there is no such schedule");
  });

  it("a delete of several, with a reason for each", async () => {
    await open("lists");
    const [one, two] = await system.deliver(a("create", aMeeting("one")), a("create", aMeeting("two")));
    const ids = [one, two].map((delivery) => delivery?.state.receipt?.["workId"] ?? "");

    const [deleted] = await system.deliver(a("delete", { ids }));

    expect(deleted?.state.recipients.map(({ id, status }) => [id, status])).toEqual(
      ids.map((id) => [id, "confirmed"]),
    );
    expect((await system.stored()).map(({ workStatus }) => workStatus)).toEqual([2, 2]);
  });
});
