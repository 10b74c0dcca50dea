/**
 * The signers of Hainan: the public vectors, and what leaves through each of them.
 */
import { createHmac } from "node:crypto";
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { csbSignature, signCsb } from "../../../src/platforms/hainan/signers/csb.ts";
import { openHainanWire, type HainanGate } from "../../../src/platforms/hainan/signers/hainan-wire.ts";
import { signZwdd, zwddSignature } from "../../../src/platforms/hainan/signers/zwdd.ts";
import type { PlatformCall, Wire } from "../../../src/platforms/platform-http.ts";
import { CSB_VECTORS, ZWDD_VECTOR } from "../../support/signature-vectors.ts";
import { startListener, type Listener } from "./signers-listener.ts";

const NOW = Date.parse("2024-06-06T12:00:03+08:00");
const KEYS = { accessKey: "ak", secretKey: "sk", now: () => NOW };
const FINISH: PlatformCall = {
  method: "GET",
  path: "/tc/openapi/task/finish.json",
  query: { userId: "1001", taskUuid: "t-1", closePackage: "true" },
};

describe("the csb signature", () => {
  it("agrees with both public vectors", () => {
    for (const { parameters, signature } of CSB_VECTORS)
      expect(csbSignature("sk", parameters)).toBe(signature);
  });

  it("covers the query and the headers, with the api path as the name", () => {
    const signed = signCsb({ ...KEYS, basePath: "" })(FINISH);

    const text =
      "_api_access_key=ak&_api_name=/tc/openapi/task/finish.json&_api_timestamp=1717646403000" +
      "&_api_version=1.0.0&closePackage=true&taskUuid=t-1&userId=1001";
    expect(signed).toEqual({
      ...FINISH,
      path: "",
      headers: {
        _api_name: FINISH.path,
        _api_version: "1.0.0",
        _api_access_key: "ak",
        _api_timestamp: "1717646403000",
        _api_signature: createHmac("sha1", "sk").update(text).digest("base64"),
      },
    });
  });
});

describe("the zwdd signature", () => {
  const { request: signed, signature } = ZWDD_VECTOR;

  it("agrees with the vector", () => {
    expect(zwddSignature("sk", signed)).toBe(signature);
  });

  it("has no fifth line where there are no parameters", () => {
    const lines = `GET\n${signed.timestamp}\n${signed.nonce}\n${signed.path}`;

    expect(zwddSignature("sk", { ...signed, parameters: [] })).toBe(
      createHmac("sha256", "sk").update(lines).digest("base64"),
    );
  });

  it("is made with a clock that is given, and a nonce of its own for each call", () => {
    const sign = signZwdd(KEYS);

    const calls = Array.from({ length: 50 }, () => sign(FINISH).headers ?? {});

    const [first = {}] = calls;
    expect(first).toMatchObject({
      "X-Hmac-Auth-Timestamp": signed.timestamp,
      "X-Hmac-Auth-Version": "1.0",
      apiKey: "ak",
    });
    const nonce = first["X-Hmac-Auth-Nonce"] ?? "";
    expect(nonce).toMatch(/^1717646403000\d{8}$/);
    expect(first["X-Hmac-Auth-Signature"]).toBe(zwddSignature("sk", { ...signed, nonce }));
    expect(new Set(calls.map((headers) => headers["X-Hmac-Auth-Nonce"])).size).toBe(50);
  });
});

describe("a signed call", () => {
  const open: (Listener | Wire)[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });

  async function callWith(kind: "csb" | "zwdd" | "none", basePath: string): Promise<Listener> {
    const listener = await startListener(() => ({ status: 200, text: "{}" }));
    const wire = openHainanWire(gate(kind, `${listener.url}${basePath}`), { connections: 1, now: KEYS.now });
    open.push(listener, wire);
    await wire.call(FINISH, new AbortController().signal);
    return listener;
  }

  const query = "?userId=1001&taskUuid=t-1&closePackage=true";

  it.each([
    ["none", "/apione", `/apione/tc/openapi/task/finish.json${query}`],
    ["zwdd", "/apione", `/apione/tc/openapi/task/finish.json${query}`],
    ["zwdd", "", `/tc/openapi/task/finish.json${query}`],
    ["csb", "/apione", `/apione${query}`],
    ["csb", "/apione/", `/apione${query}`],
    ["csb", "", `/${query}`],
  ] as const)("by %s to …%s goes to %s", async (kind, basePath, url) => {
    const { seen } = await callWith(kind, basePath);

    expect(seen).toMatchObject([{ method: "GET", url }]);
    expect(JSON.stringify(seen)).not.toContain("top-secret");
  });

  it("carries no signature where no signer is configured", async () => {
    const { seen } = await callWith("none", "");

    const names = Object.keys(seen[0]?.headers ?? {});
    expect(names.filter((name) => /hmac|_api|apikey/i.test(name))).toEqual([]);
  });

  it.each(["csb", "zwdd", "none"] as const)(
    "by %s is made by a wire that does not show its secret",
    (kind) => {
      const wire = openHainanWire(gate(kind, "https://hainan.example"), { connections: 1, now: KEYS.now });
      open.push(wire);

      expect(inspect(wire, { depth: 9, showHidden: true }) + JSON.stringify(wire)).not.toContain(
        "top-secret",
      );
    },
  );
});

function gate(kind: "csb" | "zwdd" | "none", baseUrl: string): HainanGate {
  return { baseUrl, accessKey: "ak", secretKey: "top-secret", region: "INTER", signer: { kind } };
}
