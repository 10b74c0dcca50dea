/**
 * What Hainan may do with tasks, and what must come of it (docs/platforms/hainan.md, "Tasks"). Nothing shows a task: the
 * reply is the proof, and asking again with the same bizTaskId the only question.
 */
import type { Channel } from "../../../src/platforms/channel.ts";
import { hainanTask } from "../../../src/platforms/hainan/task/channel.ts";
import type { Order } from "./engine.ts";
import { refused, type Effect, type Ledger, type Scenario, type Suite } from "./play.ts";
import { script } from "./todos.ts";

export const taskSuite: Suite = {
  channel: hainanTask as Channel,
  settings: { platform: "hainan", onLostPackage: "newPackage" },
  base: "/apione",
  effect,
};

function effect({ operation, payload }: Order, recipient: string, { tasks }: Ledger): Effect {
  const verb = operation.split(".")[1];
  if (verb === "create") {
    const rows = tasks.filter(
      (row) => row["subject"] === payload["subject"] && row["assigneeId"] === recipient,
    );
    // A repeated bizTaskId is a question.
    const deeds = rows.flatMap(({ history }) =>
      history.filter((deed) => deed.change === "store" && deed.effect),
    );
    return { isSo: rows.length > 0, deeds };
  }
  const meant = tasks.filter((row) => row["assigneeId"] === (payload["assigneeId"] ?? "2001"));
  const deeds = meant.flatMap(({ history }) => history.filter((deed) => deed.change === verb && deed.effect));
  return { isSo: deeds.length > 0, deeds };
}

export function aTask(change: Record<string, unknown> = {}, key = "first"): Order {
  return {
    operation: "task.create",
    key,
    payload: {
      subject: "数据资源目录审批",
      creatorId: "1001",
      tenantId: "1",
      mobileUrl: "https://oa.example/m?id=1",
      url: "https://oa.example/pc?id=1",
      dueTime: "2026-06-06 12:00:03",
      assigneeId: "2001",
      ...change,
    },
  };
}

const three = {
  assigneeId: undefined,
  assignees: ["2001", "2002", "2003"].map((assigneeId) => ({ assigneeId })),
};

function forThree(): Order {
  const { assigneeId: _one, ...payload } = aTask().payload;
  return { ...aTask(), payload: { ...payload, assignees: three.assignees } };
}

function end(verb: "finish" | "cancel"): Order {
  return { operation: `task.${verb}`, key: `${verb}-1`, payload: { userId: "1001", of: "first" } };
}

const onePackage: Scenario["also"] = (_runs, { tasks }) => {
  const packages = new Set(tasks.map((row) => row["packageUuid"]));
  return packages.size === 1 ? null : `${packages.size} packages`;
};

const answers = ["same", "empty"] as const;

export const taskScenarios: readonly Scenario[] = [
  { name: "one task, one call", orders: [aTask()], ends: ["confirmed"], calls: { "task.create": 1 } },
  {
    name: "several assignees are one package, a call each",
    orders: [forThree()],
    ends: ["confirmed"],
    calls: { "task.create": 3 },
    also: onePackage,
  },
  {
    name: "what the people of a task are called does not matter",
    sandbox: { taskPeople: "assigneeUserInfo" },
    orders: [forThree()],
    ends: ["confirmed"],
    calls: { "task.create": 3 },
  },
  {
    name: "an answer in another form is understood",
    sandbox: { successForm: "swapped" },
    orders: [forThree()],
    ends: ["confirmed"],
    calls: { "task.create": 3 },
  },
  ...answers.flatMap((duplicateBizTask): Scenario[] => [
    {
      name: `a lost create that was stored is asked for with the same bizTaskId (${duplicateBizTask})`,
      sandbox: { duplicateBizTask },
      faults: script(["cut-after", "task.create"]),
      orders: [aTask()],
      ends: ["confirmed"],
    },
    {
      name: `a lost create that was dropped is made by the question (${duplicateBizTask})`,
      sandbox: { duplicateBizTask },
      faults: script(["cut-before", "task.create"]),
      orders: [aTask()],
      ends: ["confirmed"],
    },
    {
      name: `a lost create of several assignees does not make one of them twice (${duplicateBizTask})`,
      sandbox: { duplicateBizTask },
      faults: script(["error-after", "task.create", { times: 2 }]),
      orders: [forThree()],
      ends: ["confirmed"],
    },
  ]),
  {
    name: "a lost create keeps its package where the platform tells it again",
    faults: script(["cut-after", "task.create"]),
    orders: [forThree()],
    ends: ["confirmed"],
    also: onePackage,
  },
  ...(["object", "null", "absent", "text", "list"] as const).map((emptyData): Scenario => ({
    name: `empty data after a lost create is ours, in whatever form: ${emptyData}`,
    sandbox: { duplicateBizTask: "empty", emptyData },
    faults: script(["cut-after", "task.create"]),
    orders: [aTask()],
    ends: ["confirmed"],
  })),
  {
    name: "a bizTaskId that somebody else used is no delivery",
    faults: script(["duplicate-empty", "task.create", { times: -1 }]),
    orders: [aTask({ bizTaskId: "b-1" })],
    ends: ["rejected"],
  },
  {
    name: "a bizTaskId that answers with somebody else's task is no delivery",
    faults: script(["duplicate-foreign", "task.create", { times: -1 }]),
    orders: [aTask({ bizTaskId: "b-1" })],
    ends: ["rejected"],
  },
  {
    name: "two deliveries under one bizTaskId are two people and one task",
    orders: [
      aTask({ bizTaskId: "b-1" }),
      aTask({ bizTaskId: "b-1", assigneeId: "2002", subject: "别的事" }, "second"),
    ],
    ends: ["confirmed", "rejected"],
    words: { 1: /d-0/ },
  },
  {
    name: "two deliveries of one thing under one bizTaskId are one task, and one of them is told so",
    orders: [aTask({ bizTaskId: "b-1" }), aTask({ bizTaskId: "b-1" }, "second")],
    ends: ["confirmed", "rejected"],
    words: { 1: /d-0/ },
    others: true,
  },
  {
    name: "a lost create that is answered with somebody else's task is not called delivered",
    faults: script(["cut-after", "task.create"], ["duplicate-foreign", "task.create", { times: -1 }]),
    orders: [aTask({ bizTaskId: "b-1" })],
    ends: [["unproven", "rejected"]],
    unseen: true,
  },
  ...(["error", "code"] as const).map((as): Scenario => ({
    name: `a question that failed inside, and says success (${as}), proves nothing`,
    faults: script(["cut-before", "task.create"], ["failed-inside", "task.create", { as, times: 2 }]),
    orders: [aTask()],
    ends: ["confirmed"],
    calls: { "task.create": 4 },
  })),
  {
    name: "an empty answer to a first send is asked once more: the gateway had dropped it",
    faults: script(["duplicate-empty", "task.create"]),
    orders: [aTask()],
    ends: ["confirmed"],
    calls: { "task.create": 2 },
  },
  {
    name: "ids above 2^53 keep every digit",
    sandbox: { bigIds: true, hainanFinish: true },
    orders: [
      forThree(),
      aTask({ assigneeId: "2009", subject: "另一件" }, "second"),
      { ...end("finish"), payload: { userId: "1001", of: "second", assigneeId: "2009" } },
    ],
    ends: ["confirmed", "confirmed", "confirmed"],
    also: (_runs, { tasks }) =>
      tasks.filter((row) => row["status"] === "finished").length === 1 ? null : "not that one was finished",
  },
  {
    name: "busy with a 429 is asked again",
    faults: script(["throttled", "task.create", { times: 3 }]),
    orders: [aTask()],
    ends: ["confirmed"],
    calls: { "task.create": 4 },
  },
  ...(["inner", "both"] as const).map((hainanRefusal): Scenario => ({
    name: `a refusal is final (${hainanRefusal})`,
    sandbox: { hainanRefusal },
    orders: [aTask({ packageUuid: "nobody-has-it" })],
    ends: ["rejected"],
    calls: { "task.create": 1 },
    words: { 0: /NO_SUCH_PACKAGE/ },
  })),
  ...(["finish", "cancel"] as const).map((verb): Scenario => ({
    name: `a ${verb} of it by the key of its create`,
    sandbox: { hainanFinish: true },
    orders: [aTask(), end(verb)],
    ends: ["confirmed", "confirmed"],
    calls: { "task.create": 1, [`task.${verb}`]: 1 },
  })),
  {
    name: "an end that the installation does not have is refused",
    orders: [aTask(), end("finish")],
    ends: ["confirmed", "rejected"],
  },
  {
    name: "a finish whose answer is lost is not called done without proof",
    sandbox: { hainanFinish: true },
    faults: script(["cut-before", "task.finish", { times: -1 }]),
    orders: [aTask(), end("finish")],
    ends: ["confirmed", "unproven"],
  },
  ...["broken-json", "huge-body", "hang-after", "slow-drip"].map((fault): Scenario => ({
    name: `${fault} says nothing, and its task is found`,
    faults: script([fault, "task.create"]),
    orders: [aTask()],
    ends: ["confirmed"],
  })),
  ...refused("a task", [
    ["without a subject", aTask({ subject: "" })],
    ["with a subject of 201 characters", aTask({ subject: "长".repeat(201) })],
    ["with a URL without parameters", aTask({ url: "https://oa.example/pc" })],
  ]),
];

/** Under a seed every reading is drawn, and the platform misbehaves by chance. */
export function taskWeather(seed: number): Scenario {
  const rates = { "cut-after": 0.1, "error-after": 0.1, "cut-before": 0.1, throttled: 0.1 };
  return {
    name: `whatever the documents mean, seed ${seed}`,
    seed,
    faults: { random: { rates, endpoints: ["task.create"] } },
    orders: [forThree()],
    // A platform that answers our own question with somebody else's task can prove nothing.
    ends: [["confirmed", "rejected", "partial", "unproven"]],
    unseen: true,
  };
}
