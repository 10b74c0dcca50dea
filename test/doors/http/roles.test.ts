/**
 * Who may do what: every call of the contract, asked with a key of every role.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rolesText } from "../../../packaging/contract-types.ts";
import { may } from "../../../src/doors/http/access.ts";
import { contract } from "../../../src/doors/http/contract.ts";
import type { Role } from "../../../src/operations/caller.ts";
import { aTodo } from "../../support/builders.ts";
import { startApiSystem, type ApiSystem, type KeyName } from "./api-system.ts";

const HOLDERS: readonly (readonly [Role, KeyName])[] = [
  ["viewer", "eye"],
  ["producer", "oa"],
  ["operator", "ops"],
  ["admin", "boss"],
  ["metrics", "prom"],
];

let system: ApiSystem;
beforeAll(async () => {
  system = await startApiSystem({ withoutWorker: true });
});
afterAll(async () => system.close());

/** Streams have no end to wait for. */
const finite = contract.filter(({ role, path }) => role !== "public" && path !== "/v1/stream");

describe.each(HOLDERS)("a key of the role %s", (role, key) => {
  it.each(finite.map((call) => [`${call.method} ${call.path}`, call] as const))("%s", async (_name, call) => {
    const path = call.path.replaceAll(/\{\w+\}/g, "x");
    const body = call.method === "POST" ? { body: {} } : {};
    const { status } = await system.call(path, { method: call.method, key, ...body });

    if (may(role, call.role)) expect([401, 403, 405, 500]).not.toContain(status);
    else expect(status).toBe(403);
  });
});

describe("payloads", () => {
  it("are not shown to a viewer, wherever they could be asked for", async () => {
    const { json } = await system.call("/v1/deliveries", { body: aTodo() });
    const path = `/v1/deliveries/${String(json["id"])}`;

    expect((await system.call(path, { key: "eye" })).status).toBe(200);
    expect((await system.call(`${path}?include=timeline,payload`, { key: "eye" })).json).toMatchObject({
      status: 403,
      code: "forbidden",
    });
    expect((await system.call(`${path}?include=payload`, { key: "ops" })).json["payload"]).toBeDefined();
    expect((await system.call("/v1/intake/refused?include=order", { key: "eye" })).status).toBe(403);
    expect((await system.call("/v1/intake/refused?include=order", { key: "ops" })).status).toBe(200);
  });
});

describe("a producer", () => {
  it("sees its accounts, and no other one's account or dead letters", async () => {
    const accounts = await system.call("/v1/accounts");

    expect((accounts.json["items"] as { name: string }[]).map(({ name }) => name)).toEqual(["yzj"]);
    expect((await system.call("/v1/dead-letters")).json["items"]).toEqual([]);
    expect((await system.call("/v1/dead-letters?account=other")).status).toBe(404);
    expect((await system.call("/v1/dead-letters/groups?account=other")).status).toBe(404);
  });
});

describe("the table", () => {
  it("is checked in: docs/api-roles.md is what the contract says (npm run openapi writes it anew)", async () => {
    const file = new URL("../../../docs/api-roles.md", import.meta.url);
    expect(readFileSync(file, "utf8")).toBe(await rolesText());
  });

  it("is shown with each call in /docs", async () => {
    const { text } = await system.call("/docs", { key: null });
    expect(text).toContain("For: viewer, producer, operator, admin.");
    expect(text).toContain("For: everybody, without a key.");
  });
});
