/**
 * Who may do what: a producer its own, an operator everything, nobody anything without a key.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contract } from "../../../src/doors/http/contract.ts";
import { parseConfig } from "../../../src/config/config.ts";
import { aTodo } from "../../support/builders.ts";
import { startApiSystem, type ApiSystem } from "./api-system.ts";

let system: ApiSystem;
beforeAll(async () => {
  system = await startApiSystem({ withoutWorker: true });
});
afterAll(async () => system.close());

const paths = contract.map(({ method, path, role }) => ({
  method,
  path: path.replaceAll(/\{\w+\}/g, "x"),
  role,
}));

describe("without a key", () => {
  it.each(paths.filter(({ role }) => role !== "public"))(
    "$method $path is a 401",
    async ({ method, path }) => {
      const reply = await system.call(path, { method, key: null });

      expect(reply.status).toBe(401);
      expect(reply.headers["www-authenticate"]).toContain("Bearer");
      expect(reply.json["code"]).toBe("unauthenticated");
    },
  );

  it.each(["Bearer wrong", "Basic b2E6b2E=", "Bearer", `Bearer ${"x".repeat(2_000)}`])(
    "%s is a 401 as well",
    async (authorization) => {
      const reply = await system.call("/v1/deliveries", { key: null, headers: { authorization } });
      expect(reply.status).toBe(401);
    },
  );

  it.each(["/livez", "/readyz", "/docs", "/openapi.json"])("%s answers", async (path) => {
    expect((await system.call(path, { key: null })).status).toBe(200);
  });
});

describe("a producer", () => {
  it.each(paths.filter(({ role }) => role === "operator"))(
    "may not call $method $path",
    async ({ method, path }) => {
      const reply = await system.call(path, { method, ...(method === "POST" ? { body: {} } : {}) });
      expect(reply.json).toMatchObject({ status: 403, code: "forbidden" });
    },
  );

  it("never sees another producer's delivery: not by id, not in lists, not by key, and cannot cancel it", async () => {
    const sendAt = Date.now() + 600_000;
    const { json } = await system.call("/v1/deliveries", { body: { ...aTodo(), key: "mine", sendAt } });
    const id = String(json["id"]);
    const other = { key: "erp" } as const;

    expect((await system.call(`/v1/deliveries/${id}`, other)).status).toBe(404);
    expect((await system.call(`/v1/deliveries/${id}?wait=5`, other)).status).toBe(404);
    expect((await system.call(`/v1/deliveries/${id}/cancel`, { ...other, method: "POST" })).status).toBe(404);
    expect((await system.call("/v1/deliveries", other)).json["items"]).toEqual([]);
    expect((await system.call("/v1/deliveries?key=mine", other)).json["items"]).toEqual([]);
    expect((await system.call("/v1/deliveries?account=yzj", other)).status).toBe(403);
    expect((await system.call(`/v1/deliveries/${id}`)).json["status"]).toBe("queued");
  });

  it("gets the same answer for accounts that are not its own and for accounts that do not exist", async () => {
    const foreign = await system.call("/v1/deliveries", { body: { ...aTodo(), account: "other" } });
    const unknown = await system.call("/v1/deliveries", { body: { ...aTodo(), account: "nowhere" } });

    expect(foreign.status).toBe(403);
    expect({ ...unknown.json, requestId: "" }).toEqual({ ...foreign.json, requestId: "" });
  });
});

describe("an operator", () => {
  it("sees everything, and learns which account does not exist", async () => {
    const { json } = await system.call("/v1/deliveries", { key: "ops", body: aTodo() });
    const unknown = await system.call("/v1/deliveries", {
      key: "ops",
      body: { ...aTodo(), account: "nowhere" },
    });

    expect((await system.call(`/v1/deliveries/${String(json["id"])}`, { key: "ops" })).status).toBe(200);
    expect(unknown.json).toMatchObject({ status: 404, code: "unknownAccount" });
  });
});

describe("keys in the configuration", () => {
  const sha = "a".repeat(64);
  const config = (keys: string): (() => unknown) => {
    const accounts = `accounts: { m: { platform: yunzmall, baseUrl: "https://mall.example" } }`;
    return () => parseConfig(`${accounts}\napi: { keys: [${keys}] }`, { path: "bida.yaml", env: {} });
  };

  it.each([
    ["a digest that is none", `{ name: a, role: operator, sha256: abc }`, /sha256: expected 64 hex digits/],
    ["a producer without accounts", `{ name: a, role: producer, sha256: "${sha}" }`, /accounts/],
    [
      "an account that does not exist",
      `{ name: a, role: producer, sha256: "${sha}", accounts: [x] }`,
      /there is no account x/,
    ],
    [
      "a name twice",
      `{ name: a, role: operator, sha256: "${sha}" }, { name: a, role: operator, sha256: "${"b".repeat(64)}" }`,
      /each name once/,
    ],
  ])("are refused with %s", (_name, keys, message) => {
    expect(config(keys)).toThrow(message);
  });
});
