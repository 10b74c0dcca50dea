import { describe, expect, it } from "vitest";
import type { AccountAccess, OtherDelivery } from "../../../../../src/platforms/account-access.ts";
import type { PlatformCall, WireAnswer } from "../../../../../src/platforms/platform-http.ts";
import { checkSchedules } from "../../../../../src/platforms/yunzhijia/schedule/check.ts";
import { DETAIL_FACT } from "../../../../../src/platforms/yunzhijia/schedule/details.ts";
import { recallFact, rememberFact } from "../../../../../src/platforms/yunzhijia/schedule/facts.ts";
import { remainsOf } from "../../../../../src/platforms/yunzhijia/schedule/first-sent.ts";
import { DAY_FACT } from "../../../../../src/platforms/yunzhijia/schedule/lists.ts";
import { lookBefore } from "../../../../../src/platforms/yunzhijia/schedule/look-before.ts";
import { shownOf } from "../../../../../src/platforms/yunzhijia/schedule/memo.ts";
import { sendSchedule } from "../../../../../src/platforms/yunzhijia/schedule/send.ts";
import { lookAtTeamBefore } from "../../../../../src/platforms/yunzhijia/schedule/team-fact.ts";
import type { ScheduleRow } from "../../../../../src/platforms/yunzhijia/schedule/schedule-row.ts";
import type { CheckOutcome } from "../../../../../src/delivery/outcome.ts";
import {
  ALTERATIONS_FACT,
  usualAlterations,
} from "../../../../../src/platforms/yunzhijia/schedule/note-alterations.ts";
import { bareAccess } from "../../../../../src/testing/bare-account.ts";
import { anEntry, NOW } from "../../../../support/builders.ts";
import { aCheck, anInput, aRow, HOUR, START } from "./rows.ts";
import { fake } from "../../../../support/fake.ts";

interface Asked {
  readonly endpoint: string;
  readonly id?: string;
  readonly lastId?: string;
  readonly size?: number;
  readonly day?: number;
}

type Platform = (asked: Asked) => readonly ScheduleRow[] | WireAnswer;

/** An account whose platform is a function, and what it was asked. */
function anAccount(platform: Platform): { access: AccountAccess; asked: Asked[] } {
  const asked: Asked[] = [];
  const call = async ({ path, json }: PlatformCall): Promise<WireAnswer> => {
    const question = { ...(json as object), endpoint: path.split("/").at(-1) ?? "" };
    asked.push(question);
    const answer = platform(question);
    if ("kind" in answer) return answer;
    const text = JSON.stringify({ success: true, errorCode: 0, error: null, data: answer });
    return { kind: "answered", status: 200, retryAfter: null, text };
  };
  const settings = { platform: "yunzhijia", appId: "a", todoMode: "async", scheduleLookup: "lists" };
  const access = bareAccess(settings, { call, close: async () => undefined });
  return { access, asked };
}

const TOO_LARGE: WireAnswer = {
  kind: "lost",
  cause: "unreadable",
  detail: "the answer is larger than 1 MiB",
};
const finish = (id: string): ReturnType<typeof aCheck> =>
  aCheck({ operation: "schedule.finish", input: { openid: "ann", id } });

async function kindOf(
  request: ReturnType<typeof aCheck>,
  access: AccountAccess,
): Promise<CheckOutcome["recipients"][number]["kind"] | undefined> {
  const [outcome] = await checkSchedules([request], { account: access, signal: AbortSignal.timeout(5_000) });
  return outcome?.recipients[0]?.kind;
}

/** The team's list, `perPage` rows at a time. */
function paged(count: number, perPage: number): Platform {
  return ({ endpoint, lastId }) => {
    if (endpoint !== "teamWorks") return [];
    const from = lastId === "" ? 0 : Number(lastId?.slice(1)) + 1;
    const rows = Array.from({ length: count }, (_, index) => aRow({ id: `w${index}`, workStatus: 1 }));
    return rows.slice(from, from + perPage);
  };
}

describe("whether detail is cheaper than a list", () => {
  const auto = async (
    requests: readonly ReturnType<typeof aCheck>[],
  ): Promise<{ kinds: string[]; calls: string[] }> => {
    const { access, asked } = anAccount(({ endpoint, id }) => {
      if (endpoint !== "detail") return requests.map((_, index) => aRow({ id: `w${index}`, workStatus: 1 }));
      const text = JSON.stringify({ success: true, data: aRow({ id: id ?? "", workStatus: 1 }) });
      return { kind: "answered", status: 200, retryAfter: null, text };
    });
    await rememberFact(access, { name: DETAIL_FACT, value: "yes", now: NOW });
    const settings = { ...access.settings, scheduleLookup: "auto" } as AccountAccess["settings"];
    const outcomes = await checkSchedules(requests, {
      account: { ...access, settings },
      signal: AbortSignal.timeout(5_000),
    });
    return {
      kinds: outcomes.flatMap(({ recipients }) => recipients.map(({ kind }) => kind)),
      calls: asked.map(({ endpoint }) => endpoint),
    };
  };
  const created = (index: number): ReturnType<typeof aCheck> =>
    aCheck({ receipt: { workId: `w${index}` } }, { status: "accepted" });

  it("detail is cheaper for one schedule, and a list for several of one day", async () => {
    const one = await auto([created(0)]);
    const several = await auto([0, 1, 2, 3].map(created));

    expect(one).toEqual({ kinds: ["proven"], calls: ["detail"] });
    expect(several).toEqual({ kinds: Array(4).fill("proven"), calls: ["queryByDay"] });
  });

  it("detail is needed for what the lists do not show, the participants", async () => {
    const { calls } = await auto(["w0", "w1", "w2"].map(finish));

    expect(calls).toEqual(["detail", "detail", "detail"]);
  });
});

describe("the team's list", () => {
  it("is paged by the last id, no deeper than needed", async () => {
    const { access, asked } = anAccount(paged(10, 2));

    expect(await kindOf(finish("w3"), access)).toBe("proven");

    expect(asked.map(({ lastId }) => lastId)).toEqual(["", "w1"]);
  });

  it("ends with an empty page: a short one proves nothing", async () => {
    const { access, asked } = anAccount(paged(3, 2));

    expect(await kindOf(finish("elsewhere"), access)).toBe("absent");

    expect(asked.map(({ lastId }) => lastId)).toEqual(["", "w1", "w2"]);
  });

  it("that never ends is no absence", async () => {
    const { access, asked } = anAccount(paged(1_000, 2));

    expect(await kindOf(finish("elsewhere"), access)).toBe("inconclusive");

    expect(asked).toHaveLength(100);
  });

  it("that is empty does not overrule a list of days that shows it", async () => {
    const { access } = anAccount(({ endpoint, day = 0 }) =>
      endpoint === "queryByDay" && Math.abs(day - START) < 12 * HOUR ? [aRow()] : [],
    );

    expect(await kindOf(aCheck(), access)).toBe("proven");
  });

  it("that lacks what a list of days shows proves no absence", async () => {
    const stranger = aRow({ id: "w7", content: "another", createDate: NOW, startDate: START });
    const today = aRow({
      id: "w8",
      content: "another",
      createDate: NOW - 48 * HOUR,
      startDate: NOW,
      endDate: NOW,
    });
    const { access, asked } = anAccount(({ endpoint, lastId }) =>
      endpoint === "queryByDay" ? [today] : lastId === "" ? [stranger] : [],
    );

    expect(await kindOf(finish("elsewhere"), access)).not.toBe("contradicted");
    expect(await kindOf(aCheck({ input: anInput({ startDate: NOW, endDate: NOW + 1 }) }), access)).toBe(
      "absent",
    );
    expect(asked.length).toBeGreaterThan(0);
  });

  it("that is empty for a while is no absence where it had rows before", async () => {
    let isEmpty = false;
    const { access } = anAccount(({ endpoint, lastId }) =>
      endpoint === "teamWorks" && lastId === "" && !isEmpty ? [aRow({ id: "w9", content: "another" })] : [],
    );
    expect(await kindOf(aCheck(), access)).toBe("absent");

    isEmpty = true;

    expect(await kindOf(aCheck(), access)).toBe("inconclusive");
    expect(await kindOf(finish("elsewhere"), access)).toBe("inconclusive");
    const later = { ...aCheck(), now: NOW + 61_000 };
    expect(await kindOf(later, access)).toBe("absent");
  });

  const remove = (id: string, change = {}): ReturnType<typeof aCheck> =>
    aCheck(
      { operation: "schedule.delete", input: { openid: "ann", ids: [id] }, ...change },
      { id, status: "accepted" },
    );

  it("that has become empty proves a delete, and no create without its own days", async () => {
    let isEmpty = false;
    const occurring = aRow({ id: "w8", content: "another", createDate: NOW - 48 * HOUR });
    const { access, asked } = anAccount(({ endpoint, lastId }) =>
      endpoint === "teamWorks" && lastId === "" && !isEmpty ? [occurring] : [],
    );
    await kindOf(finish("elsewhere"), access);
    isEmpty = true;
    await kindOf(finish("elsewhere"), access);
    const later = { now: NOW + 61_000 };
    asked.length = 0;

    expect(await kindOf({ ...remove("not-an-object-id"), ...later }, access)).toBe("proven");
    expect(await kindOf({ ...aCheck(), ...later }, access)).toBe("absent");
    expect(asked.filter(({ day = 0 }) => Math.abs(day - START) < 12 * HOUR)).not.toEqual([]);
  });

  it("may lack what is too new to be shown there", async () => {
    const fresh = aRow({ id: "w8", content: "another", createDate: NOW - 10_000 });
    const { access } = anAccount(({ endpoint, lastId }) =>
      endpoint === "queryByDay" ? [fresh] : lastId === "" ? [aRow({ id: "w7", content: "another" })] : [],
    );

    expect(await kindOf(remove("5b86ed2fbeb7cc35af769eb8"), access)).toBe("proven");
  });

  it("that was never seen to have a row proves no delete, unless a day's list was asked as well", async () => {
    const { access } = anAccount(() => []);

    expect(await kindOf(remove("not-an-object-id"), access)).toBe("inconclusive");
    expect(await kindOf(remove("5b86ed2fbeb7cc35af769eb8"), access)).toBe("proven");
  });

  it.each([
    ["what is deleted", { workStatus: 2 }],
    ["what somebody else made", { openid: "bob" }],
  ])("that lacks %s, though a day's list shows it, proves a delete all the same", async (_, change) => {
    const odd = aRow({ id: "w8", content: "another", ...change });
    const { access } = anAccount(({ endpoint, lastId }) =>
      endpoint === "queryByDay" ? [odd] : lastId === "" ? [aRow({ id: "w7", openid: "bob" })] : [],
    );

    expect(await kindOf(remove("5b86ed2fbeb7cc35af769eb8"), access)).toBe("proven");
  });

  it("that gives the same page again is no absence", async () => {
    const { access } = anAccount(() => [aRow({ id: "w1" })]);

    expect(await kindOf(finish("elsewhere"), access)).toBe("inconclusive");
  });

  it("whose pages shift while they are read is no absence; one that begins with the last row is", async () => {
    const page = (...ids: readonly string[]): ScheduleRow[] => ids.map((id) => aRow({ id }));
    const team = (second: readonly ScheduleRow[]): AccountAccess =>
      anAccount(({ endpoint, lastId }) => {
        if (endpoint !== "teamWorks") return { ...TOO_LARGE };
        return lastId === "" ? page("w1", "w2", "w3") : lastId === "w3" ? second : [];
      }).access;

    expect(await kindOf(finish("w9"), team(page("w2", "w5")))).toBe("inconclusive");
    expect(await kindOf(finish("w5"), team(page("w2", "w5")))).not.toBe("inconclusive");
    expect(await kindOf(finish("w9"), team(page("w3", "w4", "w4")))).toBe("absent");
  });

  it("is read in smaller pages where a page is too large", async () => {
    const { access, asked } = anAccount((question) =>
      (question.size ?? 0) > 100 ? TOO_LARGE : paged(3, 100)(question),
    );

    expect(await kindOf(finish("w2"), access)).toBe("proven");

    expect(asked.map(({ size }) => size)).toEqual([1_000, 250, 63]);
  });
});

describe("a create whose answer was lost", () => {
  it("is looked for in the team's list where the list of the day is too large", async () => {
    const { access } = anAccount(({ endpoint, lastId }) => {
      if (endpoint === "queryByDay") return TOO_LARGE;
      return lastId === "" ? [aRow()] : [];
    });

    expect(await kindOf(aCheck(), access)).toBe("proven");
  });

  it("is looked for in the team's list where it waited for weeks to be sent", async () => {
    const { access, asked } = anAccount(({ lastId }) => (lastId === "" ? [aRow()] : []));

    expect(await kindOf(aCheck({ createdAt: NOW - 1_000 * HOUR }), access)).toBe("proven");

    expect(asked.map(({ endpoint }) => endpoint)).toEqual(["teamWorks"]);
  });

  it("is absent only by a list that must hold it", async () => {
    const another = aRow({ id: "w9", content: "another" });
    const byCreation = anAccount(({ endpoint }) => (endpoint === "queryByDay" ? [another] : TOO_LARGE));
    const neither = anAccount(({ endpoint }) => (endpoint === "queryByDay" ? [] : TOO_LARGE));
    const oneUnread = anAccount(({ day = Infinity }) => (day < NOW + 12 * HOUR ? [] : TOO_LARGE));

    expect(await kindOf(aCheck(), byCreation.access)).toBe("absent");
    expect(await kindOf(aCheck(), neither.access)).toBe("absent");
    expect(await kindOf(aCheck(), oneUnread.access)).toBe("inconclusive");
  });
});

describe("a create that the lists of days do not show", () => {
  /** By this row, the list of a day holds what was created on that day. */
  const another = aRow({ id: "w9", openid: "bob", content: "another" });

  it("is not absent where the team's list shows it", async () => {
    const { access } = anAccount(({ endpoint, lastId }) => {
      if (endpoint === "queryByDay") return [another];
      return lastId === "" ? [another, aRow()] : [];
    });

    expect(await kindOf(aCheck(), access)).toBe("proven");
  });

  it("is absent where the team's list does not show it either", async () => {
    const { access } = anAccount(({ endpoint, lastId }) =>
      endpoint === "queryByDay" || lastId === "" ? [another] : [],
    );

    expect(await kindOf(aCheck(), access)).toBe("absent");
  });

  it.each([
    ["that does not page on", () => [aRow({ id: "w7", content: "a" }), aRow({ id: "w8", content: "b" })]],
    ["longer than is read", ({ lastId }: Asked) => [aRow({ id: `w1${lastId ?? ""}`, content: "another" })]],
  ])("is absent by the lists of days where there is a team's list %s", async (_what, page) => {
    const { access } = anAccount((asked) => (asked.endpoint === "queryByDay" ? [another] : page(asked)));

    expect(await kindOf(aCheck(), access)).toBe("absent");
  });
});

describe("what was learned of the list of a day", () => {
  const day = 24 * HOUR;
  /** Each is shown by the list of the day on which it starts, or else on which it was created, and by nothing else. */
  const byDay = (means: "start" | "creation", ...rows: readonly ScheduleRow[]): Platform => {
    const shanghai = (at: number): number => Math.floor((at + 8 * HOUR) / day);
    return ({ endpoint, day: asked = 0 }) => {
      if (endpoint !== "queryByDay") return TOO_LARGE;
      const dayOf = ({ startDate, createDate }: ScheduleRow): number =>
        shanghai((means === "start" ? startDate : createDate) ?? 0);
      return rows.filter((row) => dayOf(row) === shanghai(asked));
    };
  };

  it.each([
    ["created", "start"],
    ["occurring", "creation"],
  ] as const)("is no absence: by day of %s once, and by day of %s now", async (learned, means) => {
    const { access } = anAccount(byDay(means, aRow()));
    await rememberFact(access, { name: DAY_FACT, value: learned, now: NOW });

    expect(await kindOf(aCheck(), access)).toBe("proven");
  });

  it("says which list to ask first, and the other one is asked where that is silent", async () => {
    const { access, asked } = anAccount(byDay("start"));
    await rememberFact(access, { name: DAY_FACT, value: "occurring", now: NOW });

    expect(await kindOf(aCheck(), access)).toBe("absent");
    const days = asked.flatMap((question) => question.day ?? []);
    expect(days.map((at) => at > NOW + 12 * HOUR)).toEqual([true, false]);
  });

  it("is forgotten after a day, and confirmed by every round that sees it", async () => {
    const { access } = anAccount(byDay("start", aRow()));
    await rememberFact(access, { name: DAY_FACT, value: "created", now: NOW - day });
    expect(await recallFact(access, { name: DAY_FACT, now: NOW })).toBeNull();

    await kindOf(aCheck(), access);

    expect(await recallFact(access, { name: DAY_FACT, now: NOW })).toEqual({
      value: "occurring",
      isOld: false,
    });
    expect(await recallFact(access, { name: DAY_FACT, now: NOW + 13 * HOUR })).toEqual({
      value: "occurring",
      isOld: true,
    });
    await kindOf(aCheck({ now: NOW + 13 * HOUR }), access);
    expect(await recallFact(access, { name: DAY_FACT, now: NOW + 30 * HOUR })).toMatchObject({
      value: "occurring",
    });
  });

  it("is corrected by a list that holds both", async () => {
    const both = [aRow(), aRow({ id: "w2", createDate: NOW - 3 * day, startDate: NOW, endDate: NOW })];
    const { access } = anAccount(({ endpoint }) => (endpoint === "queryByDay" ? both : TOO_LARGE));
    await rememberFact(access, { name: DAY_FACT, value: "created", now: NOW });

    await kindOf(aCheck({ input: anInput({ content: "another" }) }), access);

    expect(await recallFact(access, { name: DAY_FACT, now: NOW })).toMatchObject({ value: "both" });
  });

  it("is not learned from an id that looks like a time", async () => {
    const old = aRow({ id: "5b86ed2fbeb7cc35af769eb8", createDate: null, startDate: NOW, endDate: NOW });
    const { access } = anAccount(({ endpoint }) => (endpoint === "queryByDay" ? [old] : TOO_LARGE));

    await kindOf(aCheck(), access);

    expect(await recallFact(access, { name: DAY_FACT, now: NOW })).toBeNull();
  });
});

describe("an installation without the list of a day, or with another one", () => {
  const answered = (status: number, body: unknown): WireAnswer => ({
    kind: "answered",
    status,
    retryAfter: null,
    text: JSON.stringify(body),
  });

  it.each([
    ["HTTP 404", answered(404, { status: 404 })],
    ["refused in words", answered(200, { success: false, errorCode: 404, error: "no such api" })],
    ["no data", answered(200, { success: true, errorCode: 0, error: null, data: null })],
    ["rows of another shape", answered(200, { success: true, data: [{ workId: "w1", title: "review" }] })],
  ])("%s: the team's list shows what is there, and what is not", async (_name, days) => {
    const showing = (...rows: readonly ScheduleRow[]): AccountAccess =>
      anAccount(({ endpoint, lastId }) => {
        if (endpoint === "queryByDay") return days;
        return lastId === "" ? [...rows, aRow({ id: "w8", content: "another" })] : [];
      }).access;

    expect(await kindOf(aCheck(), showing(aRow()))).toBe("proven");
    expect(await kindOf(aCheck(), showing())).toBe("absent");
  });

  it("busy for a moment: nothing is proven", async () => {
    const busy = answered(200, { success: false, errorCode: 1, error: "系统繁忙，请稍后再试" });
    const { access } = anAccount(({ endpoint, lastId }) =>
      endpoint === "queryByDay" ? busy : lastId === "" ? [aRow({ id: "w8", content: "another" })] : [],
    );

    expect(await kindOf(aCheck(), access)).toBe("inconclusive");
  });
});

describe("a schedule that this account made is looked for on the day on which it started", () => {
  const creator = (kept: Partial<OtherDelivery>): OtherDelivery =>
    fake<OtherDelivery>({ payload: null, ...kept });
  const startOf = ({ day = 0 }: Asked): boolean => Math.abs(day - START) < 12 * HOUR;
  const done = aRow({ workStatus: 1 });

  it.each([
    ["its payload", { payload: { content: "review", startDate: START } }],
    ["what was kept of it", { remains: remainsOf(anInput()) }],
  ])("by %s", async (_name, kept) => {
    const { access } = anAccount((asked) =>
      asked.endpoint === "queryByDay" && startOf(asked) ? [done] : [],
    );
    const known = { ...access, claimedBy: async () => ["d0"], delivery: async () => creator(kept) };

    expect(await kindOf(finish("w1"), known)).toBe("proven");
    expect(await kindOf(finish("w1"), access)).toBe("inconclusive");
  });

  it.each([
    ["an earlier version kept the text alone", { remains: "review" }],
    ["it has none", { payload: "another" }],
    ["it has no start", { payload: { content: 1, startDate: {} } }],
  ])("but not where %s", async (_name, kept) => {
    const { access, asked } = anAccount(() => []);
    const known = { ...access, claimedBy: async () => ["d0"], delivery: async () => creator(kept) };

    expect(await kindOf(finish("w1"), known)).toBe("inconclusive");
    expect(asked.filter(startOf)).toEqual([]);
  });

  it("nor where its create is forgotten", async () => {
    const { access, asked } = anAccount(() => []);

    expect(await kindOf(finish("w1"), { ...access, claimedBy: async () => ["d0"] })).toBe("inconclusive");
    expect(asked.filter(startOf)).toEqual([]);
  });

  it("and what was kept of one without a start is its text", () => {
    expect(remainsOf({ openid: "ann", content: "review" })).toBe("review");
    expect(remainsOf({ openid: "ann", startDate: 5 })).toBe("\u001f5");
  });
});

it("a finish looks at the team's list first where no other shows it: what a person undoes is told by that", async () => {
  const { access } = anAccount(({ endpoint }) => (endpoint === "teamWorks" ? [aRow()] : []));
  const input = { openid: "ann", id: "5b86ed2fbeb7cc35af769eb8" };
  const row = aRow({ id: input.id });
  const own = anAccount(({ endpoint }) => (endpoint === "teamWorks" ? [row] : [])).access;
  const looking = { now: NOW, signal: AbortSignal.timeout(5_000) };

  expect(await lookBefore({ id: input.id, input }, { account: own, ...looking })).toEqual(shownOf(row));
  expect(await lookBefore({ id: input.id, input }, { account: access, ...looking })).toBeNull();
});

describe("the delete of a team's only schedule", () => {
  async function removed(settle: (platform: { isGone: boolean; fails: boolean }) => void): Promise<string[]> {
    const state = { isGone: false, fails: false };
    settle(state);
    const { access } = anAccount(({ endpoint }) => {
      if (endpoint === "delete") state.isGone = true;
      if (endpoint === "teamWorks" && state.fails)
        return { kind: "answered", status: 503, retryAfter: null, text: "" };
      return endpoint === "teamWorks" && !state.isGone ? [aRow()] : [];
    });
    const input = { openid: "ann", ids: ["w1"] };
    const recipients = [anEntry({ id: "w1" })];
    await sendSchedule(
      { ...aCheck({ operation: "schedule.delete", input }), targets: ["w1"], recipients },
      { account: access, signal: AbortSignal.timeout(5_000) },
    );
    state.fails = false;
    const check = aCheck({ operation: "schedule.delete", input }, { id: "w1", status: "accepted" });
    const kinds: string[] = [];
    for (const now of [NOW, NOW + 61_000]) kinds.push((await kindOf({ ...check, now }, access)) ?? "none");
    return kinds;
  }

  it("is proven once the list has been empty for a lag: it was seen with a row before", async () => {
    expect(await removed(() => undefined)).toEqual(["inconclusive", "proven"]);
  });

  it("is not where that look had no answer, or showed none", async () => {
    const vain = ["inconclusive", "inconclusive"];

    expect(await removed((state) => void (state.fails = true))).toEqual(vain);
    expect(await removed((state) => void (state.isGone = true))).toEqual(vain);
  });

  it("is not looked at before where rows were seen of late", async () => {
    const { access, asked } = anAccount(({ endpoint }) => (endpoint === "teamWorks" ? [aRow()] : []));
    const look = (): Promise<void> =>
      lookAtTeamBefore(access, { now: NOW, signal: AbortSignal.timeout(5_000) });
    await look();
    await look();

    expect(asked).toHaveLength(1);
  });

  it("is not asked before each where it has told nothing, and renews no token for it", async () => {
    const { access, asked } = anAccount(() => ({
      kind: "answered",
      status: 401,
      retryAfter: null,
      text: "",
    }));
    let dropped = 0;
    const known = { ...access, dropToken: async (): Promise<void> => void (dropped += 1) };
    for (const now of [NOW, NOW + 1_000, NOW + 700_000])
      await lookAtTeamBefore(known, { now, signal: AbortSignal.timeout(5_000) });

    expect([asked.length, dropped]).toEqual([2, 0]);
  });

  it("goes on where the look takes too long, and stops with its own signal", async () => {
    const { access } = anAccount(() => []);
    const aborted = AbortSignal.abort(new Error("leaving"));
    const failing = {
      ...access,
      call: async (): Promise<never> => Promise.reject(new Error("Redis is away")),
    };

    await expect(lookAtTeamBefore(failing, { now: NOW, signal: aborted })).rejects.toThrow("Redis is away");
    const later = { now: NOW + 700_000, signal: AbortSignal.timeout(5_000) };
    await expect(lookAtTeamBefore(failing, later)).rejects.toThrow("Redis is away");
  });
});

describe("a create whose answer was lost, where the list does not tell when its rows were created", () => {
  const alike = aRow({ createDate: null });
  const ownedBy = (owner: string | null, ...rows: readonly ScheduleRow[]): AccountAccess => ({
    ...anAccount(({ lastId = "" }) => (lastId === "" ? rows : [])).access,
    claimedBy: async (ids) => ids.map((id) => (id === alike.id ? owner : null)),
  });

  it.each([
    ["nobody has claimed it: not proven, and not absent", null, "inconclusive"],
    ["another delivery has claimed it: absent", "d9", "absent"],
    ["its own reply had named it: proven", "d1", "proven"],
  ] as const)("one equals it, and %s", async (_, owner, kind) => {
    expect(await kindOf(aCheck(), ownedBy(owner, alike))).toBe(kind);
  });

  it("says so", async () => {
    const [outcome] = await checkSchedules([aCheck()], {
      account: ownedBy(null, alike),
      signal: AbortSignal.timeout(5_000),
    });

    expect(outcome?.recipients).toMatchObject([{ detail: expect.stringMatching(/when that was created$/) }]);
  });

  it.each([{ openid: "bob" }, { content: "another" }, { startDate: START + HOUR }, { endDate: START }])(
    "one that differs in %j is not it",
    async (change) => {
      expect(await kindOf(aCheck(), ownedBy(null, { ...alike, ...change }))).toBe("absent");
    },
  );

  it("an older one beside it does not hide the one that was created since", async () => {
    const made = aRow({ id: "w2" });

    const [outcome] = await checkSchedules([aCheck()], {
      account: ownedBy(null, alike, made),
      signal: AbortSignal.timeout(5_000),
    });

    expect(outcome).toMatchObject({ recipients: [{ kind: "proven" }], receipt: { workId: "w2" } });
  });

  it("a series is not proven absent either", async () => {
    const input = anInput({ repeat: 2, repeatEndDate: START + 48 * HOUR });

    const request = aCheck({ operation: "schedule.repeat", input });
    expect(await kindOf(request, ownedBy(null, alike))).toBe("inconclusive");
  });
});

describe("a create whose answer was lost, on a platform that alters what it stores", () => {
  const input = anInput({
    content: "季度 经营分析会🎉",
    startDate: START + 912,
    endDate: START + HOUR + 499,
  });
  const before = JSON.stringify({ from: NOW });
  const lostCreate = (change = {}, entry = {}): ReturnType<typeof aCheck> =>
    aCheck({ input, ...change }, { memo: before, ...entry });
  const stored = (change: Partial<ScheduleRow> = {}): ScheduleRow =>
    aRow({ content: input.content ?? "", startDate: START + 912, endDate: START + HOUR + 499, ...change });
  const showing = (...rows: readonly ScheduleRow[]): AccountAccess =>
    anAccount(({ endpoint, lastId }) => (endpoint === "queryByDay" || lastId === "" ? rows : [])).access;

  it.each([
    ["collapsed spaces", { content: "季度经营分析会🎉" }],
    ["entities", { content: "季度&nbsp;经营分析会&#127881;" }],
    ["seconds cut", { startDate: START, endDate: START + HOUR }],
    ["seconds rounded", { startDate: START + 1_000, endDate: START + HOUR }],
    ["its creator's id in another case", { openid: "ANN" }],
  ])("%s: proven, and claimed", async (_name, change) => {
    const claims: string[] = [];
    const access = { ...showing(stored(change)), claim: async (id: string) => claims.push(id) > 0 };

    expect(await kindOf(lostCreate(), access)).toBe("proven");
    expect(claims).toEqual(["w1"]);
  });

  it.each([
    ["cut", { content: "季度 经营" }],
    ["without emoji", { content: "季度 经营分析会" }],
    ["with replaced characters", { content: "季度 经?分析会??" }],
    ["without any text", { content: null }],
    ["with an empty text", { content: "" }],
    ["without a time of creation", { content: "季度 经营", createDate: null }],
    ["without its creator", { openid: null }],
    ["without its start", { startDate: null }],
    ["with minutes for times", { startDate: START, endDate: START + HOUR, content: "季度 经营" }],
    ["deleted since", { content: "季度 经营", workStatus: 2 }],
  ])("%s: neither proven nor absent", async (_name, change) => {
    const other = aRow({ id: "w9", content: "another", startDate: START + HOUR });

    expect(await kindOf(lostCreate(), showing(stored(change), other))).toBe("inconclusive");
  });

  it.each([
    ["an end that is the moment before it", { endDate: START + HOUR + 499 - 1 }],
    ["dates in another time zone", { startDate: START + 912 + 8 * HOUR, endDate: START + 9 * HOUR + 499 }],
  ])("the same, but shown with %s: neither proven nor absent", async (_name, change) => {
    expect(await kindOf(lostCreate(), showing(stored(change)))).toBe("inconclusive");
  });

  it.each([
    ["eight hours early, as in another zone", NOW - 8 * HOUR],
    ["fourteen hours late", NOW + 14 * HOUR],
    ["by a clock that was never set", 1_000_000_000_000],
    ["by a clock that counts from 1970", 86_400_000],
  ])("the same in all else, but created %s: not absent", async (_name, createDate) => {
    const kind = await kindOf(lostCreate({ now: NOW + 60_000 }), showing(stored({ createDate })));

    expect(kind).not.toBe("absent");
  });

  it("one that is listed under another id than the answer named is neither proof nor absence", async () => {
    const known = lostCreate({ receipt: { workId: "w-named" } }, { status: "accepted" });
    const access = showing(stored());

    const [outcome] = await checkSchedules([known], { account: access, signal: AbortSignal.timeout(5_000) });

    expect(outcome?.recipients).toMatchObject([
      { kind: "inconclusive", detail: expect.stringMatching(/under another id/) },
    ]);
    expect(outcome?.candidates).toMatchObject([{ id: "w1" }]);
    expect(await kindOf(known, { ...access, claimedBy: async (ids) => ids.map(() => "d9") })).toBe("absent");
  });

  it("a team's list that begins with the row it is asked after ends with that row alone", async () => {
    const rows = ["w1", "w2", "w3"].map((id) => aRow({ id, content: "another" }));
    const access = anAccount(({ endpoint, lastId }) => {
      if (endpoint !== "teamWorks") return TOO_LARGE;
      return rows
        .slice(
          Math.max(
            0,
            rows.findIndex(({ id }) => id === lastId),
          ),
        )
        .slice(0, 2);
    }).access;

    expect(await kindOf(lostCreate(), access)).toBe("absent");
  });

  it("says so", async () => {
    const [outcome] = await checkSchedules([lostCreate()], {
      account: showing(stored({ content: "季度 经营" })),
      signal: AbortSignal.timeout(5_000),
    });

    expect(outcome?.recipients).toMatchObject([{ detail: expect.stringMatching(/other text or dates/) }]);
  });

  const near = { content: "季度 经营" };
  it.each([
    ["by another creator", { ...near, openid: "bob" }],
    ["on another day", { ...near, startDate: START + 24 * HOUR }],
    ["of another end", { ...near, endDate: START + 2 * HOUR }],
    ["that shares less than half of the text", { content: "部门例会" }],
    ["created before the send", { ...near, createDate: NOW - 4 * 60_000 }],
    ["created long after the send", { ...near, createDate: NOW + 5 * 60_000 }],
  ])("one %s blocks no verdict", async (_name, change) => {
    const request = lostCreate({ createdAt: NOW - 10 * 60_000, now: NOW + 10 * 60_000 });

    expect(await kindOf(request, showing(stored(change)))).toBe("absent");
  });

  it("one that a worker died with: near is all since the acknowledgement", async () => {
    const request = lostCreate({ createdAt: NOW - 10 * 60_000 }, { memo: null });

    expect(await kindOf(request, showing(stored({ ...near, createDate: NOW - 5 * 60_000 })))).toBe(
      "inconclusive",
    );
  });

  it("one that another delivery has claimed blocks no verdict", async () => {
    const access = {
      ...showing(stored(near)),
      claimedBy: async (ids: readonly string[]) => ids.map(() => "d9"),
    };

    expect(await kindOf(lostCreate(), access)).toBe("absent");
  });

  it("one that a reply named to a worker that then died is no absence", async () => {
    const access: AccountAccess = {
      ...showing(stored({ ...near, createDate: NOW - 60_000 })),
      claimedBy: async (ids) => ids.map(() => lostCreate().deliveryId),
    };

    expect(await kindOf(lostCreate(), access)).toBe("inconclusive");
  });

  it("one that was seen before the send blocks no verdict", async () => {
    const access = showing(stored({ ...near, createDate: NOW - 60_000 }));
    const earlier = aCheck({ deliveryId: "d9", input: anInput({ content: "x" }), now: NOW - 30_000 });
    await checkSchedules([earlier], { account: access, signal: AbortSignal.timeout(5_000) });

    expect(await kindOf(lostCreate(), access)).toBe("absent");
  });

  it("of fifty equal ones at nine o'clock, half of them lost, each takes its own, and the rest is absent", async () => {
    const owners = new Map<string, string>();
    const rows = Array.from({ length: 25 }, (_, n) => stored({ id: `w${n}`, content: `回访客户${n}号🎉` }));
    const access: AccountAccess = {
      ...showing(...rows),
      claim: async (id, delivery) => {
        if (!owners.has(id)) owners.set(id, delivery);
        return owners.get(id) === delivery;
      },
      claimedBy: async (ids) => ids.map((id) => owners.get(id) ?? null),
    };
    const requests = Array.from({ length: 50 }, (_, n) =>
      lostCreate({ deliveryId: `d${n}`, input: { ...input, content: `回访客户${n}号🎉` } }),
    ).toReversed();

    const outcomes = await checkSchedules(requests, { account: access, signal: AbortSignal.timeout(5_000) });

    const kinds = outcomes.map(({ recipients }) => recipients[0]?.kind).toReversed();
    expect(kinds).toEqual([...rows.map(() => "proven"), ...rows.map(() => "absent")]);
    expect([...owners]).toEqual(expect.arrayContaining(rows.map(({ id }) => [id, id.replace("w", "d")])));
  });

  it("what another create has sent literally is not taken by one that differs in spaces", async () => {
    const owners = new Map<string, string>();
    const access: AccountAccess = {
      ...showing(stored({ content: "周会A" })),
      claim: async (id, delivery) => {
        owners.set(id, delivery);
        return true;
      },
      claimedBy: async (ids) => ids.map((id) => owners.get(id) ?? null),
    };
    const requests = ["周会 A", "周会A"].map((content) =>
      lostCreate({ deliveryId: content, input: { ...input, content } }),
    );

    await checkSchedules(requests, { account: access, signal: AbortSignal.timeout(5_000) });

    expect([...owners]).toEqual([["w1", "周会A"]]);
  });

  it("a series whose times lost their milliseconds has all its occurrences", async () => {
    const DAY = 24 * HOUR;
    const series = { ...input, repeat: 2, repeatEndDate: START + 2 * DAY + HOUR + 499 };
    const rows = [0, 1, 2].map((n) =>
      stored({ id: `w${n}`, startDate: START + n * DAY, endDate: START + n * DAY + HOUR }),
    );

    const [outcome] = await checkSchedules([lostCreate({ operation: "schedule.repeat", input: series })], {
      account: showing(...rows),
      signal: AbortSignal.timeout(5_000),
    });

    expect(outcome).toMatchObject({ recipients: [{ kind: "proven" }], receipt: { workIds: "w0,w1,w2" } });
  });
});

describe("what a platform does to what it stores", () => {
  it("is reported once it was seen on three accepted creates", async () => {
    const content = "周会 🎉";
    const { access } = anAccount(() => [aRow({ content: "周会 ??", startDate: START })]);
    const request = aCheck(
      { input: anInput({ content, startDate: START + 912 }), receipt: { workId: "w1" } },
      { status: "accepted" },
    );
    const usual = async (): Promise<string[]> => {
      await checkSchedules([request], { account: access, signal: AbortSignal.timeout(5_000) });
      return usualAlterations(await access.recall(ALTERATIONS_FACT));
    };

    expect([await usual(), await usual()]).toEqual([[], []]);
    expect(await usual()).toEqual(["lost emoji", "seconds without milliseconds"]);
  });
});

describe("an operation on a series", () => {
  const rows = [aRow({ id: "w1", workStatus: 2 }), aRow({ id: "w2", workStatus: 2 }), aRow({ id: "w3" })];
  const input = { openid: "ann", id: "w2", batchId: "w1" };

  it.each(["schedule.batchDelete", "schedule.batchModify"])(
    "%s by a child's id reaches neither its parent nor what is before it",
    async (operation) => {
      const listed = [aRow({ id: "w1" }), aRow({ id: "w2", content: "new", workStatus: 0 })];
      const deleted = [aRow({ id: "w1" }), aRow({ id: "w2", workStatus: 2 })];
      const isDelete = operation === "schedule.batchDelete";
      const { access } = anAccount(({ lastId }) => (lastId === "" ? (isDelete ? deleted : listed) : []));
      const change = isDelete ? {} : { content: "new" };

      expect(await kindOf(aCheck({ operation, input: { ...input, ...change } }), access)).toBe("proven");
    },
  );

  it("that is named by its id says that only this much of it was looked at", async () => {
    const { access } = anAccount(({ lastId }) => (lastId === "" ? rows : []));
    const request = aCheck({ operation: "schedule.batchDelete", input });

    const [outcome] = await checkSchedules([request], {
      account: access,
      signal: AbortSignal.timeout(5_000),
    });

    const note = "of the series, only the named schedules were looked at";
    expect(outcome?.recipients).toMatchObject([{ kind: "proven", evidence: { note } }]);
  });

  it("that is named by `of` needs every occurrence of the reply", async () => {
    const { access } = anAccount(({ lastId }) => (lastId === "" ? rows : []));
    const reference = { workId: "w1", workIds: "w1,w2,w3" };
    const byKey = { openid: "ann", of: "k" };

    expect(await kindOf(aCheck({ operation: "schedule.batchDelete", input: byKey, reference }), access)).toBe(
      "absent",
    );
  });
});

describe("an operation whose `of` is no longer known", () => {
  it.each(["schedule.finish", "schedule.delete"])(
    "%s: nothing is asked, and nothing is proven",
    async (operation) => {
      const { access, asked } = anAccount(() => []);

      expect(await kindOf(aCheck({ operation, input: { openid: "ann", of: "k" } }), access)).toBe(
        "inconclusive",
      );

      expect(asked).toEqual([]);
    },
  );
});
