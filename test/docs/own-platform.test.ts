/**
 * A platform from outside (docs/own-platform.md): the sample passes the contract by itself, and a configuration
 * that names it delivers to it, verifies, and keeps its secret.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startDeliveryWorker } from "../../src/app/delivery-worker.ts";
import { createProducer } from "../../src/app/producer.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import { loadConfig, parseConfig } from "../../src/config/config.ts";
import { endedDelivery, enqueueNew, storeOf } from "../support/deliveries.ts";
import { FAST } from "../support/pace.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";

const SAMPLE = new URL("../../examples/platform/noticeboard.mjs", import.meta.url).pathname;
const KEY = "a-key-of-the-board";
const folder = mkdtempSync(join(tmpdir(), "bida-platform-"));
const notes: { id: number; ref: string; to: string; text: string }[] = [];
/** The next answers to a POST that are lost after the board has stored. */
let lost = 0;
let board: Server;
let url: string;

beforeAll(async () => {
  board = createServer((request, response) => {
    const answer = (value: unknown, status = 200): void =>
      void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (request.headers.authorization !== `Bearer ${KEY}`) return answer({ ok: false }, 401);
    const { pathname, searchParams } = new URL(request.url ?? "", "http://board");
    if (request.method === "GET")
      return answer({ notes: notes.filter(({ ref }) => ref === searchParams.get("ref")) });
    void json(request).then((body) => {
      const { ref, to, text } = body as (typeof notes)[number];
      if (!notes.some((note) => note.ref === ref)) notes.push({ id: notes.length + 1, ref, to, text });
      if (lost === 0) return answer({ ok: true, id: notes.length, path: pathname });
      lost -= 1;
      return request.socket.destroy();
    });
  }).listen(0, "127.0.0.1");
  await once(board, "listening");
  url = `http://127.0.0.1:${(board.address() as AddressInfo).port}`;
});

afterAll(() => {
  // Files that share their modules with this one know no platform from outside.
  vi.resetModules();
  board.closeAllConnections();
  board.close();
  rmSync(folder, { recursive: true, force: true });
});

const yaml = (more = ""): string => `
redis: { url: "${testRedisUrl()}", prefix: ${aPrefix()} }
platforms: ["${SAMPLE}"]
accounts:
  board: { platform: noticeboard, baseUrl: "${url}", apiKey: "\${env:BOARD_KEY}"${more} }
`;

it("passes the contract of channels with nothing internal", () => {
  const test = new URL("../../examples/platform/noticeboard.test.mjs", import.meta.url).pathname;
  const printed = execFileSync(process.execPath, ["--test", "--test-reporter=tap", test], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] },
  });
  expect(printed).toMatch(/^# fail 0$/m);
  expect(Number(/^# pass (\d+)$/m.exec(printed)?.[1])).toBeGreaterThan(60);
});

it("delivers, and proves what was stored while its answer was lost", async () => {
  const file = join(folder, "bida.yaml");
  writeFileSync(file, yaml());
  const config = loadConfig(file, { env: { BOARD_KEY: KEY } });
  const events: unknown[] = [];
  const worker = await startDeliveryWorker({
    config,
    tuning: FAST,
    emit: (event) => void events.push(event),
    warn: () => undefined,
  });
  const producer = createProducer({ config, tuning: FAST, onError: () => undefined });
  try {
    lost = 1;
    const note = { ref: "n-1", to: "ann", text: "年假申请待审批" };
    const id = await enqueueNew(producer, { account: "board", operation: "note.create", payload: note });
    const { state } = await endedDelivery(storeOf(producer, "board"), id);

    expect(state).toMatchObject({ status: "confirmed", sends: 1 });
    expect(notes.filter(({ ref }) => ref === "n-1")).toHaveLength(1);
    expect(JSON.stringify(events)).not.toContain(KEY);

    const wrong = await producer.enqueue({
      account: "board",
      operation: "note.create",
      payload: { ref: "x" },
    });
    expect(wrong).toMatchObject({
      kind: "invalid",
      errors: [{ pointer: "/payload/to" }, { pointer: "/payload/text" }],
    });
  } finally {
    await worker.stop();
    await producer.close();
  }
});

describe("the configuration", () => {
  const problems = (text: string): string => {
    try {
      parseConfig(text, { path: join(folder, "bida.yaml"), env: { BOARD_KEY: KEY } });
      return "none";
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
  };

  it("knows the fields, rates and secrets of the platform", () => {
    expect(problems(yaml(", rate: { note: 5/s }"))).toBe("none");
    expect(problems(yaml(", rate: { todo: 5/s }"))).toMatch(/accounts\.board\.rate\.todo/);
    expect(problems(yaml(", apiSecret: x"))).toMatch(/accounts\.board\.apiSecret/);
    const written = yaml().replace("${env:BOARD_KEY}", "in-the-file").replace(url, "https://board.example");
    expect(problems(written)).toMatch(/accounts\.board\.apiKey: .*must not stand in the file/);
  });

  it.each([
    ["./no-such-file.mjs", /platforms\.0: cannot be loaded/],
    ["nothing.mjs", /platforms\.0: expected a module whose default export/],
  ])("says what is wrong with %s", (module, words) => {
    writeFileSync(join(folder, "nothing.mjs"), "export default {};\n");
    expect(problems(`platforms: ["${module}"]\naccounts: {}\n`)).toMatch(words);
  });
});
