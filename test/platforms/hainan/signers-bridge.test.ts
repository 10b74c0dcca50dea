/**
 * The bridge's contract, as docs/hainan-bridge.md tells it to whoever writes one.
 */
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { bridgeWire } from "../../../src/platforms/hainan/signers/bridge.ts";
import { openHainanWire, type HainanGate } from "../../../src/platforms/hainan/signers/hainan-wire.ts";
import {
  PlatformWire,
  type PlatformAnswer,
  type PlatformCall,
  type Wire,
} from "../../../src/platforms/platform-http.ts";
import { startListener, type Listener } from "./signers-listener.ts";

const CREATE: PlatformCall = {
  method: "GET",
  path: "/tc/v2/openapi/task/create.json",
  query: { subject: "请假审批", tenantId: "1" },
};
const signal = new AbortController().signal;

const open: (Listener | Wire)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

function gate(url: string): HainanGate {
  return {
    baseUrl: "https://api-one.digitalhainan.com.cn/apione",
    accessKey: "ak",
    secretKey: "top-secret",
    region: "INTRA",
    signer: { kind: "bridge", url },
  };
}

async function ask(
  reply: Parameters<typeof startListener>[0],
  path = "",
): Promise<{ answer: PlatformAnswer; bridge: Listener }> {
  const bridge = await startListener(reply);
  const wire = openHainanWire(gate(`${bridge.url}${path}`), { connections: 1, now: () => 0 });
  open.push(bridge, wire);
  return { answer: await wire.call(CREATE, signal), bridge };
}

describe("a request to the bridge", () => {
  it("holds what the vendor's JAR needs, and never the secret key", async () => {
    const { bridge } = await ask(() => ({ status: 200, text: '{"status":200,"body":"{}"}' }), "/hainan");

    const [seen] = bridge.seen;
    expect(seen).toMatchObject({ method: "POST", url: "/hainan" });
    expect(JSON.parse(seen?.text ?? "")).toEqual({
      method: "GET",
      api: "/tc/v2/openapi/task/create.json",
      query: { subject: "请假审批", tenantId: "1" },
      region: "INTRA",
      requestUrl: "https://api-one.digitalhainan.com.cn/apione",
      accessKey: "ak",
    });
    expect(JSON.stringify(seen)).not.toContain("top-secret");
  });

  it("goes to the bridge's own root when its URL has no path", async () => {
    const { bridge } = await ask(() => ({ status: 200, text: "{}" }));

    expect(bridge.seen).toMatchObject([{ url: "/" }]);
  });
});

describe("the bridge's answer", () => {
  it.each([
    [
      "the platform's body as text",
      { status: 200, body: '{"success":true}' },
      { status: 200, text: '{"success":true}' },
    ],
    [
      "the platform's body as JSON",
      { status: 200, body: { success: true } },
      { status: 200, text: '{"success":true}' },
    ],
    ["a body alone", { body: "{}" }, { status: 200, text: "{}" }],
    ["a refusal", { status: 429, body: "", retryAfter: 7 }, { status: 429, text: "", retryAfter: "7" }],
    ["an error page", { status: 502, body: "<html>" }, { status: 502, text: "<html>" }],
  ])("may be %s", async (_name, told, platform) => {
    const { answer } = await ask(() => ({ status: 200, text: JSON.stringify(told) }));

    expect(answer).toEqual({ kind: "answered", retryAfter: null, ...platform });
  });

  it.each([
    ["that nothing left", 502, '{"left":false,"error":"subject=请假审批"}', "unreachable"],
    ["that it left", 504, '{"left":true,"error":"subject=请假审批"}', "lost"],
    ["nothing but its own failure", 500, "java.lang.NullPointerException: subject=请假审批", "lost"],
    ["that there is no such path", 404, "not found", "unreachable"],
    ["that it did not understand", 400, "{}", "unreachable"],
    ["success without an answer", 204, "", "lost"],
    ["nonsense", 200, "<html>请假审批</html>", "lost"],
    ["an answer without a body", 200, '{"status":200}', "lost"],
    ["a status that is none", 200, '{"status":0,"body":""}', "lost"],
  ])("%s is not an answer of the platform, and is not repeated", async (_name, status, text, kind) => {
    const { answer } = await ask(() => ({ status, text }));

    expect(answer.kind).toBe(kind);
    expect(JSON.stringify(answer)).not.toContain("请假审批");
  });

  it("is lost when the connection breaks", async () => {
    expect((await ask(() => null)).answer).toMatchObject({ kind: "lost", cause: "connection" });
  });

  it("is lost when it does not come in time", async () => {
    const bridge = await startListener(() => "silence");
    const inner = new PlatformWire(bridge.url, {
      connections: 1,
      timeouts: { connectMs: 500, answerMs: 100 },
    });
    const wire = bridgeWire(inner, {
      accessKey: "ak",
      region: "INTER",
      requestUrl: "https://x.example",
      path: "/",
    });
    open.push(bridge, wire);

    expect(await wire.call(CREATE, signal)).toMatchObject({ kind: "lost", cause: "timeout" });
  });
});

describe("a bridge that is away", () => {
  it("is unreachable: nothing left", async () => {
    const bridge = await startListener(() => null);
    await bridge.close();
    const wire = openHainanWire(gate(bridge.url), { connections: 1, now: () => 0 });
    open.push(wire);

    expect(await wire.call(CREATE, signal)).toMatchObject({
      kind: "unreachable",
      detail: expect.stringMatching(/bridge is away/),
    });
  });
});

describe("docs/hainan-bridge.md", () => {
  const page = readFileSync(new URL("../../../docs/hainan-bridge.md", import.meta.url), "utf8");
  const examples = [...page.matchAll(/<!-- (.+) -->\s+```json\n([^`]+)```/g)].map(
    ([, label = "", json = ""]) => [label, json] as const,
  );

  it("shows the request that is sent", async () => {
    const { bridge } = await ask(() => ({ status: 200, text: "{}" }));

    const shown: unknown = JSON.parse(examples.find(([label]) => label === "request")?.[1] ?? "");
    expect({ ...(shown as object), region: "INTRA" }).toEqual(JSON.parse(bridge.seen[0]?.text ?? ""));
  });

  it.each(examples.filter(([label]) => label !== "request"))(
    "shows what is read as %s: %s",
    async (label, text) => {
      const [first = "", kind = first] = label.split(" ");
      const status = first === "answered" ? 200 : Number(first);

      expect((await ask(() => ({ status, text }))).answer.kind).toBe(kind);
    },
  );

  it("has an example of each", () => {
    expect(examples.map(([label]) => label)).toEqual([
      "request",
      "answered",
      "answered",
      "502 unreachable",
      "504 lost",
    ]);
  });
});
