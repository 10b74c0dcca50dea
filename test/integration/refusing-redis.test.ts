import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { expect, it } from "vitest";
import { startApi } from "../../src/app/api.ts";
import { connectTrusted } from "../../src/app/redis-safety.ts";
import { parseConfig, type Config } from "../../src/config/config.ts";
import { closing } from "../support/closing.ts";

/** A Redis that runs somebody's long script, and says so to whatever it is asked. */
async function aBusyRedis(): Promise<Config> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    socket.on("data", (bytes) => {
      const commands = bytes.toString().match(/\*\d+\r\n/g) ?? [];
      for (const _ of commands) socket.write("-BUSY Redis is busy running a script.\r\n");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  const sha256 = createHash("sha256").update("key").digest("hex");
  return parseConfig(
    `redis: { url: "redis://127.0.0.1:${(server.address() as AddressInfo).port}" }
api: { port: 0, keys: [{ name: ops, role: admin, sha256: ${sha256} }] }
accounts:
  yzj: { platform: yunzhijia, baseUrl: "http://127.0.0.1:9", allowHttp: true, appId: "1", appSecret: s }
`,
    { path: "test.yaml", env: {} },
  );
}

it("a worker waits for a Redis that answers, when it starts, that it is busy", async () => {
  const config = await aBusyRedis();
  const leaving = new AbortController();
  const seen: string[] = [];

  const trusted = connectTrusted({ config, warn: () => undefined, leaving: leaving.signal }, (error) => {
    seen.push(String(error));
    // Asked a second time: it has not given up.
    if (seen.length > 1) leaving.abort();
  });

  await expect(trusted).rejects.toThrow();
  expect(seen.join()).toContain("BUSY");
  expect(leaving.signal.aborted).toBe(true);
});

it("an API is not ready while its Redis takes no writes, also where its health port is asked", async () => {
  const config = await aBusyRedis();
  const api = await startApi({ config, emit: () => undefined });
  closing.push(() => api.stop());

  await expect.poll(() => api.readiness().ready, { timeout: 20_000 }).toBe(false);
});
