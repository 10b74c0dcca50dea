/**
 * The console's files over HTTP: deep links, caches, headers, and what stands there before it is built.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApiSystem, type ApiSystem, type Reply } from "./api-system.ts";

const INDEX = '<!doctype html><link rel="stylesheet" href="./assets/a-1.css"><script src="./assets/a-1.js">';
let folder: string;
let system: ApiSystem;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bida-console-"));
  system = await startApiSystem({ withoutWorker: true, consoleFolder: join(folder, "dist") });
});
afterAll(async () => {
  await system.close();
  rmSync(folder, { recursive: true, force: true });
});

const get = async (path: string, headers: Record<string, string> = {}): Promise<Reply> =>
  system.call(path, { key: null, headers });

describe("before the console is built", () => {
  it("says how to build it, on a page without script", async () => {
    const { status, text, headers } = await get("/console/");

    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(text).toContain("npm run console:build");
    expect(text).not.toContain("<script");
  });

  it("does not redirect from / to a page that is not there", async () => {
    expect((await get("/")).status).toBe(404);
  });
});

describe("once it is built, without a restart", () => {
  beforeAll(() => {
    const assets = join(folder, "dist/assets");
    mkdirSync(assets, { recursive: true });
    writeFileSync(join(folder, "dist/index.html"), INDEX);
    writeFileSync(join(folder, "dist/icon.svg"), "<svg/>");
    writeFileSync(join(folder, "secret.txt"), "not the console's");
    writeFileSync(join(assets, "a-1.js"), "let a = 1;");
    writeFileSync(join(assets, "a-1.js.br"), brotliCompressSync("let a = 1;"));
    writeFileSync(join(assets, "a-1.css"), "a{}");
  });

  it.each(["/", "/console"])("%s leads to it, also behind a proxy that takes a prefix off", async (path) => {
    const { status, headers } = await get(path);

    expect(status).toBe(302);
    // Relative: under /ops/ it leads to /ops/console/.
    expect(headers["location"]).toBe("console/");
  });

  it.each([
    ["/console/", "./"],
    ["/console/dead", "./"],
    ["/console/login?link=abc", "./"],
    ["/console/d/01J9", "../"],
    ["/console/accounts/yzj/more", "../../"],
  ])("%s gets the same page, its addresses relative to where it is", async (path, up) => {
    const { status, text, headers } = await get(path);

    expect(status).toBe(200);
    expect(headers["cache-control"]).toBe("no-store");
    expect(text).toBe(INDEX.replaceAll("./", up));
  });

  it("forbids foreign scripts, frames, forms and HTML made from texts", async () => {
    const { headers } = await get("/console/d/x");
    const policy = String(headers["content-security-policy"]);

    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ])
      expect(policy.split("; ")).toContain(rule);
    expect(policy).not.toContain("unsafe");
    expect(headers).toMatchObject({
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "cross-origin-opener-policy": "same-origin",
    });
  });

  it("lets hashed files be kept for ever, and asks for the others each time", async () => {
    const script = await get("/console/assets/a-1.js");
    const icon = await get("/console/icon.svg");

    expect(script.status).toBe(200);
    expect(script.headers["content-type"]).toMatch(/javascript/);
    expect(script.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(icon.headers["cache-control"]).toBe("no-cache");
    expect((await get("/console/icon.svg", { "if-none-match": String(icon.headers["etag"]) })).status).toBe(
      304,
    );
  });

  it("sends the compressed file to clients that accept it", async () => {
    const { headers } = await get("/console/assets/a-1.js", { "accept-encoding": "br" });

    expect(headers["content-encoding"]).toBe("br");
    expect(headers["vary"]).toMatch(/accept-encoding/i);
  });

  it("a file that is gone is a 404 that is not cached", async () => {
    const { status, headers } = await get("/console/assets/a-0.js");

    expect(status).toBe(404);
    expect(headers["cache-control"]).toBe("no-store");
  });

  it.each([
    "/console/assets/../../secret.txt",
    "/console/assets/%2e%2e/%2e%2e/secret.txt",
    "/console/assets/..%2f..%2fsecret.txt",
  ])("%s leads out of its folder nowhere", async (path) => {
    const { status, text } = await get(path);

    expect(text).not.toContain("not the console's");
    expect([200, 403, 404]).toContain(status);
  });
});
