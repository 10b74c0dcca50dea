/**
 * What Yunzhijia may do with todos, and what must come of it (docs/platforms/yunzhijia.md, "Todos").
 */
import type { Channel } from "../../../src/platforms/channel.ts";
import { yunzhijiaTodo } from "../../../src/platforms/yunzhijia/todo/channel.ts";
import type { Order } from "./engine.ts";
import { refused, type Act, type Effect, type Ledger, type Scenario, type Suite } from "./play.ts";

const APP = "500041933";

export const todoSuite: Suite = {
  channel: yunzhijiaTodo as Channel,
  settings: { platform: "yunzhijia", appId: APP, todoMode: "async", scheduleLookup: "auto" },
  base: "",
  effect,
};

interface CreatePayload {
  readonly sourceId: string;
  readonly title: string;
  readonly content?: string;
  readonly url: string;
  readonly params: readonly { readonly openId: string; readonly content?: string; readonly url?: string }[];
}

interface UpdatePayload {
  readonly sourceitemid: string;
  readonly actiontype: { readonly deal?: number; readonly read?: number; readonly delete?: number };
}

function effect({ operation, payload }: Order, recipient: string, { todos }: Ledger): Effect {
  return operation === "todo.create"
    ? created(payload as unknown as CreatePayload, recipient, todos)
    : updated(payload as unknown as UpdatePayload, recipient, todos);
}

function created(payload: CreatePayload, recipient: string, todos: Ledger["todos"]): Effect {
  const row = todos.find(({ sourceId, openId }) => sourceId === payload.sourceId && openId === recipient);
  const own = payload.params.find(({ openId }) => openId === recipient);
  const isSo =
    row !== undefined &&
    row["title"] === payload.title &&
    row["content"] === (own?.content ?? payload.content ?? null) &&
    row["url"] === (own?.url ?? payload.url);
  return { isSo, deeds: row?.history.filter(({ change }) => change === "store") ?? [] };
}

function updated(
  { sourceitemid, actiontype }: UpdatePayload,
  recipient: string,
  todos: Ledger["todos"],
): Effect {
  const rows = todos.filter(
    ({ sourceId, openId }) => sourceId === sourceitemid && (recipient === "*" || openId === recipient),
  );
  const wanted = (["deal", "read", "delete"] as const).filter((change) => actiontype[change] === 1);
  const isDone = (row: Ledger["todos"][number]): boolean =>
    wanted.every((change) => row.history.some((deed) => deed.change === change));
  const isGone = rows.length === 0 && wanted.includes("delete");
  // Nobody can see whether `read` happened: repeating it is allowed, and changes nothing.
  const [main = "deal"] = wanted.filter((change) => change !== "read");
  return {
    isSo: isGone || (rows.length > 0 && rows.every(isDone)),
    deeds: rows[0]?.history.filter(({ change }) => change === main) ?? [],
  };
}

export function aCreate(
  change: Record<string, unknown> = {},
  openIds: readonly string[] = ["ann", "bob"],
): Order {
  return {
    operation: "todo.create",
    payload: {
      sourceId: "leave-1",
      appId: APP,
      title: "费用报销待您审批",
      content: "成建蒋的请假单据",
      headImg: "https://oa.example/icon.png",
      url: "https://oa.example/leave/1",
      params: openIds.map((openId) => ({ openId, status: { DO: 0, READ: 0 } })),
      ...change,
    },
  };
}

function anUpdate(
  actiontype: Record<string, number>,
  openids: readonly string[] | null = ["ann", "bob"],
): Order {
  return {
    operation: "todo.update",
    payload: {
      sourcetype: APP,
      sourceitemid: "leave-1",
      actiontype,
      ...(openids === null ? {} : { openids }),
    },
  };
}

/** One fault, or several, each of them so many times. */
export function script(
  ...faults: readonly (readonly [fault: string, endpoint: string, more?: object])[]
): unknown {
  return { script: faults.map(([fault, endpoint, more]) => ({ fault, endpoint, ...more })) };
}

const ACTION = "/gateway/newtodo/open/action.json";

/** Somebody at the platform changes the todo of one person. */
function person(openId: string, actiontype: Record<string, number>, when: Act["when"]): Act {
  const body = { sourcetype: APP, sourceitemid: "leave-1", actiontype, openids: [openId] };
  return { when, act: async (platform) => platform.post(ACTION, body) };
}

const created_ = aCreate();
/** More than may be asked about in a minute. */
const SIX = ["ann", "bob", "cid", "dan", "eve", "fay"];
const ann = ["ann"];

export const todoScenarios: readonly Scenario[] = [
  {
    name: "a create and the update behind it, one call each",
    orders: [created_, anUpdate({ deal: 1, read: 1 }), anUpdate({ delete: 1 })],
    ends: ["confirmed", "confirmed", "confirmed"],
    calls: { "todo.create": 1, "todo.action": 2 },
  },
  {
    name: "the update waits for its create, which had to wait",
    faults: script(["throttled", "todo.create", { times: 2 }]),
    orders: [created_, anUpdate({ deal: 1 })],
    ends: ["confirmed", "confirmed"],
    calls: { "todo.create": 3, "todo.action": 1 },
  },
  ...[true, false].map((checkFlagWhenAbsent): Scenario => ({
    name: `a todo that was dropped is sent again; check:${checkFlagWhenAbsent} for what is not there`,
    sandbox: { checkFlagWhenAbsent },
    faults: script(["not-stored", "todo.create"]),
    orders: [created_, anUpdate({ delete: 1 })],
    ends: ["confirmed", "confirmed"],
    calls: { "todo.create": 2 },
  })),
  ...[true, false].map((checkFlagWhenAbsent): Scenario => ({
    name: `a lost create that was stored is found; check:${checkFlagWhenAbsent} for what is not there`,
    sandbox: { checkFlagWhenAbsent },
    faults: script(["cut-after", "todo.create"], ["late", "todo.action", { lateMs: 20_000 }]),
    orders: [created_, anUpdate({ deal: 1 })],
    ends: ["confirmed", "confirmed"],
    calls: { "todo.create": 1, "todo.action": 1 },
  })),
  ...["cut-before", "error-before"].map((fault): Scenario => ({
    name: `a create after ${fault} is sent again`,
    faults: script([fault, "todo.create"]),
    orders: [created_],
    ends: ["confirmed"],
    calls: { "todo.create": 2 },
  })),
  ...["zeros", "no-counts", "check-true"].map((as): Scenario => ({
    name: `an answer over the limit (${as}) is no absence`,
    faults: script(["check-throttled", "todo.check", { as, times: 8 }]),
    orders: [aCreate({}, ann)],
    ends: ["confirmed"],
    calls: { "todo.create": 1 },
  })),
  ...["pending", "done", "check-true"].map((as): Scenario => ({
    name: `an answer over the limit (${as}) is no proof`,
    faults: script(["not-stored", "todo.create"], ["check-throttled", "todo.check", { as, times: 3 }]),
    orders: [aCreate({}, ann)],
    ends: ["confirmed"],
    calls: { "todo.create": 2 },
  })),
  ...["errormsg", "error", "code", "message", "no-counts", "no-data", "list", "both"].map((as): Scenario => ({
    name: `a check that failed inside (${as}) is no absence`,
    faults: script(["check-failed", "todo.check", { as, times: 6 }]),
    orders: [aCreate({}, ann)],
    ends: ["confirmed"],
    calls: { "todo.create": 1 },
  })),
  ...["both", "another"].map((as): Scenario => ({
    name: `a check that failed inside (${as}) is no proof`,
    faults: script(["not-stored", "todo.create"], ["check-failed", "todo.check", { as, times: 3 }]),
    orders: [aCreate({}, ann)],
    ends: ["confirmed"],
    calls: { "todo.create": 2 },
  })),
  {
    name: "a todo that is shown late is waited for",
    faults: script(["late", "todo.create", { lateMs: 50_000 }]),
    orders: [created_],
    ends: ["confirmed"],
    calls: { "todo.create": 1 },
  },
  {
    name: "a create answered by nobody, and shown late, is not sent twice",
    faults: script(["late", "todo.create", { lateMs: 50_000 }]),
    sandbox: { asyncVisibleMs: 50_000 },
    orders: [created_],
    ends: ["confirmed"],
    calls: { "todo.create": 1 },
  },
  {
    name: "only the recipient that was dropped is sent to again",
    faults: script(["bad-recipients", "todo.create", { openIds: ["bob"] }]),
    orders: [created_],
    ends: ["confirmed"],
    calls: { "todo.create": 2 },
  },
  {
    name: "a recipient who is never taken ends unproven, the other confirmed",
    faults: script(["bad-recipients", "todo.create", { openIds: ["bob"], times: -1 }]),
    orders: [created_],
    ends: ["unproven"],
  },
  {
    name: "a new openId that the platform ignores is never called confirmed",
    sandbox: { newOpenId: "ignored" },
    faults: script(["bad-recipients", "todo.create", { openIds: ["bob"] }]),
    orders: [created_],
    ends: ["unproven"],
  },
  {
    name: "a lost create is sent again to all of its recipients in one call",
    sandbox: { newOpenId: "ignored" },
    faults: script(["not-stored", "todo.create"]),
    orders: [aCreate({}, SIX)],
    ends: ["confirmed"],
    calls: { "todo.create": 2 },
  },
  {
    name: "success as a boolean, and no data, are taken all the same",
    sandbox: { successForm: "swapped", emptyData: "absent" },
    orders: [created_, anUpdate({ deal: 1 })],
    ends: ["confirmed", "confirmed"],
    calls: { "todo.create": 1, "todo.action": 1 },
  },
  {
    name: "busy is asked again, and costs nothing",
    faults: script(["busy", "todo.create", { times: 7 }]),
    orders: [created_],
    ends: ["confirmed"],
    calls: { "todo.create": 8 },
  },
  ...[404, 405, 413].map((status) => ({
    name: `a create that ${status} refuses after the store is neither called refused nor proven`,
    faults: script(["lying-proxy", "todo.create", { status }]),
    orders: [created_],
    ends: ["unproven"],
    calls: { "todo.create": 1 },
    unseen: true,
  })),
  {
    name: "a parameter that the platform does not like is a refusal, though its code is 0",
    faults: script(["parameter-error", "todo.create", { times: -1 }]),
    orders: [created_],
    ends: ["rejected"],
    words: { 0: /param error/ },
  },
  {
    name: "a parameter error of an action is a refusal",
    faults: script(["parameter-error", "todo.action", { times: -1 }]),
    orders: [created_, anUpdate({ deal: 1 })],
    ends: ["confirmed", "rejected"],
  },
  {
    name: "sync: success as a boolean is a verdict too",
    account: { todoMode: "sync" },
    sandbox: { successForm: "swapped" },
    orders: [created_, anUpdate({ deal: 1 })],
    ends: ["confirmed", "confirmed"],
    calls: { "todo.create": 1, "todo.action": 1, "todo.check": 0 },
  },
  {
    name: "each recipient has a text and a link of their own",
    orders: [
      aCreate({
        params: [
          { openId: "ann", content: "请安安审批", url: "https://oa.example/leave/1?for=ann" },
          { openId: "bob", status: { DO: 0, READ: 0 } },
        ],
      }),
    ],
    ends: ["confirmed"],
  },
  {
    name: "an update of one person leaves the others alone",
    orders: [created_, anUpdate({ deal: 1 }, ["ann"])],
    ends: ["confirmed", "confirmed"],
    also: (_runs, { todos }) =>
      todos.find(({ openId }) => openId === "bob")?.["deal"] === false ? null : "bob's todo was changed",
  },
  {
    name: "sync: the reply is the verdict",
    account: { todoMode: "sync" },
    orders: [created_, anUpdate({ deal: 1 })],
    ends: ["confirmed", "confirmed"],
    calls: { "todo.create": 1, "todo.action": 1, "todo.check": 0 },
  },
  {
    name: "sync: an installation that does not know it says no more than received",
    account: { todoMode: "sync" },
    sandbox: { syncMode: false },
    faults: script(["not-stored", "todo.create"]),
    orders: [created_, anUpdate({ deal: 1 })],
    ends: ["confirmed", "confirmed"],
    calls: { "todo.create": 2, "todo.action": 1 },
  },
  {
    name: "sync: whom the reply names is refused, the rest are there",
    account: { todoMode: "sync" },
    faults: script(["bad-recipients", "todo.create", { openIds: ["bob"] }]),
    orders: [created_],
    ends: ["partial"],
    calls: { "todo.create": 1 },
  },
  {
    name: "sync: nobody is known",
    account: { todoMode: "sync" },
    faults: script(["bad-recipients", "todo.create", { openIds: ["ann", "bob"] }]),
    orders: [created_],
    ends: ["rejected"],
    calls: { "todo.create": 1 },
  },
  {
    name: "sync: an update names whom it could not find",
    account: { todoMode: "sync" },
    faults: script(["bad-recipients", "todo.action", { openIds: ["bob"] }]),
    orders: [created_, anUpdate({ deal: 1 })],
    ends: ["confirmed", "partial"],
  },
  {
    name: "sync: a member look-up that failed may be a fault of the platform",
    account: { todoMode: "sync" },
    faults: script(["member-lookup-failed", "todo.create"]),
    orders: [created_],
    ends: ["confirmed"],
    calls: { "todo.create": 2 },
  },
  {
    name: "an action that was dropped is done again",
    faults: script(["not-stored", "todo.action"]),
    orders: [aCreate({}, ann), anUpdate({ deal: 1 }, ann)],
    ends: ["confirmed", "confirmed"],
    calls: { "todo.action": 2 },
  },
  {
    name: "a delete that was dropped is done again",
    faults: script(["not-stored", "todo.action"]),
    orders: [aCreate({}, ann), anUpdate({ delete: 1 }, ann)],
    ends: ["confirmed", "confirmed"],
    calls: { "todo.action": 2 },
  },
  {
    name: "a lost delete that was done is found",
    faults: script(["cut-after", "todo.action"]),
    orders: [created_, anUpdate({ delete: 1 })],
    ends: ["confirmed", "confirmed"],
    calls: { "todo.action": 1 },
  },
  {
    name: "a person who was quicker has handled it: the create is proven all the same",
    faults: script(["check-throttled", "todo.check", { times: 2 }]),
    orders: [aCreate({}, ann)],
    acts: [person("ann", { deal: 1 }, ([create]) => (create?.state.sends ?? 0) > 0)],
    ends: ["confirmed"],
    calls: { "todo.create": 1 },
  },
  {
    name: "a lost {read: 1} is repeated until its answer is heard",
    faults: script(["cut-after", "todo.action"]),
    orders: [aCreate({}, ann), anUpdate({ read: 1 }, ann)],
    ends: ["confirmed", "confirmed"],
  },
  {
    name: "a {read: 1} that was dropped is done again",
    faults: script(["cut-before", "todo.action"]),
    orders: [aCreate({}, ann), anUpdate({ read: 1 }, ann)],
    ends: ["confirmed", "confirmed"],
    calls: { "todo.action": 2 },
  },
  ...(["error", "code"] as const).flatMap((as): Scenario[] => [
    {
      name: `a {read: 1} that failed inside, and says success (${as}), is done again`,
      faults: script(["failed-inside", "todo.action", { as }]),
      orders: [aCreate({}, ann), anUpdate({ read: 1 }, ann)],
      ends: ["confirmed", "confirmed"],
      calls: { "todo.action": 2 },
    },
    {
      name: `sync: a create that failed inside, and says success (${as}), is no verdict`,
      account: { todoMode: "sync" },
      faults: script(["failed-inside", "todo.create", { as }]),
      orders: [created_],
      ends: ["confirmed"],
      calls: { "todo.create": 2 },
    },
  ]),
  {
    name: "a lost {read: 0} is not repeated: it could undo what a person did",
    faults: script(["cut-before", "todo.action"]),
    orders: [aCreate({}, ann), anUpdate({ read: 0 }, ann)],
    ends: ["confirmed", "unproven"],
    calls: { "todo.action": 1 },
    unseen: true,
  },
  {
    name: "an update of what is not there is never called done",
    orders: [anUpdate({ deal: 1 }, ann)],
    ends: ["rejected"],
    words: { 0: /no such todo/ },
  },
  {
    name: "a second create with the content of the first is the same todo",
    faults: script(["not-stored", "todo.create"]),
    orders: [created_, { ...created_, key: "again" }],
    ends: ["confirmed", "confirmed"],
    calls: { "todo.create": 2 },
    also: (runs) =>
      runs[1]?.state.recipients.every(({ evidence }) => evidence?.note?.includes("d-0") === true) === true
        ? null
        : "its evidence does not name the first",
  },
  {
    name: "a second create with other content did not happen, whatever the platform answers",
    orders: [created_, aCreate({ title: "完全不同的事" })],
    ends: ["confirmed", "rejected"],
    words: { 1: /d-0/ },
  },
  {
    name: "after a delete, and on a platform that takes it, a create is a create",
    sandbox: { createAfterDelete: "created" },
    orders: [aCreate({}, ann), anUpdate({ delete: 1 }, ann), aCreate({ title: "新的一件事" }, ann)],
    ends: ["confirmed", "confirmed", "confirmed"],
    others: true,
    also: (_runs, { todos }) =>
      todos[0]?.["title"] === "新的一件事" && todos[0]["deleted"] === false ? null : "it was not created",
  },
  {
    name: "a {read: 1} whose answers are all lost does not hold its lane for ever",
    faults: script(["cut-after", "todo.action", { times: -1 }]),
    orders: [aCreate({}, ann), anUpdate({ read: 1 }, ann)],
    ends: ["confirmed", ["unproven", "confirmed"]],
    unseen: true,
  },
  {
    name: "a {deal: 1} for everybody is done",
    orders: [created_, anUpdate({ deal: 1 }, null)],
    ends: ["confirmed", "confirmed"],
    calls: { "todo.action": 1 },
  },
  ...[502, 503, 408].flatMap((status) => [
    ...[{ deal: 1 }, { delete: 1 }, { deal: 1, read: 1 }].map((actiontype): Scenario => ({
      name: `${status} after the store of ${JSON.stringify(actiontype)} for everybody is asked about, not repeated`,
      faults: script(["lying-proxy", "todo.action", { status }]),
      orders: [created_, anUpdate(actiontype, null)],
      ends: ["confirmed", "confirmed"],
      calls: { "todo.action": 1 },
    })),
    {
      name: `${status} after the store of {"read":1} for everybody is repeated, which undoes nothing`,
      faults: script(["lying-proxy", "todo.action", { status }]),
      orders: [created_, anUpdate({ read: 1 }, null)],
      ends: ["confirmed", "confirmed"],
      calls: { "todo.action": 2 },
    },
    {
      name: `${status} after the store for everybody of a todo that nobody here has made`,
      faults: script(["lying-proxy", "todo.action", { status }]),
      orders: [anUpdate({ deal: 1 }, null)],
      ends: [["confirmed", "unproven"]],
      unseen: true,
    },
  ]),
  {
    name: "a delete of what a person has handled meanwhile is done",
    orders: [aCreate({}, ann), anUpdate({ delete: 1 }, ann)],
    acts: [person("ann", { deal: 1 }, ([create]) => create?.state.status === "confirmed")],
    ends: ["confirmed", "confirmed"],
    calls: { "todo.action": 2 },
  },
  {
    name: "a lost delete of what a person has handled since ends, and its lane goes on or says why",
    faults: script(["not-stored", "todo.action"]),
    orders: [aCreate({}, ann), anUpdate({ delete: 1 }, ann)],
    acts: [person("ann", { deal: 1 }, ([, remove]) => (remove?.state.sends ?? 0) > 0)],
    ends: ["confirmed", ["confirmed", "rejected"]],
    others: true,
  },
  {
    name: "an expired token is fetched again, once",
    faults: script(
      ["token-expired", "todo.create", { as: "401" }],
      ["token-expired", "todo.action", { as: "200" }],
    ),
    orders: [created_, anUpdate({ deal: 1 })],
    ends: ["confirmed", "confirmed"],
    calls: { "todo.create": 2, "todo.action": 2 },
  },
  {
    name: "a token that was taken back within the second is fetched again, whatever the code",
    sandbox: { tokenRefusal: "200" },
    faults: script(["token-expired", "todo.create"]),
    orders: [created_],
    ends: ["confirmed"],
    calls: { "todo.create": 2 },
  },
  {
    name: "an expired token at a check is no absence",
    faults: script(["token-expired", "todo.check", { times: 4 }]),
    orders: [created_],
    ends: ["confirmed"],
    calls: { "todo.create": 1 },
  },
  {
    name: "a platform that hangs after storing is asked, not sent to again",
    faults: script(["hang-after", "todo.create"]),
    orders: [created_],
    ends: ["confirmed"],
    calls: { "todo.create": 1 },
  },
  ...["broken-json", "huge-body", "error-after", "cut-after"].map((fault): Scenario => ({
    name: `${fault} at a create says nothing`,
    faults: script([fault, "todo.create"]),
    orders: [created_],
    ends: ["confirmed"],
    calls: { "todo.create": 1 },
  })),
  ...["broken-json", "error-after", "unavailable", "cut-before"].map((fault): Scenario => ({
    name: `${fault} at the checks is no absence`,
    faults: script([fault, "todo.check", { times: 6 }]),
    orders: [aCreate({}, ann)],
    ends: ["confirmed"],
    calls: { "todo.create": 1 },
  })),
  {
    name: "a create that is refused again and again ends as what it is",
    faults: script(["not-stored", "todo.create", { times: -1 }]),
    orders: [aCreate({}, ann)],
    ends: ["unproven"],
    calls: { "todo.create": 5 },
  },
  ...refused("", [
    ["no openids", { ...anUpdate({ deal: 1 }), payload: { ...anUpdate({ deal: 1 }).payload, openids: [] } }],
    ["an unknown value", anUpdate({ deal: 2 })],
    ["no recipient", aCreate({ params: [] })],
    ["no title", aCreate({ title: "" })],
  ]),
];

/** Under a seed every reading is drawn, and the platform misbehaves by chance. */
export function todoWeather(seed: number): Scenario {
  const rates = { "cut-after": 0.1, "not-stored": 0.1, late: 0.1, "error-after": 0.1, "cut-before": 0.05 };
  return {
    name: `whatever the documents mean, seed ${seed}`,
    seed,
    faults: { random: { rates, endpoints: ["todo.create", "todo.action"], parameters: { lateMs: 30_000 } } },
    orders: [created_, anUpdate({ deal: 1 }), anUpdate({ delete: 1 })],
    ends: [["confirmed"], ["confirmed"], ["confirmed"]],
  };
}
