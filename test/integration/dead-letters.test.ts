/**
 * Dead letters: what a person may do to them, and that none of it delivers anything twice.
 */
import { afterEach, describe, expect, it } from "vitest";
import { die } from "../../src/delivery/decision.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { startApiSystem, type ApiSystem, type ApiSystemOptions } from "../doors/http/api-system.ts";

let system: ApiSystem;
afterEach(async () => system.close());

async function aSystem(options: ApiSystemOptions = {}): Promise<void> {
  system = await startApiSystem({ account: "rate: { check: 5000/s, todo: 5000/s }", ...options });
}

const SYNC = `todo: { mode: sync }\n    rate: { check: 5000/s, todo: 5000/s }`;

/** The platform refuses its recipient. */
async function refused(overrides: Record<string, unknown> = {}, extra: object = {}): Promise<string> {
  await system.misbehave({ script: [{ fault: "bad-recipients", endpoint: "todo.create" }] });
  const id = await system.enqueue({ ...aTodo(overrides, ["nobody"]), ...extra });
  await system.ended(id);
  return id;
}

const ops = (path: string, body?: unknown) =>
  system.call(path, { key: "ops", ...(body === undefined ? {} : { body }) });
const post = (path: string, body: unknown = {}) => ops(path, body);

async function timelineOf(id: string): Promise<{ event: string }[]> {
  return (await ops(`/v1/deliveries/${id}?include=timeline`)).json["timeline"] as { event: string }[];
}

describe("a dead letter that was refused", () => {
  it("is replayed once the cause is fixed: same id, next generation, on the timeline and in the audit", async () => {
    await aSystem({ account: SYNC });
    const id = await refused();

    const replay = await post(`/v1/dead-letters/${id}/replay`, { note: "account created" });
    const after = await ops(`/v1/deliveries/${id}?wait=20&include=timeline`);
    const audit = await ops("/v1/audit");

    expect(replay.json).toMatchObject({ id, generation: 2, status: "retrying", reason: null });
    expect(after.json).toMatchObject({ id, status: "confirmed", generation: 2 });
    expect(after.json["timeline"]).toMatchObject([
      { event: "enqueued" },
      { event: "sent" },
      { event: "dead", reason: "rejected" },
      { event: "replayed", by: "ops", generation: 2, note: "account created" },
      { event: "sent" },
      // The success of a replay may leave out whom the platform did not know before: it is no proof by itself.
      { event: "checked", proven: 1 },
      { event: "confirmed" },
    ]);
    expect(audit.json["items"]).toMatchObject([
      { by: "ops", from: "127.0.0.1", act: "replay", id, note: "account created" },
    ]);
    expect((await ops("/v1/dead-letters")).json["items"]).toEqual([]);
  });

  it("is edited and replayed: the original is kept, and the timeline says where they differ", async () => {
    await aSystem({ account: SYNC });
    const todo = aTodo({}, ["nobody"]);
    const id = await refused(todo.payload);
    const payload = { ...todo.payload, title: "mended", params: [{ openId: "ann" }] };

    const wrong = await post(`/v1/dead-letters/${id}/replay`, { payload: { ...payload, title: 7 } });
    const elsewhere = await post(`/v1/dead-letters/${id}/replay`, { payload: { ...payload, sourceId: "x" } });
    await post(`/v1/dead-letters/${id}/replay`, { payload });
    const after = await ops(`/v1/deliveries/${id}?wait=20&include=payload,timeline`);

    expect(wrong.json).toMatchObject({ status: 400, errors: [{ pointer: "/payload/title" }] });
    expect(elsewhere.json).toMatchObject({ status: 400, errors: [{ pointer: "/payload" }] });
    expect(after.json).toMatchObject({
      status: "confirmed",
      recipients: [{ id: "ann" }],
      payload,
      originals: [todo.payload],
    });
    const edited = (after.json["timeline"] as { event: string }[]).find(({ event }) => event === "edited");
    expect(edited).toMatchObject({
      by: "ops",
      changed: ["/title", "/params/0/status", "/params/0/openId"],
    });
    expect(JSON.stringify(edited)).not.toContain("mended");
  });

  it("is discarded with a note: not among the dead letters, still readable", async () => {
    await aSystem({ account: SYNC });
    const id = await refused();

    const without = await post(`/v1/dead-letters/${id}/discard`);
    const discard = await post(`/v1/dead-letters/${id}/discard`, { note: "duplicate of another" });
    const twice = await post(`/v1/dead-letters/${id}/discard`, { note: "again" });

    expect(without.json).toMatchObject({ status: 400, errors: [{ pointer: "/note" }] });
    expect(discard.status).toBe(200);
    expect(twice.json).toMatchObject({ status: 409, code: "notDead" });
    expect((await ops("/v1/dead-letters")).json["items"]).toEqual([]);
    expect((await ops(`/v1/deliveries/${id}`)).json["status"]).toBe("discarded");
    expect((await timelineOf(id)).at(-1)).toMatchObject({
      event: "discarded",
      by: "ops",
      note: "duplicate of another",
    });
  });

  it("can be replayed even after it was discarded", async () => {
    await aSystem({ account: SYNC });
    const id = await refused();
    await post(`/v1/dead-letters/${id}/discard`, { note: "a mistake" });

    await post(`/v1/dead-letters/${id}/replay`);

    expect((await system.ended(id)).state.status).toBe("confirmed");
  });
});

describe("a schedule that may have arrived", () => {
  // Short: nobody knows. Long: absent, to be sent again, and meanwhile it may have been shown after all.
  it.each([800, 2_500])(
    "is replayed, but not edited: after %d ms only its content could tell",
    async (life) => {
      await aSystem({ account: "resGroupSecret: sandbox-schedule-secret" });
      const script = [
        { fault: "not-stored", endpoint: "schedule.create" },
        { fault: "throttled", endpoint: "schedule.create", times: -1 },
      ];
      await system.misbehave({ script });
      const payload = {
        openid: "ann",
        content: "季度会",
        startDate: 1_800_000_000_000,
        endDate: 1_800_003_600_000,
      };
      const id = await system.enqueue({
        account: "yzj",
        operation: "schedule.create",
        payload,
        deadline: Date.now() + life,
      });
      expect((await system.ended(id)).state).toMatchObject({ status: "dead", reason: "unproven" });

      const edited = await post(`/v1/dead-letters/${id}/replay`, {
        payload: { ...payload, content: "年度会" },
      });
      const replayed = await post(`/v1/dead-letters/${id}/replay`, { note: "ask again" });

      expect(edited).toMatchObject({ status: 400, json: { errors: [{ pointer: "/payload" }] } });
      expect(replayed).toMatchObject({ status: 200, json: { status: "confirming", generation: 2 } });
    },
  );
});

describe("a dead head of a lane", () => {
  it("goes first when it is replayed, and the others follow", async () => {
    await aSystem({ account: SYNC });
    const head = await refused({ sourceId: "in-order" });
    const next = await system.enqueue(aTodo({ sourceId: "in-order" }));
    expect((await ops(`/v1/deliveries/${next}`)).json["status"]).toBe("queued");

    await post(`/v1/dead-letters/${head}/replay`);

    const [first, second] = [await system.ended(head), await system.ended(next)];
    expect(first.state.status).toBe("confirmed");
    expect(second.state.status).toBe("confirmed");
    expect(first.state.finishedAt ?? 0).toBeLessThanOrEqual(second.state.finishedAt ?? 0);
  });

  it("lets the next one go on when it is discarded", async () => {
    await aSystem({ account: SYNC });
    const head = await refused({ sourceId: "in-order" });
    const next = await system.enqueue(aTodo({ sourceId: "in-order" }));

    await post(`/v1/dead-letters/${head}/discard`, { note: "not needed any more" });

    expect((await system.ended(next)).state.status).toBe("confirmed");
  });
});

describe("what is not a dead letter", () => {
  it("is neither replayed nor discarded", async () => {
    await aSystem();
    const id = await system.enqueue({ ...aTodo(), sendAt: Date.now() + 600_000 });

    expect(await post(`/v1/dead-letters/${id}/replay`)).toMatchObject({
      status: 409,
      json: { code: "notDead" },
    });
    expect(await post(`/v1/dead-letters/${id}/discard`, { note: "x" })).toMatchObject({ status: 409 });
    expect(await post("/v1/dead-letters/d-unknown/replay")).toMatchObject({ status: 404 });
  });
});

describe("dead letters", () => {
  it("are listed, filtered, grouped and exported", async () => {
    await aSystem({ account: SYNC });
    const ids = [await refused(), await refused(), await refused()];
    await system.misbehave({ script: [{ fault: "throttled", endpoint: "todo.create", times: -1 }] });
    const late = await system.enqueue({ ...aTodo(), deadline: Date.now() + 500 });
    await system.ended(late);

    const page = await ops("/v1/dead-letters?reason=rejected&limit=2");
    const rest = await ops(`/v1/dead-letters?reason=rejected&cursor=${String(page.json["nextCursor"])}`);
    const groups = await ops("/v1/dead-letters/groups");
    const detailed = await ops("/v1/dead-letters/groups?include=details&reason=rejected");
    const sent = await Promise.all(
      [1, 2].map(
        async (sends) => (await ops(`/v1/dead-letters?reason=rejected&sends=${sends}`)).json["items"],
      ),
    );
    const bySince = await ops(`/v1/dead-letters?since=${Date.now() + 60_000}`);
    const exported = await ops("/v1/dead-letters/export?code=505");
    const table = await ops("/v1/dead-letters/export?code=505&format=csv");
    const audit = await ops("/v1/audit/export?format=csv&act=export%20dead%20letters");
    const auditLines = await ops("/v1/audit/export");

    const idsOf = (items: unknown): string[] => (items as { id: string }[]).map(({ id }) => id);
    expect([...idsOf(page.json["items"]), ...idsOf(rest.json["items"])]).toEqual(ids.toReversed());
    expect(rest.json["nextCursor"]).toBeNull();
    expect(groups.json).toMatchObject({
      items: [
        { account: "yzj", operation: "todo.create", reason: "rejected", code: "505", count: 3 },
        { reason: "expired", code: null, count: 1, example: late },
      ],
      counted: 4,
      isComplete: true,
    });
    expect(groups.json["items"]).toMatchObject([
      { trend: null, held: null },
      { trend: null, held: null },
    ]);
    expect(detailed.json["items"]).toMatchObject([
      { count: 3, trend: [0, 0, 0, 0, 0, 0, 0, 3], held: { lanes: 0, waiting: 0 } },
    ]);
    expect(sent).toMatchObject([[{}, {}, {}], []]);
    const rows = table.text.trimEnd().split("\r\n");
    expect(rows[0]).toBe(
      "id,account,operation,key,lane,reason,code,detail,recipients,unproven,sends,checks,generation,createdAt,finishedAt,metadata,payload",
    );
    expect(rows).toHaveLength(4);
    expect(rows[1]).toMatch(
      new RegExp(`^${ids[2] ?? ""},yzj,todo.create,.*,rejected,505,.*,1,nobody,1,0,1,`),
    );
    expect(audit.text.trimEnd().split("\r\n")).toHaveLength(3);
    expect(
      auditLines.text
        .trimEnd()
        .split("\n")
        .map((line) => (JSON.parse(line) as { act: string }).act),
    ).toEqual(["export audit", "export audit", "export dead letters", "export dead letters"]);
    expect(bySince.json["items"]).toEqual([]);
    const lines = exported.text.trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      id: ids[2],
      payload: { title: "待办测试" },
      timeline: {},
    });
  });
});

const LETTERS = 60;
const DELIVERED = 18;

/** Letters that died unproven: some were delivered after all, and show only now. */
async function unprovenDeadLetters(): Promise<void> {
  // Later than the deadline and the platform's lag, which every one of them is given.
  const visibleAfterMs = 9_000;
  await system.misbehave({
    script: [
      { fault: "late", endpoint: "todo.create", lateMs: visibleAfterMs / 0.02, times: DELIVERED },
      { fault: "not-stored", endpoint: "todo.create", times: LETTERS - DELIVERED },
    ],
  });
  const deadline = Date.now() + 3_000;
  const results = await system.producer.enqueueBatch(
    Array.from({ length: LETTERS }, () => ({ ...aTodo(), deadline })),
  );
  expect(results.every(({ kind }) => kind === "created")).toBe(true);
  await eventually(
    () => system.store.countReason("unproven"),
    (count) => count === LETTERS,
  );
  const { todos } = await system.ledger();
  const latest = Math.max(...todos.map(({ visibleAt }) => visibleAt));
  await eventually(Date.now, (now) => now > latest);
}

async function actionEnds(path: string): Promise<Record<string, unknown>> {
  const { json } = await eventually(
    () => ops(path),
    ({ json }) => json["status"] !== "running",
  );
  return json;
}

describe("a bulk replay", () => {
  it("confirms what turns out to be delivered, and sends only the rest", async () => {
    await aSystem({ policy: "visibilityLagMs: 200000" });
    await unprovenDeadLetters();
    const filter = { account: "yzj", reason: "unproven" };

    const dry = await post("/v1/dead-letters/replay", { filter, dryRun: true });
    const counted = await actionEnds(String(dry.headers["location"]));
    expect(counted).toMatchObject({ status: "done", dryRun: true, matched: LETTERS, done: 0 });
    expect(await system.store.countReason("unproven")).toBe(LETTERS);

    const order = { filter, ratePerSecond: 500, note: "the platform was slow" };
    const started = await post("/v1/dead-letters/replay", order);
    const done = await actionEnds(String(started.headers["location"]));
    await eventually(
      () => system.store.count("confirmed"),
      (count) => count === LETTERS,
    );

    expect(started.status).toBe(202);
    expect(done).toMatchObject({
      status: "done",
      total: LETTERS,
      matched: LETTERS,
      done: LETTERS,
      failed: 0,
    });
    const { todos, calls } = await system.ledger();
    expect(todos).toHaveLength(LETTERS);
    expect(todos.filter(({ repeats }) => repeats > 0)).toEqual([]);
    expect(calls["todo.create"]).toBe(LETTERS + (LETTERS - DELIVERED));
    const audited = await eventually(
      async () => (await ops("/v1/audit")).json["items"] as unknown[],
      (items) => items.length >= 3,
    );
    expect(audited).toMatchObject([
      { act: "replay in bulk, done", count: LETTERS, matched: LETTERS },
      { act: "replay in bulk", count: LETTERS, matched: null },
      { act: "replay in bulk, dry run", count: LETTERS, matched: null },
    ]);
  });

  it("keeps to its rate, shows its progress, and stops when it is cancelled", async () => {
    await aSystem({ withoutWorker: true });
    await died(40);

    const started = await post("/v1/dead-letters/replay", { filter: {}, ratePerSecond: 10 });
    const path = String(started.headers["location"]);
    await eventually(
      () => ops(path),
      ({ json }) => Number(json["done"]) > 0,
    );
    const cancelled = await post(`${path}/cancel`, { note: "wrong filter" });
    const again = await post(`${path}/cancel`);

    expect(cancelled.json).toMatchObject({ status: "cancelled", total: 40 });
    expect(again).toMatchObject({ status: 409, json: { code: "tooLate" } });
    const [last] = (await ops("/v1/audit")).json["items"] as object[];
    expect(last).toMatchObject({ by: "ops", act: "cancel a bulk action", note: "wrong filter" });
    // The round that was under way is finished, and counted.
    await eventually(
      async () => Number((await ops(path)).json["done"]) + (await system.store.count("dead")),
      (letters) => letters === 40,
    );
    expect(await system.store.count("dead")).toBeGreaterThan(0);
  });

  it("discards by filter too, and only with a note", async () => {
    await aSystem({ withoutWorker: true });
    await died(5);

    const without = await post("/v1/dead-letters/discard", { filter: {} });
    const started = await post("/v1/dead-letters/discard", { filter: { reason: "expired" }, note: "old" });
    const done = await actionEnds(String(started.headers["location"]));

    expect(without.status).toBe(400);
    expect(done).toMatchObject({ status: "done", kind: "discard", done: 5 });
    expect(await system.store.count("dead")).toBe(0);
  });
});

/** Letters that never had a worker: dead by hand, as a worker would have left them. */
async function died(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const id = await system.enqueue(aTodo());
    const delivery = await system.store.get(id);
    if (delivery === null || delivery === "unreadable") throw new Error("it was acknowledged");
    const now = Date.now();
    await system.store.save(delivery, {
      decision: die(delivery.state, { reason: "expired", detail: "", entries: [], context: { now } }),
    });
  }
}
