/**
 * Promise 1: what was acknowledged is what is delivered. Every number reaches the platform, the callback and
 * whoever looks exactly as its producer wrote it, or is not accepted, with its place.
 */
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { startApiSystem, type ApiSystem } from "../doors/http/api-system.ts";

/** What the platform was told, byte for byte. */
const told: string[] = [];
let platform: Server;
let system: ApiSystem;

beforeAll(async () => {
  platform = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (some: string) => (body += some));
    request.on("end", () => {
      response.end(answerTo(request.url ?? "", body));
    });
  }).listen(0, "127.0.0.1");
  await once(platform, "listening");
  const { port } = platform.address() as AddressInfo;
  system = await startApiSystem({
    accounts: `  echo: { platform: yunzhijia, baseUrl: "http://127.0.0.1:${port}", allowHttp: true, appId: "500041933", appSecret: s }`,
  });
});
afterAll(async () => {
  await system.close();
  platform.close();
});

function answerTo(url: string, body: string): string {
  if (url.includes("/oauth2/")) {
    return '{"success":true,"errorCode":0,"data":{"accessToken":"t","expireIn":6400,"refreshToken":"r"}}';
  }
  if (url.includes("generatetodo")) {
    told.push(body);
    return '{"success":"true","errorCode":0,"data":{}}';
  }
  return '{"success":true,"errorCode":0,"data":{"check":true,"dealCount":0,"undelCount":1}}';
}

const NUMBERS =
  '{"long":12345678901234567890,"money":10.50,"list":[1.0,1E2,-0,[0.1000000000000000055511151231257827]],"12345678901234567890":{"9":1,"a":9007199254740993}}';

/** A todo as text, with `extra` fields in its payload. */
function todoText(extra: string, around = ""): string {
  const { payload } = aTodo();
  return `{"account":"echo","operation":"todo.create"${around},"payload":{${JSON.stringify(payload).slice(1, -1)}${extra}}}`;
}

async function accepted(body: string): Promise<string> {
  const reply = await system.call("/v1/deliveries", { key: "ops", body });
  expect(reply.status, reply.text).toBe(202);
  return String(reply.json["id"]);
}

const endOf = async (id: string) =>
  system.call(`/v1/deliveries/${id}?wait=20&include=payload`, { key: "ops" });

describe("a number", () => {
  it("reaches the platform and every reader digit by digit", async () => {
    const id = await accepted(todoText(`,"extra":${NUMBERS}`, `,"metadata":{"at":${NUMBERS}}`));
    const seen = await endOf(id);
    const listed = await system.call("/v1/deliveries?account=echo", { key: "ops" });

    expect(told.at(-1)).toContain(`"extra":${NUMBERS}`);
    expect(seen.text).toContain(`"extra":${NUMBERS}`);
    expect(seen.text).toContain(`"metadata":{"at":${NUMBERS}}`);
    expect(listed.text).toContain(`"metadata":{"at":${NUMBERS}}`);
    expect(seen.json["status"]).toBe("confirmed");
  });

  it("is 1 for 1.0 where the platform's document has a number", async () => {
    const reply = await system.call("/v1/deliveries", {
      key: "ops",
      body: todoText("", ',"priority":1.0,"sendAt":1.0e0'),
    });

    // One day back at the most: the number was understood.
    expect(reply.json["errors"]).toMatchObject([{ pointer: "/sendAt" }]);
    const id = await accepted(todoText(',"sync":false', ',"priority":1.0'));
    expect((await endOf(id)).json["status"]).toBe("confirmed");
  });

  it("makes a repeat of the same key another request, although JavaScript sees no difference", async () => {
    const { payload } = aTodo();
    const body = (id: string): string =>
      `{"account":"echo","operation":"todo.create","key":"k-${process.pid}","payload":{${JSON.stringify(payload).slice(1, -1)},"id":${id}}}`;
    const first = await system.call("/v1/deliveries", { key: "ops", body: body("12345678901234567789") });
    const again = await system.call("/v1/deliveries", { key: "ops", body: body("12345678901234567789") });
    const other = await system.call("/v1/deliveries", { key: "ops", body: body("12345678901234567790") });

    expect([first.status, again.status, other.status]).toEqual([202, 200, 422]);
  });

  it("keeps its digits through a program's bigint", async () => {
    const todo = aTodo({ big: 12345678901234567890n, list: [9007199254740993n] });
    const result = await system.producer.enqueue({ ...todo, account: "echo", metadata: { no: 1n } });
    if (result.kind !== "created") throw new Error(JSON.stringify(result));
    const seen = await endOf(result.id);

    expect(told.at(-1)).toContain('"big":12345678901234567890,"list":[9007199254740993]');
    expect(seen.text).toContain('"metadata":{"no":1}');
  });

  it.each([
    [{ big: 2 ** 60 }, "/payload/big"],
    [{ list: [Number.NaN] }, "/payload/list/0"],
    [{ name: "\ud800" }, "/payload/name"],
    [{ "\udc00": 1 }, "/payload/\uFFFD"],
  ])(
    "that has lost its digits in a program, and half a character, are refused (%#)",
    async (extra, pointer) => {
      const result = await system.producer.enqueue({ ...aTodo(extra), account: "echo" });

      expect(result).toMatchObject({ kind: "invalid", errors: [{ pointer }] });
    },
  );

  it("survives an edit and a replay, together with the earlier payload", async () => {
    const before = aTodo();
    const id = await system.enqueue({ ...before, account: "other", deadline: Date.now() + 3_000 });
    await eventually(
      () => system.call(`/v1/deliveries/${id}`, { key: "ops" }),
      ({ json }) => json["status"] === "dead",
    );
    const payload = `{${JSON.stringify(before.payload).slice(1, -1)},"extra":\n${NUMBERS}}`;
    const edited = await system.call(`/v1/dead-letters/${id}/replay`, {
      key: "ops",
      body: `{"payload":${payload}}`,
    });
    const after = await system.call(`/v1/deliveries/${id}?include=payload,timeline`, { key: "ops" });

    expect(edited.status, edited.text).toBe(200);
    expect(after.text).toContain(`"extra":${NUMBERS}`);
    expect(after.json).toMatchObject({ originals: [before.payload] });
  });
});

describe("what cannot be carried", () => {
  it.each([
    ["a number without end", ',"x":[1e400]', "/payload/x/0"],
    ["a number next to nothing", ',"x":1e-400', "/payload/x"],
    ["half a surrogate pair", ',"x":"\\ud83d"', "/payload/x"],
    ["half a surrogate pair in a name", ',"\\ud83d":1', "/payload/\uFFFD"],
    ["a name twice", ',"x":1,"x":2', "/payload/x"],
    ["__proto__", ',"__proto__":{"a":1}', "/payload/__proto__"],
    ["33 levels", `,"x":${"[".repeat(32)}${"]".repeat(32)}`, "/payload"],
    ["10,001 items", `,"x":[${"0,".repeat(10_000)}0]`, "/payload"],
  ])("is refused with its pointer: %s", async (_what, extra, pointer) => {
    const body = todoText(extra);
    const alone = await system.call("/v1/deliveries", { key: "ops", body });
    const among = await system.call("/v1/deliveries/batch", {
      key: "ops",
      body: `{"items":[${todoText("")},${body}]}`,
    });

    expect(alone.json).toMatchObject({ status: 400, errors: [{ pointer }] });
    expect(among.json["items"]).toMatchObject([{ status: 202 }, { status: 400, errors: [{ pointer }] }]);
  });

  it.each([
    ['"key":"\\ud800"', "/key"],
    ['"lane":"\\udfff"', "/lane"],
    [`"lane":"${"x".repeat(201)}"`, "/lane"],
    ['"metadata":{"a":"\\ud800"}', "/metadata/a"],
    ['"sendAt":8640000000000000', "/sendAt"],
    ['"sendAt":"2199-01-01T00:00:00Z"', "/sendAt"],
    ['"deadline":8640000000000000', "/deadline"],
    ['"deadline":"2199-01-01T00:00:00Z"', "/deadline"],
    ['"priority":12345678901234567890', "/priority"],
  ])("is refused outside the payload too: %s", async (field, pointer) => {
    const reply = await system.call("/v1/deliveries", { key: "ops", body: todoText("", `,${field}`) });

    expect(reply.json).toMatchObject({ status: 400, errors: [{ pointer }] });
  });

  it("reports twenty errors and no more, of a million wrong fields", async () => {
    const many = Array.from({ length: 150_000 }, (_, at) => `"f${at}":1`).join(",");
    const reply = await system.call("/v1/deliveries", { key: "ops", body: todoText("", `,${many}`) });
    const twice = Array.from({ length: 9_000 }, () => '"x":1').join(",");
    const told = await system.call("/v1/deliveries", { key: "ops", body: todoText(`,${twice}`) });

    expect(reply.text.length).toBeLessThan(4_000);
    expect(told.json["errors"]).toHaveLength(20);
  });
});
