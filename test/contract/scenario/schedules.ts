/**
 * What Yunzhijia may do with schedules, and what must come of it (docs/platforms/yunzhijia.md, "Schedules").
 */
import type { Channel } from "../../../src/platforms/channel.ts";
import { yunzhijiaSchedule } from "../../../src/platforms/yunzhijia/schedule/channel.ts";
import type { Settings } from "../../../src/sandbox/settings.ts";
import type { Order, Run } from "./engine.ts";
import { refused, START, type Act, type Effect, type Ledger, type Scenario, type Suite } from "./play.ts";
import { script } from "./todos.ts";

const HOUR = 3_600_000;
const ANN = "5a67e08d00b0e8dfe4aab4fa";
/** The next day at ten in Shanghai, and a bit. */
const TIME = { startDate: START + 24 * HOUR + 123, endDate: START + 25 * HOUR + 456 };
const TEXT = " 季度  经营分析会\n<评审> & é 🚀 请各部门负责人准时参加 ";

export const scheduleSuite: Suite = {
  channel: yunzhijiaSchedule as Channel,
  settings: { platform: "yunzhijia", appId: "500041933", todoMode: "async", scheduleLookup: "auto" },
  base: "",
  effect,
};

type Row = Ledger["schedules"][number];

function effect(
  { operation, payload }: Order,
  _everybody: string,
  { schedules }: Ledger,
  runs: readonly Run[],
): Effect {
  const verb = operation.split(".")[1] ?? "";
  if (verb === "create" || verb === "repeat") {
    const isIt = (row: Row): boolean =>
      row["createdAs"] === payload["content"] && row["batchId"] === null && isAtItsTime(row, payload);
    const rows = schedules.filter(isIt);
    const known = runs.filter(({ order }) => order.payload["content"] === payload["content"]).length;
    // Two orders of equal content are two schedules: each has its own.
    const deeds = rows.flatMap(({ history }) => history.filter(({ change }) => change === "store"));
    const isAsSent = rows.every(
      ({ noticeTime, history }) =>
        noticeTime === (payload["noticeTime"] ?? null) || history.some(({ change }) => change === "modify"),
    );
    return {
      isSo: rows.length > 0 && isAsSent,
      deeds: deeds.slice(0, Math.max(1, deeds.length - known + 1)),
    };
  }
  const row = rowOf(payload, schedules, runs);
  const change = { batchModify: "modify", batchDelete: "delete" }[verb] ?? verb;
  const deeds = (row?.history ?? []).filter((deed) => deed.change === change);
  const isRight = payload["content"] === undefined || row?.["sentContent"] === payload["content"];
  return { isSo: deeds.length > 0 && isRight, deeds };
}

/** What somebody else made at another time is another schedule. */
function isAtItsTime(row: Row, payload: Order["payload"]): boolean {
  return Math.abs(Number(row["startDate"]) - Number(payload["startDate"])) < HOUR / 2;
}

function rowOf(payload: Order["payload"], schedules: readonly Row[], runs: readonly Run[]): Row | undefined {
  const { of, id, ids } = payload;
  const named = id ?? (Array.isArray(ids) ? ids[0] : undefined);
  if (named !== undefined) return schedules.find((row) => row["id"] === named);
  const create = runs.find(({ order }) => order.key === of);
  return schedules.find((row) => row["createdAs"] === create?.order.payload["content"]);
}

export function aSchedule(change: Record<string, unknown> = {}, key = "first"): Order {
  return {
    operation: "schedule.create",
    key,
    payload: { openid: ANN, content: TEXT, noticeTime: 15, ...TIME, ...change },
  };
}

function a(verb: string, change: Record<string, unknown> = {}): Order {
  const of = "of" in change || "id" in change || "ids" in change ? {} : { of: "first" };
  return {
    operation: `schedule.${verb}`,
    key: `${verb} ${JSON.stringify(change)}`,
    payload: { openid: ANN, ...of, ...change },
  };
}

function aSeries(): Order {
  const repeat = { repeat: 2, repeatEndDate: TIME.startDate + 48 * HOUR };
  return { ...aSchedule({ content: "每日晨会", ...repeat }), operation: "schedule.repeat" };
}

/** The sandbox' n-th id, if it was made in the first second. */
function idAt(n: number): string {
  const seconds = Math.floor(START / 1_000)
    .toString(16)
    .padStart(8, "0");
  return `${seconds}${n.toString(16).padStart(16, "0")}`;
}

/** Somebody at the platform does this to the first schedule. */
function person(verb: string, body: Record<string, unknown>, when: Act["when"]): Act {
  return {
    when,
    act: async (platform) => platform.post(`/gateway/cloudwork/newwork/${verb}`, { openid: ANN, ...body }),
  };
}

const lookups = ["lists", "detail"] as const;
const isConfirmed =
  (index: number): Act["when"] =>
  (runs) =>
    runs[index]?.state.status === "confirmed";
const isSent =
  (index: number): Act["when"] =>
  (runs) =>
    (runs[index]?.state.sends ?? 0) > 0;

/** A read back of everything, by lists and by detail. */
const readings: readonly Partial<Settings>[] = [
  { queryByDay: "created" },
  { queryByDay: "occurring" },
  { queryByDay: "starting" },
  { teamWorksOrder: "newest" },
  { scheduleDetail: false },
];

const distinct: Scenario["also"] = (runs) => {
  const ids = runs.flatMap(({ state }) => state.receipt?.["workId"] ?? []);
  return new Set(ids).size === runs.length ? null : `two deliveries are proven by one: ${ids.join()}`;
};

export const scheduleScenarios: readonly Scenario[] = [
  ...lookups.map((scheduleLookup): Scenario => ({
    name: `a schedule's life, by ${scheduleLookup}`,
    account: { scheduleLookup },
    orders: [aSchedule(), a("modify", { content: "改期" }), a("finish"), a("unfinish"), a("delete")],
    ends: ["confirmed", "confirmed", "confirmed", "confirmed", "confirmed"],
    calls: { "schedule.create": 1, "schedule.modify": 1, "schedule.finish": 1, "schedule.delete": 1 },
  })),
  ...readings.map((sandbox): Scenario => ({
    name: `a lost create that was stored is found: ${JSON.stringify(sandbox)}`,
    sandbox,
    faults: script(["cut-after", "schedule.create"]),
    orders: [aSchedule(), a("finish")],
    ends: ["confirmed", "confirmed"],
    calls: { "schedule.create": 1 },
  })),
  ...readings.map((sandbox): Scenario => ({
    name: `a lost create that was dropped is sent again: ${JSON.stringify(sandbox)}`,
    sandbox,
    faults: script(["cut-before", "schedule.create"]),
    orders: [aSchedule()],
    ends: ["confirmed"],
    calls: { "schedule.create": 2 },
  })),
  {
    name: "a create that says yes and stores nothing is sent again",
    faults: script(["not-stored", "schedule.create"]),
    orders: [aSchedule()],
    ends: ["confirmed"],
    calls: { "schedule.create": 2 },
  },
  {
    name: "a create that is shown late is waited for",
    faults: script(["late", "schedule.create", { lateMs: 50_000 }]),
    orders: [aSchedule()],
    ends: ["confirmed"],
    calls: { "schedule.create": 1 },
  },
  {
    name: "two orders of equal content are two schedules, the first answer lost",
    faults: script(["cut-after", "schedule.create"]),
    orders: [aSchedule(), aSchedule({}, "second")],
    ends: ["confirmed", "confirmed"],
    also: distinct,
    calls: { "schedule.create": 2 },
  },
  {
    name: "two orders of equal content, both dropped",
    faults: script(["cut-before", "schedule.create", { times: 2 }]),
    orders: [aSchedule(), aSchedule({}, "second")],
    ends: ["confirmed", "confirmed"],
    also: distinct,
    calls: { "schedule.create": 4 },
  },
  {
    name: "the team's list is empty, and a day's list shows what was made",
    faults: script(["cut-after", "schedule.create"], ["empty-list", "schedule.teamWorks", { times: -1 }]),
    orders: [aSchedule()],
    ends: ["confirmed"],
    calls: { "schedule.create": 1 },
  },
  {
    name: "the answer names an id that no list shows: it is not made again",
    faults: script(["other-id", "schedule.create"]),
    orders: [aSchedule()],
    ends: ["unproven"],
    calls: { "schedule.create": 1 },
  },
  ...[401, 403, 429].map((status): Scenario => ({
    name: `a gateway that refuses with ${status} after the platform stored`,
    faults: script(["lying-proxy", "schedule.create", { status }]),
    orders: [aSchedule()],
    ends: ["confirmed"],
    calls: { "schedule.create": 1 },
  })),
  {
    name: "somebody else's equal schedule on another day proves nothing",
    faults: script(["cut-before", "schedule.create"]),
    orders: [aSchedule()],
    acts: [
      person(
        "create",
        { content: TEXT, startDate: TIME.startDate + HOUR, endDate: TIME.endDate + HOUR },
        isSent(0),
      ),
    ],
    ends: ["confirmed"],
    unseen: true,
    also: (_runs, { schedules }) =>
      schedules.some((row) => row["startDate"] === TIME.startDate) ? null : "the order was never stored",
  },
  {
    name: "an equal schedule of another person proves nothing",
    faults: script(["cut-before", "schedule.create"]),
    orders: [aSchedule()],
    acts: [person("create", { content: TEXT, ...TIME, openid: "bob" }, isSent(0))],
    ends: ["confirmed"],
    others: true,
    also: (_runs, { schedules }) =>
      schedules.some((row) => row["openid"] === ANN) ? null : "the order was never stored",
  },
  ...["error-after", "broken-json", "hang-after", "huge-body"].map((fault): Scenario => ({
    name: `${fault} at a create says nothing`,
    faults: script([fault, "schedule.create"]),
    orders: [aSchedule()],
    ends: ["confirmed"],
    calls: { "schedule.create": 1 },
  })),
  {
    name: "lists that fail prove nothing",
    account: { scheduleLookup: "lists" },
    faults: script(
      ["cut-before", "schedule.create"],
      ["error-before", "schedule.queryByDay", { times: 3 }],
      ["error-before", "schedule.teamWorks", { times: 3 }],
    ),
    orders: [aSchedule()],
    ends: ["confirmed"],
    calls: { "schedule.create": 2 },
  },
  ...(["spaces", "trimmed", "lines", "entities", "decomposed", "fullwidth-spaces", "seconds"] as const).map(
    (storedText): Scenario => ({
      name: `a lost create is found though its text came back altered: ${storedText}`,
      sandbox: { storedText },
      faults: script(["cut-after", "schedule.create"]),
      orders: [aSchedule(), a("modify", { content: " 改期 & <下周>  10 点\n" }), a("finish")],
      ends: ["confirmed", "confirmed", "confirmed"],
      calls: { "schedule.create": 1, "schedule.modify": 1 },
    }),
  ),
  ...(["cut", "no-emoji", "question-marks"] as const).map((storedText): Scenario => ({
    name: `a lost create whose text lost something is neither sent again nor called delivered: ${storedText}`,
    sandbox: { storedText },
    faults: script(["cut-after", "schedule.create"]),
    orders: [aSchedule()],
    ends: ["unproven"],
    calls: { "schedule.create": 1 },
    unseen: true,
  })),
  {
    name: "ids above 2^53 keep every digit",
    sandbox: { bigIds: true },
    orders: [
      aSchedule(),
      aSchedule({ content: "另一个" }, "second"),
      a("delete"),
      a("finish", { of: "second" }),
    ],
    ends: ["confirmed", "confirmed", "confirmed", "confirmed"],
  },
  {
    name: "a modify that was dropped is done again, though the old text is like the new one",
    faults: script(["not-stored", "schedule.modify"]),
    orders: [aSchedule(), a("modify", { content: `${TEXT}（改）` })],
    ends: ["confirmed", "confirmed"],
    calls: { "schedule.modify": 2 },
  },
  {
    name: "a lost modify that somebody has edited since is not sent again",
    faults: script(["cut-after", "schedule.modify"]),
    orders: [aSchedule(), a("modify", { content: "改期" })],
    acts: [person("modify", { id: idAt(1), content: "别人写的完全不同的话" }, isSent(1))],
    ends: ["confirmed", ["rejected", "unproven"]],
    others: true,
    calls: { "schedule.modify": 2 },
  },
  ...(["cut-after", "cut-before"] as const).map((fault): Scenario => ({
    name: `a lost series is one series, whole: ${fault}`,
    faults: script([fault, "schedule.repeatWork"]),
    orders: [aSeries()],
    ends: ["confirmed"],
    calls: { "schedule.repeatWork": fault === "cut-after" ? 1 : 2 },
  })),
  {
    name: "a platform with short pages is read to the end",
    account: { scheduleLookup: "lists" },
    sandbox: { teamWorksMost: 2, bigIds: true },
    orders: [
      ...["一", "二", "三", "四"].map((content) => aSchedule({ content }, content)),
      a("finish", { of: "一" }),
      a("finish", { of: "四" }),
    ],
    ends: Array<string>(6).fill("confirmed"),
    calls: { "schedule.create": 4, "schedule.finish": 2 },
  },
  {
    name: "a list of days that means something else since is no absence",
    account: { scheduleLookup: "lists" },
    orders: [
      { ...aSchedule({ content: "一" }), lane: "one" },
      { ...aSchedule({ content: "二" }, "second"), lane: "one" },
    ],
    acts: [
      {
        when: isConfirmed(0),
        act: async ({ control }) => {
          await control("settings", { queryByDay: "starting" });
          await control("faults", script(["cut-after", "schedule.create"]));
        },
      },
    ],
    ends: ["confirmed", "confirmed"],
    calls: { "schedule.create": 2 },
  },
  {
    name: "a batch operation by a child reaches that one and those after it",
    orders: [aSeries(), a("batchModify", { id: idAt(2), batchId: idAt(1), content: "晨会改" })],
    ends: ["confirmed", "confirmed"],
    calls: { "schedule.batchModify": 1 },
  },
  ...["modify", "finish", "delete"].flatMap((verb): Scenario[] => {
    const change = verb === "modify" ? { content: "改期到下周" } : {};
    return [
      {
        name: `a ${verb} that says yes and does nothing is done again`,
        faults: script(["not-stored", `schedule.${verb}`]),
        orders: [aSchedule(), a(verb, change)],
        ends: ["confirmed", "confirmed"],
        calls: { "schedule.create": 1 },
      },
      {
        name: `a lost ${verb} that was done is found`,
        faults: script(["cut-after", `schedule.${verb}`]),
        orders: [aSchedule(), a(verb, change)],
        ends: ["confirmed", "confirmed"],
        calls: { [`schedule.${verb}`]: 1 },
      },
      {
        name: `a ${verb} that is shown late is waited for`,
        faults: script(["late", `schedule.${verb}`, { lateMs: 50_000 }]),
        orders: [aSchedule(), a(verb, change)],
        ends: ["confirmed", "confirmed"],
        calls: { [`schedule.${verb}`]: 1 },
      },
    ];
  }),
  ...["broken-json", "error-after", "unavailable", "hang"].map((fault): Scenario => ({
    name: `${fault} at the lists is no absence`,
    account: { scheduleLookup: "lists" },
    faults: script(
      ["cut-after", "schedule.create"],
      [fault, "schedule.queryByDay", { times: 9 }],
      [fault, "schedule.teamWorks", { times: 9 }],
    ),
    orders: [aSchedule()],
    ends: ["confirmed"],
    calls: { "schedule.create": 1 },
  })),
  ...(["error", "code"] as const).flatMap((as): Scenario[] => [
    {
      name: `lists that failed inside, and say success (${as}), are no absence`,
      account: { scheduleLookup: "lists" },
      faults: script(
        ["cut-after", "schedule.create"],
        ["failed-inside", "schedule.queryByDay", { as, times: 9 }],
        ["failed-inside", "schedule.teamWorks", { as, times: 9 }],
      ),
      orders: [aSchedule()],
      ends: ["confirmed"],
      calls: { "schedule.create": 1 },
    },
    {
      name: `somebody's finish that failed inside, and says success (${as}), is not called done`,
      account: { scheduleLookup: "lists" },
      faults: script(["failed-inside", "schedule.finish", { as }]),
      orders: [aSchedule({ actors: ["bob"] }), a("finish", { of: "first", openid: "bob" })],
      ends: ["confirmed", "unproven"],
      calls: { "schedule.finish": 1 },
    },
  ]),
  ...[404, 405, 413].map((status) => ({
    name: `a create that ${status} refuses after the store is found, and is not made again`,
    faults: script(["lying-proxy", "schedule.create", { status }]),
    orders: [aSchedule()],
    ends: ["confirmed"],
    calls: { "schedule.create": 1 },
  })),
  {
    name: "a refusal is final",
    orders: [aSchedule(), a("modify", { openid: "somebody-else", content: "x" })],
    ends: ["confirmed", "rejected"],
  },
  {
    name: "what somebody deleted is not finished any more",
    faults: script(["cut-before", "schedule.finish"]),
    orders: [aSchedule(), a("finish")],
    acts: [person("delete", { ids: [idAt(1)] }, isSent(1))],
    ends: ["confirmed", ["rejected", "unproven"]],
    unseen: true,
  },
  {
    name: "a series is one delivery, and so is each operation on all of it",
    orders: [aSeries(), a("batchModify", { content: "晨会改" }), a("batchDelete")],
    ends: ["confirmed", "confirmed", "confirmed"],
    calls: { "schedule.repeatWork": 1, "schedule.batchModify": 1, "schedule.batchDelete": 1 },
    also: (_runs, { schedules }) =>
      schedules.every((row) => row["workStatus"] === 2 && row["sentContent"] === "晨会改")
        ? null
        : "not all of the series was changed",
  },
  {
    name: "an answer in another form is understood",
    sandbox: { successForm: "swapped", emptyData: "absent" },
    orders: [aSchedule(), a("finish")],
    ends: ["confirmed", "confirmed"],
    calls: { "schedule.create": 1, "schedule.finish": 1 },
  },
  {
    name: "a person who edits what was proven is not overwritten",
    orders: [aSchedule(), a("modify", { content: "改一" }), a("finish")],
    acts: [person("modify", { id: idAt(1), content: "人改的" }, isConfirmed(1))],
    ends: ["confirmed", "confirmed", "confirmed"],
    calls: { "schedule.modify": 2 },
    others: true,
  },
  {
    name: "an expired token is fetched again, once",
    faults: script(
      ["token-expired", "schedule.create", { as: "401" }],
      ["token-expired", "schedule.finish", { as: "200" }],
    ),
    orders: [aSchedule(), a("finish")],
    ends: ["confirmed", "confirmed"],
    calls: { "schedule.create": 2, "schedule.finish": 2 },
  },
  {
    name: "a token that was taken back within the second is fetched again, whatever the code",
    sandbox: { tokenRefusal: "200" },
    faults: script(["token-expired", "schedule.create"]),
    orders: [aSchedule()],
    ends: ["confirmed"],
    calls: { "schedule.create": 2 },
  },
  {
    name: "a create that is never stored ends unproven",
    faults: script(["not-stored", "schedule.create", { times: -1 }]),
    orders: [aSchedule()],
    ends: ["unproven"],
    calls: { "schedule.create": 5 },
  },
  ...refused("a schedule", [
    ["backwards", aSchedule({ endDate: TIME.startDate - HOUR })],
    ["without content", aSchedule({ content: "" })],
    ["of seconds", aSchedule({ startDate: Math.floor(TIME.startDate / 1_000) })],
  ]),
];

/** Under a seed every reading is drawn, and the platform misbehaves by chance. */
export function scheduleWeather(seed: number): Scenario {
  const rates = { "cut-after": 0.1, "not-stored": 0.1, late: 0.1, "error-after": 0.1, "cut-before": 0.05 };
  const endpoints = ["create", "modify", "finish", "delete"].map((verb) => `schedule.${verb}`);
  return {
    name: `whatever the documents mean, seed ${seed}`,
    seed,
    faults: { random: { rates, endpoints, parameters: { lateMs: 30_000 } } },
    orders: [aSchedule(), a("modify", { content: "改期" }), a("finish"), a("delete")],
    ends: ["confirmed", "confirmed", "confirmed", "confirmed"],
  };
}
