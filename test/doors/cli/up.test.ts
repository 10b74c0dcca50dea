import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Redis } from "ioredis";
import { aTodo } from "../../support/builders.ts";
import { runBida, startBida } from "./bida-process.ts";

interface Up {
  readonly url: string;
  readonly key: string;
  readonly redis: string;
  readonly sandbox: string;
  readonly console: string;
}

const child = startBida(["up", "--port", "0", "--json"]);
let up: Up;
beforeAll(async () => {
  if (child.stdout === null) throw new Error("no pipe");
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  up = JSON.parse(line) as Up;
});
afterAll(() => {
  child.kill("SIGKILL");
});

describe("bida up", () => {
  it("delivers, with nothing configured", async () => {
    const env = { BIDA_URL: up.url, BIDA_KEY: up.key };
    const stdin = JSON.stringify(aTodo().payload);
    const args = ["send", "--account", "yzj", "--operation", "todo.create", "--wait", "30s", "--json"];
    const sent = await runBida(args, { env, stdin });
    expect(sent.json()).toMatchObject({ status: "confirmed" });
    const { stdout } = await runBida(["accounts"], { env });
    for (const account of ["yzj", "hn", "mall"])
      expect(stdout).toMatch(new RegExp(`^${account} .*running`, "m"));
  });

  it("prints a link that logs in to the console once", async () => {
    const { pathname, searchParams } = new URL(up.console);
    const logIn = async (): Promise<Response> =>
      fetch(`${up.url}/v1/session`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "sec-fetch-site": "same-origin",
          "x-bida-console": "1",
        },
        body: JSON.stringify({ link: searchParams.get("link") }),
      });

    expect(pathname).toBe("/console/login");
    expect(await (await logIn()).json()).toMatchObject({ name: "up", role: "admin" });
    expect((await logIn()).status).toBe(401);
  });

  it("leaves nothing behind after Ctrl-C", async () => {
    const redis = new Redis(up.redis);
    const [, directory = ""] = await redis.config("GET", "dir");
    redis.disconnect();
    const said = child.stderr === null ? "" : text(child.stderr);
    child.kill("SIGINT");
    const [status] = (await once(child, "exit")) as [number];
    expect(status).toBe(0);
    expect(await said).not.toMatch(/error/i);
    expect(directory).toContain("bida-redis-");
    expect(existsSync(directory)).toBe(false);
    for (const url of [up.url, up.redis, up.sandbox]) expect(await listens(url)).toBe(false);
  });
});

async function listens(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
