/**
 * A create has no key, so a refusal that is no verdict (401, 403, 429, words that may be about the token) is not simply
 * followed by the same call: a gateway may say so after the platform has stored.
 */
import { describe, expect, it } from "vitest";
import type { SendOutcome } from "../../../../../src/delivery/outcome.ts";
import type { SendRequest } from "../../../../../src/platforms/channel.ts";
import type { PlatformAnswer, PlatformCall, WireAnswer } from "../../../../../src/platforms/platform-http.ts";
import type { ScheduleInput } from "../../../../../src/platforms/yunzhijia/schedule/input.ts";
import { sendSchedule } from "../../../../../src/platforms/yunzhijia/schedule/send.ts";
import { bareAccess } from "../../../../../src/testing/bare-account.ts";
import { anEntry, NOW } from "../../../../support/builders.ts";
import { noonOf, shanghaiDay } from "../../../../../src/platforms/yunzhijia/schedule/days.ts";
import { rememberFact } from "../../../../../src/platforms/yunzhijia/schedule/facts.ts";
import { judgeCreated } from "../../../../../src/platforms/yunzhijia/schedule/judge.ts";
import { DAY_FACT } from "../../../../../src/platforms/yunzhijia/schedule/lists.ts";
import { readMemo } from "../../../../../src/platforms/yunzhijia/schedule/memo.ts";
import { anInput, aRow, START } from "./rows.ts";

const settings = { platform: "yunzhijia", appId: "a", todoMode: "async", scheduleLookup: "lists" } as const;

function answered(status: number, body: unknown, retryAfter: string | null = null): WireAnswer {
  return { kind: "answered", status, retryAfter, text: JSON.stringify(body) };
}

const REFUSALS = [
  ["HTTP 401", answered(401, {})],
  ["HTTP 403", answered(403, {})],
  ["HTTP 429", answered(429, {})],
  ["success: false", answered(200, { success: false, errorCode: 7, error: "no" })],
] as const;

/** Refuses the first create, having stored it or not, and takes the next. */
function aGateway(refusal: WireAnswer, { stores }: { readonly stores: boolean }) {
  let creates = 0;
  const call = async ({ path }: PlatformCall): Promise<WireAnswer> => {
    if (!path.endsWith("/create")) {
      const isThere = stores || creates > 1;
      return answered(200, { success: true, errorCode: 0, data: isThere && creates > 0 ? [aRow()] : [] });
    }
    creates += 1;
    return creates === 1 ? refusal : answered(200, { success: true, data: { workId: "w2" } });
  };
  const access = bareAccess(settings, { call, close: async () => undefined });
  return { access, creates: () => creates };
}

async function attempt(
  access: ReturnType<typeof bareAccess>,
  memo: string | null,
  { now = NOW, sends = 0 } = {},
): Promise<SendOutcome> {
  const request: SendRequest<ScheduleInput> = {
    deliveryId: "d1",
    operation: "schedule.create",
    input: anInput(),
    key: null,
    targets: ["*"],
    recipients: [anEntry({ id: "*", memo, sends })],
    receipt: null,
    reference: null,
    now,
  };
  return sendSchedule(request, { account: access, signal: AbortSignal.timeout(5_000) });
}

async function sendTwice({ access }: ReturnType<typeof aGateway>): Promise<SendOutcome> {
  const first = await attempt(access, null);
  if (first.kind !== "throttled" && first.kind !== "unauthorized") return first;
  return attempt(access, memoIn(first), { now: NOW + 1_000 });
}

describe.each(REFUSALS)("a create refused by %s", (_name, refusal) => {
  it("and stored is not made again: it is asked about", async () => {
    const gateway = aGateway(refusal, { stores: true });

    expect((await sendTwice(gateway)).kind).toBe("unknown");
    expect(gateway.creates()).toBe(1);
  });

  it("and not stored is made again", async () => {
    const gateway = aGateway(refusal, { stores: false });

    expect((await sendTwice(gateway)).kind).toBe("accepted");
    expect(gateway.creates()).toBe(2);
  });
});

describe("an attempt that never left", () => {
  const NEVER_LEFT: readonly PlatformAnswer[] = [
    { kind: "unreachable", detail: "no connection (ECONNREFUSED)" },
    { kind: "notPermitted", retryAfterMs: 50 },
  ];

  it.each(NEVER_LEFT)(
    "$kind created nothing: nothing is looked for, and nothing is noted",
    async (answer) => {
      const { access, looks } = scripted([answer]);

      const outcome = await attempt(access, null);

      expect("memo" in outcome).toBe(false);
      expect(looks()).toBe(0);
    },
  );

  it("after a refusal is looked for once, not before each further attempt", async () => {
    const notPermitted: PlatformAnswer = { kind: "notPermitted", retryAfterMs: 50 };
    const { access, looks } = scripted([answered(429, {}), notPermitted, notPermitted, notPermitted]);
    let memo: string | null = null;
    for (let count = 0; count < 4; count += 1) memo = memoIn(await attempt(access, memo));

    // The day of now and the day on which it starts.
    expect(looks()).toBe(2);
  });

  it("is forgotten once it was accepted", async () => {
    const { access } = scripted([
      answered(429, {}),
      answered(200, { success: true, data: { workId: "w2" } }),
    ]);

    const taken = await attempt(access, memoIn(await attempt(access, null)));

    expect(taken.kind).toBe("accepted");
    expect(memoIn(taken)).not.toContain("refusedFrom");
  });

  it("is not matched with a row that does not show when it was created", async () => {
    const old = aRow({ createDate: null });
    const { access } = scripted(
      [answered(429, {}), answered(200, { success: true, data: { workId: "w2" } })],
      [old],
    );

    expect((await attempt(access, memoIn(await attempt(access, null)))).kind).toBe("accepted");
  });
});

it("a refused create whose look is not permitted now is not made again at once, and looked for first next time", async () => {
  const { access, looks, permit } = scripted([
    answered(401, {}),
    answered(200, { success: true, data: { workId: "w2" } }),
  ]);
  permit(false);

  const first = await attempt(access, null);
  const looksBefore = looks();
  permit(true);
  const second = await attempt(access, memoIn(first));

  expect([first.kind, second.kind]).toEqual(["unreachable", "accepted"]);
  expect(looks()).toBeGreaterThan(looksBefore);
});

describe("a create that is refused while the day's list", () => {
  it("never answers gets its verdict after some attempts", async () => {
    const { access } = aPlatform({ creates: [REFUSED], list: () => answered(503, {}) });

    expect(await attempts(access, 3)).toEqual(["unreachable", "unreachable", "rejected"]);
  });

  it("is refused with 401 for ever gets its verdict as well", async () => {
    const { access } = aPlatform({ creates: [REFUSED], list: () => answered(401, {}) });

    expect(await attempts(access, 3)).toEqual(["unauthorized", "unauthorized", "rejected"]);
  });

  it("answers now and then gets its verdict as well", async () => {
    const { access } = aPlatform({
      creates: [REFUSED],
      list: ({ asked }) => (asked % 3 === 0 ? answered(503, {}) : listing()),
    });

    expect(await attempts(access, 4)).toContain("rejected");
  });

  it("does not answer is looked for as soon as it does", async () => {
    let isUp = false;
    const platform = aPlatform({
      creates: [answered(429, {})],
      list: () => (isUp ? listing(aRow()) : answered(503, {})),
    });
    let outcome = await attempt(platform.access, null);
    for (let count = 0; count < 5; count += 1) outcome = await attempt(platform.access, memoIn(outcome));
    const creates = platform.creates();
    isUp = true;

    expect((await attempt(platform.access, memoIn(outcome))).kind).toBe("unknown");
    expect(platform.creates()).toBe(creates);
  });

  it.each([
    ["is busy", answered(200, { success: false, errorCode: 1, error: "系统繁忙，请稍后再试" })],
    ["has an error beside its success", answered(200, { success: true, error: "failed", data: [] })],
    ["is none", answered(200, { success: true, data: null })],
  ])("%s is not made again at once", async (_, list) => {
    const platform = aPlatform({ creates: [answered(401, {}), TAKEN], list: () => list });

    expect((await attempt(platform.access, null)).kind).toBe("unreachable");
    expect(platform.creates()).toBe(1);
  });

  it.each([
    ["does not exist", answered(404, {})],
    ["is refused in words", answered(200, { success: false, errorCode: 7, error: "no" })],
  ])("%s is made again after some looks: it may never tell", async (_, list) => {
    const { access } = aPlatform({ creates: [answered(401, {}), TAKEN], list: () => list });

    expect(await attempts(access, 3)).toEqual(["unreachable", "unreachable", "accepted"]);
  });

  it("is refused in words for a moment is not made twice", async () => {
    const platform = aPlatform({
      creates: [answered(401, {}), TAKEN],
      list: ({ asked }) => (asked < 3 ? REFUSED : listing(aRow())),
    });

    expect(await attempts(platform.access, 2)).toEqual(["unreachable", "unknown"]);
    expect(platform.creates()).toBe(1);
  });

  it("is throttled waits for as long as the platform says", async () => {
    const { access } = aPlatform({ creates: [answered(401, {})], list: () => answered(429, {}, "7") });

    expect(await attempt(access, null)).toMatchObject({ kind: "throttled", retryAfterMs: 7_000 });
  });

  it.each([
    ["by its status", answered(401, {})],
    ["in words", answered(200, { success: false, errorCode: 9, error: "token expired" })],
  ])(
    "refuses the credentials as well %s is reported as refused, and looked for first next time",
    async (_, refusal) => {
      let isUp = false;
      const platform = aPlatform({
        creates: [answered(401, {})],
        list: () => (isUp ? listing(aRow()) : refusal),
      });
      const first = await attempt(platform.access, null);
      const creates = platform.creates();
      isUp = true;

      expect([first.kind, creates]).toEqual(["unauthorized", 1]);
      expect((await attempt(platform.access, memoIn(first))).kind).toBe("unknown");
      expect(platform.creates()).toBe(creates);
    },
  );
});

describe.each([404, 405, 413])("a create that HTTP %i refuses", (status) => {
  it("is asked about where it is listed: a proxy may say so after the platform has stored", async () => {
    const platform = aPlatform({ creates: [answered(status, {})], list: () => listing(aRow()) });

    expect((await attempt(platform.access, null)).kind).toBe("unknown");
  });

  it("is asked about where an earlier send, believed to be lost, shows itself now", async () => {
    const platform = aPlatform({
      creates: [answered(status, {})],
      list: () => listing(aRow({ createDate: NOW - 600_000 })),
    });
    const memo = JSON.stringify({ from: NOW - 600_000 });

    expect((await attempt(platform.access, memo, { sends: 1 })).kind).toBe("unknown");
  });

  it("is rejected where it is not, and a replay of it looks again before it makes another", async () => {
    let isShown = false;
    const platform = aPlatform({
      creates: [answered(status, {}), TAKEN],
      list: () => (isShown ? listing(aRow()) : listing()),
    });
    const rejected = await attempt(platform.access, null);
    isShown = true;
    const replayed = await attempt(platform.access, memoIn(rejected), { now: NOW + 60_000 });

    expect([rejected.kind, replayed.kind]).toEqual(["rejected", "unknown"]);
    expect(platform.creates()).toBe(1);
  });
});

describe.each([404, 413])("a create that HTTP %i refuses while the list", (status) => {
  it.each([
    ["fails", answered(503, {})],
    ["is throttled", answered(429, {})],
    ["refuses the credentials", answered(401, {})],
    ["has an error beside its success", answered(200, { success: true, error: "failed", data: [] })],
  ])("%s is asked about later, and refused once it is proven absent", async (_why, list) => {
    const platform = aPlatform({ creates: [answered(status, {})], list: () => list });

    const outcome = await attempt(platform.access, null);

    expect(outcome).toMatchObject({ kind: "unknown", detail: expect.stringMatching(/not be asked yet/) });
    const entry = anEntry({ id: "*", status: "unknown", sends: 1, sentAt: NOW, memo: memoIn(outcome) });
    const absent = judgeCreated([], { input: anInput(), entry });
    expect(absent).toMatchObject({ kind: "absent", ends: expect.stringContaining(`HTTP ${status}`) });
  });
});

describe("an installation without lists by day", () => {
  const gone = answered(404, {});

  it("costs the waits of one refused create, not of each", async () => {
    const platform = aPlatform({ creates: [answered(401, {}), TAKEN], list: () => gone });
    expect(await attempts(platform.access, 3)).toEqual(["unreachable", "unreachable", "accepted"]);

    platform.again();
    expect(await attempts(platform.access, 1)).toEqual(["accepted"]);
  });

  it.each([
    ["made again where the team's list does not have it", [aRow({ content: "another" })], "accepted"],
    ["not made again where it has", [aRow()], "unknown"],
  ])("has a create %s", async (_what, team, expected) => {
    const platform = aPlatform({ creates: [answered(401, {}), TAKEN], list: () => gone, team });

    expect(await attempts(platform.access, 1)).toEqual([expected]);
  });

  it("does not make its breaker's probe fail: the platform has answered", async () => {
    const { access } = aPlatform({ creates: [answered(401, {})], list: () => gone });

    expect(await attempt(access, null)).toMatchObject({ kind: "unreachable", wasAnswered: true });
  });
});

it("a create that can be asked of nobody is rejected without a word about refused attempts", async () => {
  const { access } = aPlatform({ creates: [answered(404, {})], list: () => answered(404, {}) });

  expect(await attempt(access, null)).toMatchObject({ kind: "rejected", code: "HTTP 404" });
});

it("a refused create is looked for with another token than the one that was refused", async () => {
  const platform = aPlatform({
    creates: [answered(401, {}), TAKEN],
    list: ({ token }) => (token === "t-1" ? listing() : listing(aRow())),
  });

  expect((await attempt(platform.access, null)).kind).toBe("unknown");
  expect(platform.creates()).toBe(1);
});

describe("the days that a refused create is looked for on", () => {
  const CREATED = shanghaiDay(NOW);
  const OCCURS = shanghaiDay(START);

  it.each([
    ["created", CREATED],
    ["occurring", OCCURS],
  ])("are one where a list is known to hold what was %s on it", async (value, needed) => {
    const { access, days } = aPlatform({
      creates: [answered(401, {}), TAKEN],
      list: ({ day }) => (day === needed ? listing() : answered(503, {})),
    });
    await rememberFact(access, { name: DAY_FACT, value, now: NOW });

    expect((await attempt(access, null)).kind).toBe("accepted");
    expect(days[0]).toBe(needed);
  });

  it("are both where that is not known", async () => {
    const { access } = aPlatform({
      creates: [answered(401, {}), TAKEN],
      list: ({ day }) => (day === CREATED ? listing() : answered(503, {})),
    });

    expect((await attempt(access, null)).kind).toBe("unreachable");
  });

  it("have that on which it was refused, also after midnight", async () => {
    const midnight = noonOf(CREATED) + 12 * 3_600_000;
    const row = aRow({ createDate: midnight - 1_000 });
    const platform = aPlatform({
      creates: [answered(429, {}), TAKEN],
      list: ({ day }) => (day === CREATED ? listing(row) : listing()),
    });
    const first = await attempt(platform.access, null, { now: midnight - 1_000 });
    const second = await attempt(platform.access, memoIn(first), { now: midnight + 1_000 });

    expect(second.kind).toBe("unknown");
    expect(platform.creates()).toBe(1);
  });
});

describe("the first moment of a create", () => {
  it.each([
    ["is that of the send that was lost before it was refused", { from: NOW - 9_000 }, 1, NOW - 9_000],
    ["is that of the attempt that was refused", {}, 0, NOW - 1_000],
    ["is nobody's to know where a worker died", {}, 1, null],
  ])("%s", async (_, known, sends, from) => {
    const { access } = aPlatform({ creates: [TAKEN], list: () => listing() });
    const memo = JSON.stringify({ ...known, refusedFrom: NOW - 1_000 });

    expect(readMemo(memoIn(await attempt(access, memo, { sends }))).from).toBe(from);
  });
});

const REFUSED = answered(200, { success: false, errorCode: 7, error: "no" });
const TAKEN = answered(200, { success: true, data: { workId: "w2" } });

function listing(...rows: readonly unknown[]): WireAnswer {
  return answered(200, { success: true, errorCode: 0, data: rows });
}

/** How these attempts end, each with what the one before has noted. */
async function attempts(access: ReturnType<typeof bareAccess>, count: number): Promise<string[]> {
  const kinds: string[] = [];
  let memo: string | null = null;
  while (kinds.length < count && kinds.at(-1) !== "rejected") {
    const outcome = await attempt(access, memo);
    kinds.push(outcome.kind);
    memo = memoIn(outcome);
  }
  return kinds;
}

interface Asked {
  readonly day: number;
  readonly token: string;
  /** The how manieth question it is. */
  readonly asked: number;
}

/** Answers creates in order, the last one for good; a token that was dropped is followed by another. */
function aPlatform({
  creates,
  list,
  team = [],
}: {
  readonly creates: readonly WireAnswer[];
  readonly list: (asked: Asked) => WireAnswer;
  /** The rows of the team's list. */
  readonly team?: readonly unknown[];
}) {
  let [made, number] = [0, 1];
  const days: number[] = [];
  const call = async ({ path, query, json }: PlatformCall): Promise<WireAnswer> => {
    if (path.endsWith("/create")) return creates[made++] ?? creates.at(-1) ?? answered(500, {});
    const { day: at, lastId } = json as { readonly day?: number; readonly lastId?: string };
    if (at === undefined) return listing(...(lastId === "" ? team : []));
    const day = shanghaiDay(at);
    days.push(day);
    return list({ day, token: String(query?.["accessToken"]), asked: days.length });
  };
  const access = {
    ...bareAccess(settings, { call, close: async () => undefined }),
    token: async () => ({ kind: "token" as const, value: `t-${number}` }),
    dropToken: async (_scope: string, token: string) => {
      if (token === `t-${number}`) number += 1;
    },
  };
  return { access, creates: () => made, days, again: () => void (made = 0) };
}

function memoIn(outcome: SendOutcome): string | null {
  return "memo" in outcome ? (outcome.memo ?? null) : null;
}

/** Creates are answered in order; the lists show these rows. */
function scripted(answers: readonly PlatformAnswer[], rows: readonly unknown[] = []) {
  let [creates, looks] = [0, 0];
  let isPermitted = true;
  const call = async ({ path }: PlatformCall): Promise<PlatformAnswer> => {
    if (path.endsWith("/create")) return answers[creates++] ?? answered(500, {});
    looks += 1;
    if (!isPermitted) return { kind: "notPermitted", retryAfterMs: 50 };
    return answered(200, { success: true, errorCode: 0, data: rows });
  };
  const permit = (is: boolean): void => void (isPermitted = is);
  const wire = { call: async () => answered(500, {}), close: async () => undefined };
  return { access: { ...bareAccess(settings, wire), call }, looks: () => looks, permit };
}
