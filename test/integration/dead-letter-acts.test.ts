/**
 * What a person does about dead letters beside replaying them: verifying, restoring, marking groups, following a bulk
 * action, erasing a person's data. None of it sends anything.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { die } from "../../src/delivery/decision.ts";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { a, aMeeting } from "../support/schedules.ts";
import { sandboxControl } from "../support/sandbox-control.ts";
import { startApiSystem, type ApiSystem, type KeyName } from "../doors/http/api-system.ts";

const ACCOUNT = `todo: { mode: sync }
    resGroupSecret: sandbox-schedule-secret
    schedule: { lookup: lists }
    rate: { check: 5000/s, todo: 5000/s, schedule: 5000/s }`;

let system: ApiSystem;
beforeAll(async () => {
  system = await startApiSystem({ account: ACCOUNT });
});
afterEach(async () => system.misbehave({ clear: true }));
afterAll(async () => system.close());

const ask = (path: string, body?: unknown, key: KeyName = "ops") =>
  system.call(path, { key, ...(body === undefined ? {} : { body }) });
const act = (id: string, verb: string, body: unknown = {}, key: KeyName = "ops") =>
  ask(`/v1/dead-letters/${id}/${verb}`, body, key);

/** Asked again while nobody can tell: the worker may have used up the checks of this minute. */
const told = (id: string, body: unknown = {}) =>
  eventually(
    () => act(id, "verify", body),
    ({ json }) => json["verdict"] !== "unknown",
  );

/** Dead as if its deadline had passed while nobody could say what became of it. */
async function lost(input: EnqueueInput): Promise<string> {
  const id = await system.enqueue(input);
  await eventually(
    async () => {
      const delivery = await system.store.get(id);
      if (delivery === null || delivery === "unreadable") throw new Error("it was acknowledged");
      if (delivery.state.status === "dead") return "saved";
      if (delivery.state.status !== "confirming") return delivery.state.status;
      const dead = die(delivery.state, {
        reason: "unproven",
        detail: "nobody could say",
        entries: [],
        context: { now: Date.now() },
      });
      return (await system.store.save(delivery, { decision: dead, leaving: { leavesLane: false } })).kind;
    },
    (kind) => kind === "saved",
  );
  return id;
}

async function refused(more: object = {}, recipient = "nobody"): Promise<string> {
  await system.misbehave({ script: [{ fault: "bad-recipients", endpoint: "todo.create" }] });
  const id = await system.enqueue({ ...aTodo({}, [recipient]), ...more });
  await system.ended(id);
  return id;
}

const lostAnswer = (endpoint: string, ...more: object[]) =>
  system.misbehave({ script: [{ fault: "cut-after", endpoint }, ...more] });

describe("verifying now", () => {
  it("confirms what is there after all, names its generation, and sends nothing", async () => {
    await lostAnswer("todo.create", { fault: "check-failed", endpoint: "todo.check", times: -1 });
    const id = await lost(aTodo());
    await system.misbehave({ clear: true });
    const before = (await system.ledger()).calls["todo.create"];

    const verified = await told(id, { note: "the platform is back" });

    expect(verified.json).toMatchObject({
      verdict: "there",
      delivery: { status: "confirmed", generation: 2 },
      recipients: [{ recipient: "ann", seen: "there" }],
    });
    expect((await system.ledger()).calls["todo.create"]).toBe(before);
    const audit = await ask(`/v1/audit?id=${id}&act=verify`);
    expect((audit.json["items"] as unknown[])[0]).toMatchObject({
      by: "ops",
      act: "verify",
      note: "the platform is back",
    });
    expect((await act(id, "verify")).json).toMatchObject({ status: 409, code: "notDead" });
  });

  it("leaves dead what it does not find, and sends nothing", async () => {
    await system.misbehave({
      script: [
        { fault: "cut-before", endpoint: "todo.create" },
        { fault: "check-failed", endpoint: "todo.check", times: -1 },
      ],
    });
    const id = await lost(aTodo());
    await system.misbehave({ clear: true });
    const before = (await system.ledger()).calls["todo.create"];

    const verified = await told(id);

    expect(verified.json).toMatchObject({
      verdict: "absent",
      delivery: { status: "dead", reason: "unproven" },
    });
    expect((await system.ledger()).calls["todo.create"]).toBe(before);
    expect((await act(id, "verify", { receipt: "5b33" })).json).toMatchObject({
      status: 400,
      errors: [{ pointer: "/receipt" }],
    });
  });

  it("asks about the id that a person found, accepts it only as it was sent or by force, and claims it once", async () => {
    const control = sandboxControl(system.sandbox);
    await control("settings", { storedText: "cut" });
    await lostAnswer("schedule.create");
    const content = `会议 ${"很长的主题".repeat(40)}`;
    const id = await lost(a("create", aMeeting(content)));
    const other = await lostTwin();
    const { schedules } = await control<{ schedules: { id: string; content: string }[] }>("ledger");
    const found = schedules.find((row) => row.content.startsWith("会议"));
    if (found === undefined) throw new Error("the platform stored it, altered");

    const blind = await act(id, "verify");
    const named = await act(id, "verify", { receipt: found.id });
    const insisted = await act(id, "verify", {
      receipt: found.id,
      takesAltered: true,
      note: "it is there, I looked",
    });
    const stolen = await act(other, "verify", { receipt: found.id, takesAltered: true });
    await control("settings", { storedText: null });

    expect(blind.json).toMatchObject({ verdict: "unknown", candidates: [{ id: found.id }] });
    expect(named.json).toMatchObject({
      delivery: { status: "dead" },
      recipients: [{ seen: "there", detail: expect.stringContaining("other values") as string }],
    });
    expect(insisted.json).toMatchObject({
      verdict: "there",
      delivery: { status: "confirmed", receipt: { workId: found.id } },
    });
    expect(JSON.stringify(insisted.json)).toContain("its id was named by ops");
    expect(stolen.json).toMatchObject({ status: 409, code: "claimed", id });
  });

  async function lostTwin(): Promise<string> {
    await system.misbehave({ clear: true });
    await system.misbehave({
      script: [{ fault: "cut-before", endpoint: "schedule.create" }],
    });
    const id = await lost(a("create", aMeeting("another one altogether")));
    await system.misbehave({ clear: true });
    return id;
  }

  it("in bulk confirms those that are there, lists the others with the reason, and can be repeated", async () => {
    await lostAnswer("todo.create", { fault: "check-failed", endpoint: "todo.check", times: -1 });
    const metadata = { round: "bulk-verify" };
    const there = await lost({ ...aTodo(), metadata });
    await system.misbehave({ clear: true });
    await system.misbehave({
      script: [
        { fault: "cut-before", endpoint: "todo.create" },
        { fault: "check-failed", endpoint: "todo.check", times: -1 },
      ],
    });
    const gone = await lost({ ...aTodo(), metadata });
    await system.misbehave({ clear: true });

    const filter = { metadata: "round=bulk-verify" };
    const begun = await ask("/v1/dead-letters/verify", { filter, ratePerSecond: 100, note: "all of them" });
    const ended = await actionEnded(begun.json["id"] as string);
    const failed = await ask(`/v1/actions/${ended["id"] as string}/failed`);
    const repeated = await ask(`/v1/actions/${ended["id"] as string}/repeat`, { note: "once more" });
    const again = await actionEnded(repeated.json["id"] as string);

    expect(ended).toMatchObject({ kind: "verify", status: "done", matched: 2, done: 1, failed: 1 });
    expect(failed.json["items"]).toMatchObject([{ id: gone, account: "yzj", detail: "absent: absent" }]);
    expect((await system.ended(there)).state.status).toBe("confirmed");
    expect(again).toMatchObject({ matched: 1, failed: 1, repeats: ended["id"] });
    expect((await auditedOf(ended["id"], 2))[0]).toMatchObject({
      act: "verify in bulk, done",
      count: 1,
      matched: 2,
    });
  });
});

async function actionEnded(id: string): Promise<Record<string, unknown>> {
  return eventually(
    async () => (await ask(`/v1/actions/${id}`)).json,
    ({ status }) => status !== "running",
  );
}

/** The row of the end is written once the action has ended. */
async function auditedOf(id: unknown, rows: number): Promise<readonly unknown[]> {
  return eventually(
    async () => (await ask(`/v1/audit?id=${String(id)}`)).json["items"] as unknown[],
    (items) => items.length >= rows,
  );
}

describe("a discard", () => {
  it("is shown, and can be restored once within a day", async () => {
    const id = await refused();
    await act(id, "discard", { note: "the wrong one" });

    const shown = await ask(`/v1/deliveries/${id}`);
    const restored = await act(id, "restore", { note: "the right one after all" });
    const twice = await act(id, "restore");

    expect(shown.json).toMatchObject({ status: "discarded" });
    expect(
      Date.parse(shown.json["restorableUntil"] as string) - Date.parse(shown.json["discardedAt"] as string),
    ).toBe(86_400_000);
    expect(restored.json).toMatchObject({ delivery: { status: "dead", reason: "rejected" }, ahead: 0 });
    expect(twice.json).toMatchObject({ status: 409, code: "notDiscarded" });
    await act(id, "discard", { note: "over" });
  });
});

describe("a group", () => {
  it("is acknowledged, assigned and snoozed, and recurs when another delivery of it dies", async () => {
    await refused();
    const group = { account: "yzj", operation: "todo.create", reason: "rejected" };
    const groupNow = async (): Promise<Record<string, unknown> | undefined> => {
      const { items } = (await ask("/v1/dead-letters/groups")).json as { items: Record<string, unknown>[] };
      return items.find(({ reason }) => reason === "rejected");
    };
    const before = await groupNow();
    const name = { ...group, code: before?.["code"] };
    const mark = (change: object, key: KeyName = "ops") =>
      ask("/v1/dead-letters/groups/mark", { ...name, ...change }, key);

    await mark({ acknowledged: true, assignee: "zhang", note: "asked the platform" });
    const acknowledged = await groupNow();
    // Whoever acknowledges and the worker have two clocks: one that dies in the same moment may count as before it.
    const recurring = await eventually(
      async () => {
        await refused();
        return groupNow();
      },
      (seen) => seen?.["state"] === "recurring",
    );
    await mark({ snoozedUntil: Date.now() + 3_600_000 });
    const snoozed = await groupNow();
    const cleared = await mark({ acknowledged: false, assignee: null, note: null, snoozedUntil: null });

    expect(before).toMatchObject({ state: "new", mark: null });
    expect(acknowledged).toMatchObject({
      state: "acknowledged",
      mark: { acknowledgedBy: "ops", assignee: "zhang", note: "asked the platform" },
    });
    expect(recurring).toMatchObject({ state: "recurring" });
    expect(snoozed).toMatchObject({ state: "snoozed" });
    expect(cleared.json).toEqual({ mark: null });
  });
});

describe("a bulk replay", () => {
  it("says how many of them died again, though every one was replayed", async () => {
    const metadata = { round: "dies-again" };
    for (let i = 0; i < 3; i += 1) await refused({ metadata });
    await system.misbehave({ script: [{ fault: "bad-recipients", endpoint: "todo.create", times: -1 }] });

    const filter = { metadata: "round=dies-again" };
    const begun = await ask("/v1/dead-letters/replay", { filter, note: "hoping" });
    const ended = await eventually(
      async () => (await ask(`/v1/actions/${begun.json["id"] as string}`)).json,
      (action) => (action["since"] as { open: number }).open === 0 && action["status"] === "done",
    );

    expect(ended).toMatchObject({ done: 3, failed: 0, since: { confirmed: 0, diedAgain: 3, open: 0 } });
    expect(await auditedOf(ended["id"], 2)).toMatchObject([
      { act: "replay in bulk, done", count: 3, matched: 3 },
      // Which of the dead letters have this metadata, only their records tell.
      { act: "replay in bulk", count: null, matched: null },
    ]);
  });

  it("continues at a changed rate from its next round on", async () => {
    const metadata = { round: "slow" };
    for (let i = 0; i < 3; i += 1) await refused({ metadata });
    const filter = { metadata: "round=slow" };
    const begun = await ask("/v1/dead-letters/discard", { filter, ratePerSecond: 0.1, note: "slowly" });
    const id = begun.json["id"] as string;
    await eventually(
      async () => (await ask(`/v1/actions/${id}`)).json["done"],
      (done) => done === 1,
    );

    const changed = await ask(`/v1/actions/${id}/rate`, { ratePerSecond: 500 });

    expect(changed.json).toMatchObject({ ratePerSecond: 500, status: "running" });
    expect((await ask(`/v1/actions/${id}`)).json).toMatchObject({ ratePerSecond: 500 });
    await ask(`/v1/actions/${id}/cancel`, {});
    expect((await ask(`/v1/actions/${id}/rate`, { ratePerSecond: 1 })).json).toMatchObject({
      code: "tooLate",
    });
  });
});

it("finds dead letters by the words of their detail and by their metadata, literally", async () => {
  const id = await refused({ metadata: { order: "4711", big: 9 } });
  const ids = async (query: string): Promise<string[]> =>
    ((await ask(`/v1/dead-letters?${query}`)).json["items"] as { id: string }[]).map((item) => item.id);

  expect(await ids("metadata=order%3D4711")).toEqual([id]);
  expect(await ids("metadata=big%3D9")).toEqual([id]);
  expect(await ids("metadata=order%3D471")).toEqual([]);
  expect(await ids("text=NOBODY&metadata=order%3D4711")).toEqual([id]);
  expect(await ids("text=nothing-like-it")).toEqual([]);
  expect((await ask("/v1/dead-letters?metadata=order")).status).toBe(400);
});

it("erases what has ended for one recipient, and lists what has not", async () => {
  const dead = await refused({}, "leaver");
  const sent = await system.enqueue(aTodo({}, ["leaver"]));
  const stays = await system.enqueue(aTodo({}, ["stays"]));
  await Promise.all([system.ended(sent), system.ended(stays)]);
  const open = await system.enqueue({ ...aTodo({}, ["leaver"]), sendAt: Date.now() + 3_600_000 });

  const order = { recipient: "leaver", note: "request 2026-117" };
  const refusal = await ask("/v1/recipients/forget", order);
  const begun = await ask("/v1/recipients/forget", order, "boss");
  const ended = await actionEnded(begun.json["id"] as string);
  const failed = await ask(`/v1/actions/${ended["id"] as string}/failed`);

  expect(refusal.status).toBe(403);
  expect(ended).toMatchObject({ kind: "forget", done: 2, failed: 1, filter: { recipient: "(erased)" } });
  expect(failed.json["items"]).toMatchObject([{ id: open }]);
  expect((await ask(`/v1/deliveries/${dead}`)).status).toBe(404);
  expect((await ask(`/v1/deliveries/${sent}`)).status).toBe(404);
  expect((await ask(`/v1/deliveries/${stays}`)).status).toBe(200);
});

describe("an account", () => {
  it("is probed, and its hold ends where its credentials are accepted", async () => {
    const control = sandboxControl(system.sandbox);
    const wrong = { appId: "500041933", secret: "another", killTokens: true };
    await control("accounts", wrong);
    await system.enqueue(aTodo());
    await eventually(
      async () => (await ask("/v1/accounts")).json["items"] as { name: string; breaker: { state: string } }[],
      (items) => items.find(({ name }) => name === "yzj")?.breaker.state === "held",
    );

    const refusedNow = await ask("/v1/accounts/yzj/probe", {});
    await control("accounts", { ...wrong, secret: "sandbox-app-secret" });
    const taken = await ask("/v1/accounts/yzj/probe", { note: "the secret is mended" });
    const notHeld = await ask("/v1/accounts/yzj/release", { note: "to be sure" }, "boss");

    expect(refusedNow.json).toMatchObject({ released: false, account: { breaker: { state: "held" } } });
    expect(taken.json).toMatchObject({ released: true, account: { breaker: { state: "closed" } } });
    expect(notHeld.json).toMatchObject({ status: 409, code: "notHeld" });
    expect((await ask("/v1/accounts/yzj/release", { note: "by force" })).status).toBe(403);
  });
});

it("refuses every act to a viewer", async () => {
  const id = await refused();
  const acts: readonly (readonly [string, unknown])[] = [
    [`/v1/dead-letters/${id}/verify`, {}],
    [`/v1/dead-letters/${id}/restore`, {}],
    ["/v1/dead-letters/verify", { filter: {} }],
    [
      "/v1/dead-letters/groups/mark",
      { account: "yzj", operation: "todo.create", reason: "rejected", code: null, acknowledged: true },
    ],
    ["/v1/recipients/forget", { recipient: "ann", note: "no" }],
    ["/v1/actions/a1/rate", { ratePerSecond: 1 }],
    ["/v1/actions/a1/repeat", { note: "no" }],
    ["/v1/accounts/yzj/probe", {}],
    ["/v1/accounts/yzj/release", { note: "no" }],
  ];

  const answers = await Promise.all(acts.map(([path, body]) => ask(path, body, "eye")));

  expect(answers.map(({ status }) => status)).toEqual(acts.map(() => 403));
});

describe("editing one field of many", () => {
  const order = { filter: { account: "yzj", key: "moved" }, field: "/url", note: "the host has moved" };

  it("shows the result for the first, refuses what would not validate, and replays the others", async () => {
    const id = await refused({ key: "moved" });
    const edit = (body: object) => ask("/v1/dead-letters/edit", { ...order, ...body });
    const { url } = ((await ask(`/v1/deliveries/${id}?include=payload`)).json["payload"] ?? {}) as {
      url: string;
    };

    const wrong = await edit({ value: 7, dryRun: true });
    const dry = await edit({ find: "http://www", replaceWith: "https://ww2", dryRun: true });
    expect(wrong.json["sample"]).toMatchObject([{ id, before: JSON.stringify(url), after: "7" }]);
    expect((wrong.json["sample"] as { refused: string }[])[0]?.refused).toContain("/payload/url");
    expect(await endOf(wrong)).toMatchObject({ matched: 1, failed: 1, done: 0, edits: "/url" });
    expect(await endOf(dry)).toMatchObject({ matched: 1, failed: 0, done: 0 });
    expect((await system.store.payload(id)) ?? "").toContain(url);

    const done = await endOf(await edit({ find: "http://www", replaceWith: "https://ww2" }));
    expect(done).toMatchObject({ kind: "edit", matched: 1, done: 1, failed: 0 });
    expect((await system.ended(id)).state).toMatchObject({ status: "confirmed", generation: 2 });
    expect((await system.store.payload(id)) ?? "").toContain(url.replace("http://www", "https://ww2"));
    const audit = await ask("/v1/audit?act=edit%20/url%20in%20bulk");
    expect(audit.json["items"]).toMatchObject([{ by: "ops", note: order.note }]);
  });

  it.each([
    ["no change", {}],
    ["two changes", { value: 1, find: "a", replaceWith: "b" }],
    ["half of one", { find: "a" }],
    ["no field", { field: "url", value: 1 }],
  ])("is refused with %s", async (_name, body) => {
    expect((await ask("/v1/dead-letters/edit", { ...order, ...body })).status).toBe(400);
  });

  it("is refused to a viewer, who sees neither its values nor the sample", async () => {
    const begun = await ask("/v1/dead-letters/edit", { ...order, value: "secret-value", dryRun: true });
    const seen = await ask(`/v1/actions/${String(begun.json["id"])}`, undefined, "eye");

    expect((await ask("/v1/dead-letters/edit", { ...order, value: 1 }, "eye")).status).toBe(403);
    expect(seen.json).toMatchObject({ kind: "edit", edits: "/url" });
    expect(seen.text).not.toContain("secret-value");
  });
});

/** Of a bulk action, once it has ended. */
async function endOf({ json }: { readonly json: Record<string, unknown> }): Promise<Record<string, unknown>> {
  return eventually(
    async () => (await ask(`/v1/actions/${String(json["id"])}`)).json,
    ({ status }) => status === "done",
  );
}

describe("a pause with a planned end", () => {
  it("says who, why and until when, and is over by itself", async () => {
    const until = Date.now() + 3_000;
    const paused = await ask("/v1/accounts/yzj/pause", { note: "maintenance", until });
    const id = await system.enqueue(aTodo());

    expect(paused.json).toMatchObject({
      paused: true,
      pause: { by: "ops", note: "maintenance", until: new Date(until).toISOString() },
    });
    const { state } = await system.ended(id);
    expect(state.status).toBe("confirmed");
    expect(state.finishedAt).toBeGreaterThanOrEqual(until);
    const accounts = (await ask("/v1/accounts")).json["items"];
    expect(accounts).toContainEqual(expect.objectContaining({ name: "yzj", paused: false, pause: null }));
    const audit = await ask("/v1/audit?act=pause&account=yzj");
    expect(audit.json["items"]).toMatchObject([
      { note: `maintenance; until ${new Date(until).toISOString()}` },
    ]);
  });

  it("is refused when it is in the past", async () => {
    const refused = await ask("/v1/accounts/yzj/pause", { until: Date.now() - 1_000 });

    expect(refused.json).toMatchObject({ status: 400, errors: [{ pointer: "/until" }] });
  });
});
