/**
 * Promise 1 on every way out: what a producer or a platform wrote, digit by digit and character by character,
 * is what schedules, tasks, mirrored todos and callbacks carry.
 */
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { request } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import { startCallbackWorker } from "../../src/app/callback-worker.ts";
import { startDeliveryWorker } from "../../src/app/delivery-worker.ts";
import { startMirrors } from "../../src/app/mirror.ts";
import { createProducer, type Producer } from "../../src/app/producer.ts";
import { parseConfig, type Config } from "../../src/config/config.ts";
import { startSandbox } from "../../src/sandbox/server.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";
import { FAST, startSystem, TIME_SCALE, type LedgerTodo } from "../support/system.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A platform that answers everything as asked, and keeps what it was told byte for byte. */
async function aPlatform(answer: (path: string) => string): Promise<{ url: string; told: string[] }> {
  const told: string[] = [];
  const server = createServer((asked, response) => {
    void text(asked).then((body) => {
      told.push(`${asked.url ?? ""} ${body}`);
      return response.end(answer(asked.url ?? ""));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, told };
}

async function aWorkerFor(accounts: string): Promise<{ config: Config; producer: Producer }> {
  const yaml = `redis: { url: "${testRedisUrl()}", prefix: ${aPrefix()} }\n${accounts}`;
  const config = parseConfig(yaml, { path: "test.yaml", env: {} });
  const quiet = { emit: () => undefined, warn: () => undefined, tuning: FAST };
  const worker = await startDeliveryWorker({ config, ...quiet });
  closing.push(() => worker.stop());
  const producer = createProducer({ config, tuning: FAST, onError: () => undefined });
  closing.push(() => producer.close());
  return { config, producer };
}

const TOKEN = '{"success":true,"errorCode":0,"data":{"accessToken":"t","expireIn":6400,"refreshToken":"r"}}';
const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 20, 2);

describe("numbers that JavaScript cannot carry", () => {
  it("reach the platform of schedules as they were written, and its own ids come back", async () => {
    const platform = await aPlatform((path) => {
      if (path.includes("/oauth2/")) return TOKEN;
      if (path.includes("/create"))
        return '{"success":true,"errorCode":0,"data":{"workId":9007199254740993}}';
      return '{"success":true,"errorCode":0,"data":{"workId":9007199254740993,"id":9007199254740993}}';
    });
    const { producer } = await aWorkerFor(
      `accounts: { yzj: { platform: yunzhijia, baseUrl: "${platform.url}", allowHttp: true, appId: "500041933", appSecret: s, eid: "1", resGroupSecret: s } }`,
    );
    const result = await producer.enqueue({
      account: "yzj",
      operation: "schedule.create",
      payload: {
        openid: "ann",
        content: "会 🚀",
        startDate: START,
        endDate: START + HOUR,
        own: { no: 12345678901234567890n, list: [9007199254740993n] },
      },
    });
    if (result.kind !== "created") throw new Error(JSON.stringify(result));
    const id = result.id;

    const sent = await eventually(
      () => platform.told.find((told) => told.includes("/create")),
      (found) => found !== undefined,
    );
    const receipt = await eventually(
      async () => {
        const record = await producer.records("yzj")?.get(id);
        return record === null || record === undefined || record === "unreadable"
          ? null
          : record.state.receipt;
      },
      (found) => found !== null,
    );

    expect(sent).toContain('"own":{"no":12345678901234567890,"list":[9007199254740993]}');
    expect(receipt).toMatchObject({ workId: "9007199254740993" });
  });

  it("reach the platform of tasks as they were written, also inside of what travels as JSON in a text", async () => {
    const platform = await aPlatform(
      () => '{"success":true,"content":{"success":false,"responseMessage":"no"}}',
    );
    const { producer } = await aWorkerFor(
      `accounts: { hn: { platform: hainan, baseUrl: "${platform.url}", allowHttp: true, accessKey: a, secretKey: s, signer: { kind: none } } }`,
    );
    const link = "https://oa.example/todo?id=1";
    const result = await producer.enqueue({
      account: "hn",
      operation: "task.create",
      payload: {
        subject: "请假审批",
        creatorId: 9007199254740993n,
        tenantId: 12345678901234567890n,
        assigneeId: 9007199254740995n,
        bizTaskId: 9007199254740997n,
        url: link,
        mobileUrl: link,
        assigneeInfo: { name: "张三", imgId: 12345678901234567890n },
      },
    });
    expect(
      result.kind,
      JSON.stringify(result, (_name, value: unknown) => String(value)),
    ).toBe("created");

    const sent = await eventually(
      () => platform.told[0],
      (found) => found !== undefined,
    );
    const query = new URL((sent ?? "").split(" ")[0] ?? "", platform.url).searchParams;

    expect(query.get("creatorId")).toBe("9007199254740993");
    expect(query.get("tenantId")).toBe("12345678901234567890");
    expect(query.get("assigneeId")).toBe("9007199254740995");
    expect(query.get("bizTaskId")).toBe("9007199254740997");
    expect(query.get("assigneeInfo")).toBe('{"name":"张三","imgId":12345678901234567890}');
  });

  it("keep two mirrored people apart, and half a character in a message does not lose it", async () => {
    const sandbox = await startSandbox({ timeScale: TIME_SCALE, settings: { bigIds: true } });
    closing.push(() => sandbox.close());
    const { config, producer } = await aWorkerFor(`accounts:
  yzj: { platform: yunzhijia, baseUrl: "${sandbox.url}", allowHttp: true, appId: "500041933", appSecret: sandbox-app-secret }
  mall: { platform: yunzmall, baseUrl: "${sandbox.url}/business/1", allowHttp: true, rate: { list: 200/s } }
mirrors:
  - { from: mall, to: yzj, recipients: { 9007199254740993: ann, 9007199254740994: bob } }
`);
    const messages = `{"messages":[
      {"recipient_id":9007199254740993,"message_body":{"title":"for ann \\ud83d","no":12345678901234567890}},
      {"recipient_id":9007199254740994,"message_body":{"title":"for bob","phone":"12345678901234567"}}]}`;
    const posted = await request(`${sandbox.url}/_sandbox/messages`, { method: "POST", body: messages });
    const ids = await posted.body.text();
    expect(posted.statusCode, ids).toBe(200);
    const lists = await request(`${sandbox.url}/business/1/admin/message/unread`);
    const listed = await lists.body.text();

    const mirrors = await startMirrors({
      config,
      emit: () => undefined,
      warn: () => undefined,
      tuning: FAST,
      everyMs: 50,
    });
    closing.push(() => mirrors.stop());
    const todos = await eventually(
      async () => {
        const ledger = await request(`${sandbox.url}/_sandbox/ledger`);
        return ((await ledger.body.json()) as { todos: LedgerTodo[] }).todos;
      },
      (found) => found.length >= 2,
    );

    expect(listed).toContain('"no":12345678901234567890');
    expect(listed).toContain('"phone":"12345678901234567"');
    expect(ids).toContain("9007199254740993");
    expect(todos.map(({ openId, title, sourceId }) => ({ openId, title, sourceId }))).toEqual(
      expect.arrayContaining([
        { openId: "ann", title: "for ann \uFFFD", sourceId: "mall-message-9007199254740993" },
        { openId: "bob", title: "for bob", sourceId: "mall-message-9007199254740994" },
      ]),
    );
    expect(await producer.records("yzj")?.count("dead")).toBe(0);
  });

  it("are returned to their producer in a callback, byte for byte", async () => {
    const receiver = await aPlatform(() => "");
    const secret = `whsec_${Buffer.from("a secret of twenty-four b").toString("base64")}`;
    const system = await startSystem({
      root: `callbacks: { allowHosts: ["127.0.0.1"], secret: "${secret}", allowPrivate: true, allowHttp: true }`,
    });
    closing.push(() => system.close());
    const worker = await startCallbackWorker({ config: system.config, emit: () => undefined });
    closing.push(() => worker.stop());

    await system.enqueue({
      ...aTodo(),
      callbackUrl: `${receiver.url}/done`,
      metadata: { no: 12345678901234567890n, list: [9007199254740993n], name: "会 🚀" },
    });
    const told = await eventually(
      () => receiver.told[0],
      (found) => found !== undefined,
    );

    expect(told).toContain('"metadata":{"no":12345678901234567890,"list":[9007199254740993],"name":"会 🚀"}');
  });
});
