/**
 * What Yunzmall may show, and what must come of it (docs/platforms/yunzmall.md, "Messages"). Nothing is sent.
 */
import type { Channel } from "../../../src/platforms/channel.ts";
import { yunzmallMessage } from "../../../src/platforms/yunzmall/message/channel.ts";
import type { Order } from "./engine.ts";
import { refused, type Act, type Effect, type Ledger, type Scenario, type Suite } from "./play.ts";
import { script } from "./todos.ts";

export const messageSuite: Suite = {
  channel: yunzmallMessage as Channel,
  settings: { platform: "yunzmall" },
  base: "/business/1",
  effect,
};

type Row = Ledger["messages"][number];

function effect({ payload }: Order, _recipient: string, { messages }: Ledger): Effect {
  const state = payload["state"] ?? "delivered";
  const isIt = (row: Row): boolean =>
    (row["message_body"] as Row)["title"] === payload["title"] &&
    same(payload["plugin"], row["plugin"]) &&
    same(payload["notice_type"], row["notice_type"]) &&
    same(payload["recipient_id"], row["recipient_id"]);
  const hasReached = (row: Row): boolean =>
    state === "delivered" || (state === "read" ? row["status"] === 1 : row["handle_status"] === 0);
  return { isSo: messages.some((row) => isIt(row) && hasReached(row)), deeds: [] };
}

function same(asked: unknown, shown: unknown): boolean {
  // A number and its digits are the same here.
  return (
    asked === undefined ||
    JSON.stringify(asked).replaceAll('"', "") === JSON.stringify(shown).replaceAll('"', "")
  );
}

const TITLE = "智慧园区任务";

function awaits(change: Record<string, unknown> = {}): Order {
  return { operation: "message.await", payload: { title: TITLE, ...change } };
}

const atOnce: Act["when"] = () => true;
const asked =
  (times: number): Act["when"] =>
  ([run]) =>
    (run?.state.checks ?? 0) >= times;

function comes(fields: Record<string, unknown> = {}, when: Act["when"] = atOnce, title = TITLE): Act {
  const message = { message_body: { title, head: "提醒", content: "" }, ...fields };
  return { when, act: (platform) => platform.control("messages", { messages: [message] }) };
}

function goesOn(id: number, state: "read" | "handled", when: Act["when"]): Act {
  return { when, act: (platform) => platform.control(`messages/${id}/${state}`, {}) };
}

const crowd: Act = {
  when: atOnce,
  act: (platform) =>
    platform.control("messages", {
      messages: Array.from({ length: 45 }, (_, index) => ({ message_body: { title: `别的 ${index}` } })),
    }),
};

const LISTS = ["message.unread", "message.read", "message.waitHandle"] as const;
const LIST_FAULTS: readonly (readonly [name: string, fault: string, more: object])[] = [
  ["a proxy that lies", "lying-proxy", { status: 503 }],
  ["a proxy that wants to be asked in a year", "lying-proxy", { status: 503, retryAfterSeconds: 31_536_000 }],
  ["a throttle of a year", "throttled", { retryAfterSeconds: 31_536_000 }],
  ["a firewall", "firewall", {}],
  ["an answer that is cut", "cut-after", { midAnswer: true }],
  ["a body without end", "huge-body", {}],
  ["an answer in drops", "slow-drip", { totalMs: 600 }],
  ["a connection that dies idle", "reset-on-reuse", {}],
];

export const messageScenarios: readonly Scenario[] = [
  { name: "a message that is there", orders: [awaits()], acts: [comes()], ends: ["confirmed"] },
  {
    name: "a message that comes later",
    orders: [awaits()],
    acts: [comes({}, asked(3))],
    ends: ["confirmed"],
  },
  { name: "one that never comes is never called delivered", orders: [awaits()], ends: ["unproven"] },
  {
    name: "another message proves nothing",
    orders: [awaits()],
    acts: [comes({}, atOnce, "另一个任务"), comes({}, atOnce, `${TITLE}（二）`)],
    ends: ["unproven"],
  },
  {
    name: "the message of somebody else proves nothing",
    orders: [awaits({ recipient_id: "7" })],
    acts: [comes({ recipient_id: 8 }), comes({ recipient_id: 77 })],
    ends: ["unproven"],
  },
  {
    name: "a message of another plugin proves nothing",
    orders: [awaits({ plugin: "project-manager" })],
    acts: [comes({ plugin: "oa" })],
    ends: ["unproven"],
  },
  {
    name: "a message of another type proves nothing",
    orders: [awaits({ notice_type: 2 })],
    acts: [comes({ notice_type: "1" })],
    ends: ["unproven"],
  },
  {
    name: "a number and its text are the same type",
    orders: [awaits({ notice_type: 2 })],
    acts: [comes({ notice_type: "2" })],
    ends: ["confirmed"],
  },
  {
    name: "what is unread is not read",
    orders: [awaits({ state: "read" })],
    acts: [comes()],
    ends: ["unproven"],
  },
  {
    name: "what somebody reads is read",
    orders: [awaits({ state: "read" })],
    acts: [comes(), goesOn(1, "read", asked(4))],
    ends: ["confirmed"],
  },
  {
    name: "what waits is not handled",
    orders: [awaits({ state: "handled" })],
    acts: [comes(), goesOn(1, "read", asked(2))],
    ends: ["unproven"],
  },
  {
    name: "what somebody handles is handled",
    orders: [awaits({ state: "handled" })],
    acts: [comes(), goesOn(1, "handled", asked(4))],
    ends: ["confirmed"],
  },
  {
    name: "a message on a later page is found",
    orders: [awaits()],
    acts: [comes(), crowd],
    ends: ["confirmed"],
  },
  {
    name: "a handled and read message has left every list but one",
    orders: [awaits()],
    acts: [comes(), goesOn(1, "read", atOnce), goesOn(1, "handled", atOnce)],
    ends: ["confirmed"],
  },
  {
    name: "recipients above 2^53 are not their neighbours",
    sandbox: { bigIds: true },
    orders: [awaits({ recipient_id: "9007199254740993" })],
    acts: [comes({ recipient_id: "9007199254740992" }), comes({ recipient_id: "9007199254740994" })],
    ends: ["unproven"],
  },
  {
    name: "a recipient above 2^53 is found by every digit",
    sandbox: { bigIds: true },
    orders: [awaits({ recipient_id: "9007199254740993" })],
    acts: [comes({ recipient_id: "9007199254740993" })],
    ends: ["confirmed"],
  },
  {
    name: "an old message is not the awaited one",
    orders: [awaits({ since: "2026-01-05 08:00:00" })],
    acts: [comes({ created_at: "2026-01-05 07:59:59" })],
    ends: ["unproven"],
    unseen: true,
  },
  ...["error-after", "broken-json", "unavailable", "cut-before", "hang"].map((fault): Scenario => ({
    name: `${fault} at the lists says nothing`,
    faults: script(
      ...["unread", "read", "waitHandle"].map((list) => [fault, `message.${list}`, { times: 3 }] as const),
    ),
    orders: [awaits()],
    acts: [comes()],
    ends: ["confirmed"],
  })),
  ...LIST_FAULTS.map(([name, fault, more]): Scenario => ({
    name: `${name} at the lists is neither proof nor an end`,
    faults: script(...LISTS.map((list) => [fault, list, { times: 3, ...more }] as const)),
    orders: [awaits(), awaits({ state: "read" })],
    acts: [comes({}, asked(2)), goesOn(1, "read", asked(4))],
    ends: ["confirmed", "confirmed"],
  })),
  ...["gzip", "deflate", "raw-deflate", "br"].map((as): Scenario => ({
    name: `lists in ${as} that nobody asked for are read`,
    faults: script(...LISTS.map((list) => ["encoded", list, { as, times: -1 }] as const)),
    orders: [awaits()],
    acts: [comes()],
    ends: ["confirmed"],
  })),
  {
    name: "lists that repeat the request show no message, and tell no secret",
    faults: script(...LISTS.map((list) => ["echo", list, { times: -1 }] as const)),
    orders: [awaits()],
    acts: [comes()],
    ends: ["unproven"],
    unseen: true,
  },
  {
    name: "credentials that are refused all day end nothing but time",
    sandbox: { mallAuthorization: "Bearer somebody", mallRefusal: "401" },
    orders: [awaits()],
    acts: [comes()],
    ends: ["unproven"],
    unseen: true,
  },
  {
    name: "a list that is refused proves nothing",
    sandbox: { mallAuthorization: "Bearer somebody", mallRefusal: "200" },
    orders: [awaits()],
    acts: [comes()],
    ends: ["unproven"],
    unseen: true,
  },
  ...refused("one", [
    ["without a criterion", { operation: "message.await", payload: {} }],
    ["with a misspelt criterion", awaits({ recipientid: 7 })],
  ]),
];
