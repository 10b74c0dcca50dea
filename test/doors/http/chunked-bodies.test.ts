/**
 * Bodies that arrive in chunks: the shape of a body holds up nobody.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { closing } from "../../support/closing.ts";
import { aTodo } from "../../support/builders.ts";
import { KEYS, startApiSystem, type ApiSystem } from "./api-system.ts";

let system: ApiSystem;
beforeAll(async () => {
  system = await startApiSystem({ withoutWorker: true });
});
afterAll(async () => system.close());

interface Caller {
  readonly socket: Socket;
  /** Everything that was answered, once it matches. */
  readonly answer: (pattern: RegExp) => Promise<string>;
  readonly closed: Promise<unknown>;
}

interface Request {
  readonly key?: string;
  readonly path?: string;
  readonly headers?: string;
}

function post({ key = KEYS.oa, path = "/v1/deliveries/batch", headers = "" }: Request = {}): Caller {
  const socket = connect(system.api.port, "127.0.0.1");
  closing.push(async () => void socket.destroy());
  const head = `POST ${path} HTTP/1.1\r\nHost: bida\r\nAuthorization: Bearer ${key}\r\n${headers}`;
  socket.write(`${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`);
  let text = "";
  socket.on("data", (bytes: Buffer) => void (text += bytes.toString()));
  const answer = async (pattern: RegExp): Promise<string> => {
    while (!pattern.test(text)) await once(socket, "data");
    return text;
  };
  // The rest of what is being written fails.
  socket.on("error", () => undefined);
  return { socket, answer, closed: once(socket, "close") };
}

function chunks(text: string, length: number): string {
  const bytes = Buffer.from(text);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += length) {
    const piece = bytes.subarray(at, at + length).toString("latin1");
    pieces.push(`${piece.length.toString(16)}\r\n${piece}\r\n`);
  }
  return pieces.join("");
}

const LAST = "0\r\n\r\n";
const orderOf = (key: string, remark = ""): string =>
  JSON.stringify({
    account: "yzj",
    operation: "todo.create",
    key,
    metadata: { remark },
    payload: aTodo().payload,
  });

it("a small order may come in chunks of a byte", async () => {
  const { socket, answer } = post({ path: "/v1/deliveries" });
  socket.write(`${chunks(orderOf("bytewise", "必达"), 1)}${LAST}`, "latin1");

  const text = await answer(/"result"/);

  expect(text).toContain("HTTP/1.1 202 Accepted");
  const { id } = JSON.parse(/\{.*\}/.exec(text)?.[0] ?? "") as { id: string };
  const { json } = await system.call(`/v1/deliveries/${id}`, { key: "ops" });
  expect(json).toMatchObject({ key: "bytewise", metadata: { remark: "必达" } });
});

it("a large body in chunks of an ordinary size is taken whole, and one that is too large is refused", async () => {
  const padding = " ".repeat(1_000_000);
  const whole = post();
  whole.socket.write(`${chunks(`${padding}{"items":[${orderOf("large")}]}`, 1_000)}${LAST}`, "latin1");
  const tooLarge = post();
  tooLarge.socket.write(chunks(padding.repeat(3), 16_384), "latin1");

  expect(await whole.answer(/"items"/)).toMatch(/"status":202.*"result":"created"/);
  expect(await tooLarge.answer(/"tooLarge"/)).toContain("HTTP/1.1 413 ");
});

it("a body of absurdly small chunks is refused before it has ended, and its connection is closed", async () => {
  const senders = Array.from({ length: 10 }, () => post({ headers: "Accept-Language: zh\r\n" }));
  // None of them ends its body.
  for (const { socket } of senders) socket.write(chunks(" ".repeat(500_000), 1), "latin1");

  const [live, ready] = await Promise.all([
    system.call("/livez", { key: null }),
    system.call("/readyz", { key: null }),
  ]);
  const answers = await Promise.all(senders.map(({ answer }) => answer(/"malformed"/)));

  expect([live.status, ready.status]).toEqual([200, 200]);
  for (const answer of answers) {
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n.*connection: close\r\n/is);
    expect(answer).toContain("超过 10,000 块时，平均每块至少 64 字节");
  }
  await Promise.all(senders.map(({ closed }) => closed));
});

it.each<[string, Request, number]>([
  ["without a key", { key: "wrong" }, 401],
  ["for a path that cannot be read", { path: "/%zz" }, 400],
])("chunks of a request that was answered are counted too: a request %s", async (_name, request, status) => {
  const { socket, answer, closed } = post(request);
  const text = await answer(/"requestId"/);
  socket.write(chunks(" ".repeat(500_000), 1), "latin1");

  expect(text).toContain(`HTTP/1.1 ${status} `);
  await closed;
});

it.each<[string, Request]>([
  ["for a path that does not exist", { path: "/nothing" }],
  ["of a call that has no body", { path: "/livez" }],
])("chunks that nobody needs are counted too: a request %s", async (_name, request) => {
  const { socket, answer, closed } = post(request);
  socket.write(chunks(" ".repeat(500_000), 1), "latin1");

  expect(await answer(/"requestId"/)).toContain("expected larger chunks");
  await closed;
});

it("a body that breaks off concerns nobody else", async () => {
  const senders = [post(), post({ key: "wrong" })];
  for (const { socket } of senders) socket.write(chunks(" ".repeat(100_000), 1_000), "latin1");
  await senders[1]?.answer(/"requestId"/);
  for (const { socket } of senders) socket.resetAndDestroy();
  await Promise.all(senders.map(({ closed }) => closed));

  const { status } = await system.call("/livez", { key: null });

  expect(status).toBe(200);
});
