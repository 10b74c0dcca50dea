/**
 * Deliveries as a producer meets them over HTTP.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aTodo } from "../../support/builders.ts";
import { eventually } from "../../support/eventually.ts";
import { startApiSystem, type ApiSystem } from "./api-system.ts";

let system: ApiSystem;
beforeAll(async () => {
  system = await startApiSystem();
});
afterAll(async () => system.close());

async function enqueued(body: object = aTodo()): Promise<string> {
  const { status, json } = await system.call("/v1/deliveries", { body });
  expect(status).toBe(202);
  return String(json["id"]);
}

describe("POST /v1/deliveries", () => {
  it("acknowledges with 202 and says where the delivery is", async () => {
    const reply = await system.call("/v1/deliveries", { body: aTodo() });

    expect(reply.status).toBe(202);
    expect(reply.headers["location"]).toBe(`/v1/deliveries/${String(reply.json["id"])}`);
    expect((await system.call(String(reply.headers["location"]))).status).toBe(200);
  });

  it("says later who enqueued it and by which request, and which process made each send", async () => {
    const headers = { "x-request-id": "order-of-tonight" };
    const { json } = await system.call("/v1/deliveries", { body: aTodo(), headers });
    await system.ended(String(json["id"]));

    const told = await system.call(`/v1/deliveries/${String(json["id"])}?include=timeline`);
    const found = await system.call("/v1/deliveries?requestId=order-of-tonight&producer=oa");
    const others = await system.call("/v1/deliveries?requestId=order-of-tonight&producer=erp");

    const sent = { event: "sent", worker: expect.stringMatching(/^\S+:\d+$/), tookMs: expect.any(Number) };
    expect(told.json).toMatchObject({ producer: "oa", requestId: "order-of-tonight", trace: null });
    expect(told.json["timeline"]).toContainEqual(expect.objectContaining(sent));
    expect(found.json["items"]).toMatchObject([{ id: json["id"] }]);
    expect(others.json["items"]).toEqual([]);
  });

  it("answers the same request with the same delivery, and says so", async () => {
    const todo = { ...aTodo(), key: "order-1" };
    const first = await system.call("/v1/deliveries", { body: todo });
    const again = await system.call("/v1/deliveries", { body: todo });

    expect(again.status).toBe(200);
    expect(again.headers["idempotency-replayed"]).toBe("true");
    expect(again.json["id"]).toBe(first.json["id"]);
  });

  it("answers the same request with the same delivery when its deadline has passed meanwhile", async () => {
    const todo = { ...aTodo(), key: "order-late", deadline: Date.now() + 1_000 };
    const first = await system.call("/v1/deliveries", { body: todo });
    await eventually(
      () => Date.now(),
      (now) => now > todo.deadline + 250,
    );

    const again = await system.call("/v1/deliveries", { body: todo });
    const other = await system.call("/v1/deliveries", {
      body: { ...aTodo(), key: "order-late", deadline: 1 },
    });
    const unknown = await system.call("/v1/deliveries", { body: { ...todo, key: "order-never" } });

    expect([first.status, again.status, other.status, unknown.status]).toEqual([202, 200, 422, 400]);
    expect(again.json["id"]).toBe(first.json["id"]);
    expect(unknown.json["errors"]).toMatchObject([{ pointer: "/deadline" }]);
  });

  it("refuses an Idempotency-Key that could not keep a repeat from being delivered twice", async () => {
    const empty = await system.call("/v1/deliveries", { body: aTodo(), headers: { "idempotency-key": "" } });
    const headers = { "idempotency-key": "batch-1" };
    const batch = {
      items: [
        { ...aTodo(), key: "one" },
        { ...aTodo(), key: null },
      ],
    };
    const twice = await system.call("/v1/deliveries", {
      body: aTodo(),
      headers: { "idempotency-key": ["order-a", "order-b"] },
    });
    const ofMany = await system.call("/v1/deliveries/batch", { body: batch, headers });

    expect(empty).toMatchObject({ status: 400, json: { errors: [{ pointer: "/key" }] } });
    expect(ofMany).toMatchObject({ status: 400, json: { errors: [{ pointer: "/items" }] } });
    expect(twice).toMatchObject({ status: 400, json: { errors: [{ pointer: "/key" }] } });
  });

  it("takes null in an optional field of an order as if it were not there", async () => {
    const fields = ["lane", "sendAt", "deadline", "priority", "callbackUrl", "metadata", "traceparent"];
    const nulls = Object.fromEntries([...fields, "key", "durability"].map((name) => [name, null]));
    const headers = { "idempotency-key": "order-nulls" };
    const todo = aTodo();
    const first = await system.call("/v1/deliveries", { body: { ...todo, ...nulls }, headers });
    const again = await system.call("/v1/deliveries", { body: todo, headers });
    const needed = await system.call("/v1/deliveries", { body: { ...todo, account: null, of: null } });

    expect(first.status).toBe(202);
    expect(again).toMatchObject({ status: 200, json: { id: first.json["id"] } });
    expect(needed).toMatchObject({ status: 400, json: { code: "invalid" } });
    expect(JSON.stringify(needed.json["errors"])).toMatch(/"\/account".*"\/of"|"\/of".*"\/account"/);
  });

  it("says that a body must not be compressed", async () => {
    const headers = { "content-encoding": "gzip" };
    const refused = await system.call("/v1/deliveries", { body: aTodo(), headers });

    expect(refused).toMatchObject({
      status: 415,
      json: { detail: "expected a body without Content-Encoding" },
    });
  });

  it("takes the key from Idempotency-Key, and another request under it is a 422", async () => {
    const headers = { "idempotency-key": "order-2" };
    const first = await system.call("/v1/deliveries", { body: aTodo(), headers });
    const other = await system.call("/v1/deliveries", { body: aTodo(), headers });
    const found = await system.call("/v1/deliveries?key=order-2");

    expect(other.status).toBe(422);
    expect(other.json).toMatchObject({
      code: "keyConflict",
      id: first.json["id"],
      errors: [{ pointer: "/payload/sourceId" }],
    });
    expect(found.json["items"]).toMatchObject([{ id: first.json["id"], key: "order-2" }]);
  });

  it("says what differs in a repeat with the same key, and that it is ignored", async () => {
    const todo = { ...aTodo(), key: "order-3" };
    await system.call("/v1/deliveries", { body: todo });

    const other = { ...todo, metadata: { form: 1 }, priority: 2 };
    const alone = await system.call("/v1/deliveries", { body: other });
    const batch = await system.call("/v1/deliveries/batch", {
      body: { items: [other, { ...todo, deadline: "2098-01-01T00:00:00Z" }] },
    });

    const ignored = ["/metadata", "/priority"];
    expect(alone).toMatchObject({ status: 200, json: { result: "existing", ignored } });
    expect(batch.json["items"]).toMatchObject([
      { status: 200, result: "existing", ignored },
      { status: 422, result: "refused", code: "keyConflict", errors: [{ pointer: "/deadline" }] },
    ]);
  });

  it("names every wrong field at once and stores nothing", async () => {
    const before = await system.store.count("queued");
    const todo = aTodo({ title: undefined, params: [{}] });
    const reply = await system.call("/v1/deliveries", { body: { ...todo, priority: -1, sendAt: "soon" } });

    expect(reply.status).toBe(400);
    expect(reply.headers["content-type"]).toContain("application/problem+json");
    const errors = reply.json["errors"] as { pointer: string }[];
    const pointers = errors.map(({ pointer }) => pointer);
    expect(pointers.toSorted()).toEqual([
      "/payload/params/0/openId",
      "/payload/title",
      "/priority",
      "/sendAt",
    ]);
    expect(await system.store.count("queued")).toBe(before);
  });

  it("says what it expected instead, and never repeats what it got", async () => {
    const { json, text } = await system.call("/v1/deliveries", {
      body: { ...aTodo(), sendAt: "2026-13-99 secret" },
    });

    expect(json["errors"]).toMatchObject([
      { pointer: "/sendAt", detail: expect.stringMatching(/^expected ISO 8601/) },
    ]);
    expect(text).not.toContain("secret");
  });

  it.each([
    ["not JSON", "{", 400, "malformed"],
    ["nested too deeply", `{"payload":${"[".repeat(500_000)}${"]".repeat(500_000)}}`, 400, "invalid"],
    ["too large", JSON.stringify(aTodo({ content: "x".repeat(2 * 1024 * 1024) })), 413, "tooLarge"],
    [
      "larger than its payload may be",
      JSON.stringify(aTodo({ content: "x".repeat(400_000) })),
      400,
      "invalid",
    ],
    ["an array", "[]", 400, "invalid"],
    ["nothing", "", 400, "invalid"],
  ])("refuses a body that is %s", async (_name, body, status, code) => {
    const reply = await system.call("/v1/deliveries", { body });

    expect(reply.status).toBe(status);
    expect(reply.json["code"]).toBe(code);
  });

  it.each([
    ["another media type", "text/xml", "<todo/>"],
    ["JSON that says it is text", "text/plain", JSON.stringify(aTodo())],
    ["another charset", "application/json; charset=gbk", JSON.stringify(aTodo())],
  ])("refuses %s", async (_what, type, body) => {
    const headers = { "content-type": type };
    expect((await system.call("/v1/deliveries", { body, headers })).status).toBe(415);
  });

  it("refuses bytes that are not UTF-8, which would be delivered altered", async () => {
    const [before, after = ""] = JSON.stringify(aTodo({ title: "@" })).split("@");
    // 请假 in GBK.
    const body = Buffer.concat([
      Buffer.from(before ?? ""),
      Buffer.from("c7ebbcd9", "hex"),
      Buffer.from(after),
    ]);

    const reply = await system.call("/v1/deliveries", { body });

    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({ code: "malformed", detail: expect.stringContaining("UTF-8") });
  });

  it("takes a key in Chinese from the header as the same key in the body", async () => {
    const todo = aTodo();
    const headers = { "idempotency-key": Buffer.from("请假-1").toString("latin1") };
    const first = await system.call("/v1/deliveries", { body: todo, headers });
    const again = await system.call("/v1/deliveries", { body: { ...todo, key: "请假-1" } });

    expect([first.status, again.status]).toEqual([202, 200]);
    expect(again.json["id"]).toBe(first.json["id"]);
  });

  it("refuses metadata that is too large for a list", async () => {
    const metadata = { note: "x".repeat(17_000) };
    const { status, json } = await system.call("/v1/deliveries", { body: { ...aTodo(), metadata } });

    expect(status).toBe(400);
    expect(json["errors"]).toMatchObject([{ pointer: "/metadata" }]);
  });

  it("says of a body that is not an object what was expected, and does not mention a key", async () => {
    const { json } = await system.call("/v1/deliveries", { body: "null" });

    expect(json["errors"]).toMatchObject([{ pointer: "" }]);
  });

  it("answers HEAD where it answers GET", async () => {
    const reply = await system.call("/livez", { method: "HEAD", key: null });

    expect([reply.status, reply.text]).toEqual([200, ""]);
  });

  it("takes moments in ISO 8601 and in milliseconds", async () => {
    const at = Date.now() + 3_600_000;
    const iso = await enqueued({ ...aTodo(), sendAt: new Date(at).toISOString(), deadline: at + 1_000 });

    const { json } = await system.call(`/v1/deliveries/${iso}`);
    expect(json).toMatchObject({
      notBefore: new Date(at).toISOString(),
      deadlineAt: new Date(at + 1_000).toISOString(),
    });
  });
});

describe("POST /v1/deliveries/batch", () => {
  it("answers item by item, in order", async () => {
    const items = [
      aTodo(),
      { ...aTodo(), operation: "todo.explode" },
      { ...aTodo(), account: "other" },
      7,
      aTodo(),
    ];
    const reply = await system.call("/v1/deliveries/batch", { body: { items } });

    expect(reply.status).toBe(200);
    expect(reply.json["items"]).toMatchObject([
      { status: 202, result: "created" },
      { status: 400, result: "refused", code: "invalid", errors: [{ pointer: "/operation" }] },
      { status: 403, result: "refused", code: "forbidden" },
      { status: 400, result: "refused" },
      { status: 202, result: "created" },
    ]);
  });

  it("refuses more than a thousand", async () => {
    const body = { items: Array.from({ length: 1_001 }, () => 1) };
    expect((await system.call("/v1/deliveries/batch", { body })).json).toMatchObject({
      status: 400,
      errors: [{ pointer: "/items" }],
    });
  });
});

describe("GET /v1/deliveries/{id}", () => {
  it("shows a delivery with the fields of the contract, and no others", async () => {
    const id = await enqueued({ ...aTodo(), metadata: { order: 7 } });
    const { json } = await system.call(`/v1/deliveries/${id}`);

    expect(Object.keys(json).toSorted()).toEqual(
      (
        "id account operation key lane status reason detail recipients receipt knowledge createdAt notBefore " +
        "deadlineAt nextAt acceptedAt finishedAt discardedAt restorableUntil sends checks generation metadata " +
        "producer requestId trace"
      )
        .split(" ")
        .toSorted(),
    );
    expect(json["metadata"]).toEqual({ order: 7 });
  });

  it("waits until it ends", async () => {
    const id = await enqueued();
    const { json } = await system.call(`/v1/deliveries/${id}?wait=20`);

    expect(json).toMatchObject({ id, status: "confirmed", recipients: [{ status: "confirmed" }] });
  });

  it("answers with the current state when the wait is over", async () => {
    const id = await enqueued({ ...aTodo(), sendAt: Date.now() + 3_600_000 });

    expect((await system.call(`/v1/deliveries/${id}?wait=1`)).json["status"]).toBe("queued");
  });

  it("gives the timeline and the payload on request, and audits who asked for a payload", async () => {
    const id = await enqueued();
    await system.ended(id);
    const { json } = await system.call(`/v1/deliveries/${id}?include=timeline,payload`);
    const audit = await system.call("/v1/audit", { key: "ops" });

    expect(json["timeline"]).toMatchObject([
      { event: "enqueued" },
      { event: "sent" },
      { event: "checked" },
      { event: "confirmed" },
    ]);
    expect(json["payload"]).toMatchObject({ title: "待办测试" });
    expect((audit.json["items"] as unknown[])[0]).toMatchObject({ by: "oa", act: "read payload", id });
  });

  it.each(["wait=61", "wait=x", "include=secrets", "nonsense=1"])("refuses ?%s", async (query) => {
    const { status, json } = await system.call(`/v1/deliveries/x?${query}`);

    expect(status).toBe(400);
    expect(json["code"]).toBe("invalid");
  });
});

describe("POST /v1/deliveries/{id}/cancel", () => {
  it("cancels what was not sent, and says who did", async () => {
    const id = await enqueued({ ...aTodo(), sendAt: Date.now() + 3_600_000 });
    const reply = await system.call(`/v1/deliveries/${id}/cancel`, { body: { note: "a mistake" } });
    const { json } = await system.call(`/v1/deliveries/${id}?include=timeline`);

    expect(reply.json).toMatchObject({ id, status: "cancelled" });
    expect(json["timeline"]).toMatchObject([
      { event: "enqueued" },
      { event: "cancelled", by: "oa", note: "a mistake" },
    ]);
  });

  it("is a 409 once something was sent", async () => {
    const id = await enqueued();
    await system.ended(id);
    const reply = await system.call(`/v1/deliveries/${id}/cancel`, { method: "POST" });

    expect(reply.status).toBe(409);
    expect(reply.json["code"]).toBe("tooLate");
  });

  it("lets the next delivery of the lane go on", async () => {
    const head = await enqueued({ ...aTodo(), lane: "one-by-one", sendAt: Date.now() + 3_600_000 });
    const next = await enqueued({ ...aTodo(), lane: "one-by-one" });
    await system.call(`/v1/deliveries/${head}/cancel`, { method: "POST" });

    expect((await system.ended(next)).state.status).toBe("confirmed");
  });
});

describe("GET /v1/deliveries", () => {
  it("lists every delivery that stays exactly once, while others come and go", async () => {
    const later = Date.now() + 3_600_000;
    const items = Array.from({ length: 60 }, () => ({ ...aTodo(), sendAt: later, metadata: { batch: 1 } }));
    await system.call("/v1/deliveries/batch", { body: { items } });
    const expected = await system.store.ids("queued", 1_000);

    const seen: string[] = [];
    let gone = "";
    for (let cursor = ""; ;) {
      const page = await system.call(`/v1/deliveries?status=queued&limit=7${cursor}`);
      const ids = (page.json["items"] as { id: string }[]).map(({ id }) => id);
      seen.push(...ids);
      // What was seen last leaves the list: the cursor's own delivery is gone.
      gone = ids.at(-1) ?? gone;
      await system.call(`/v1/deliveries/${gone}/cancel`, { method: "POST" });
      await enqueued({ ...aTodo(), sendAt: later });
      const next = page.json["nextCursor"] as string | null;
      if (next === null) break;
      cursor = `&cursor=${next}`;
    }

    expect(seen.length).toBe(new Set(seen).size);
    expect(expected.filter((id) => !seen.includes(id))).toEqual([]);
  });

  it("finds a recipient's deliveries", async () => {
    const id = await enqueued(aTodo({}, ["zhang-san", "li-si"]));

    const { json } = await system.call("/v1/deliveries?recipient=li-si&operation=todo.create");

    expect(json).toMatchObject({ items: [{ id }], nextCursor: null });
  });

  it("lists all statuses together", async () => {
    const waiting = await enqueued({ ...aTodo(), sendAt: Date.now() + 3_600_000 });
    const done = await enqueued();
    await system.ended(done);

    const ids = await eventually(
      async () => {
        const { json } = await system.call("/v1/deliveries?limit=500");
        return (json["items"] as { id: string }[]).map(({ id }) => id);
      },
      (found) => found.includes(waiting) && found.includes(done),
    );

    expect(new Set(ids).size).toBe(ids.length);
  });

  it("refuses a cursor that is not one of ours", async () => {
    const { status, json } = await system.call("/v1/deliveries?cursor=nonsense");

    expect(status).toBe(400);
    expect(json["errors"]).toMatchObject([{ pointer: "/query/cursor" }]);
  });
});
