import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { closing } from "../../support/closing.ts";
import { ENTRY, startBida } from "./bida-process.ts";

it.runIf(existsSync("/dev/full"))(
  "says in one sentence that its output cannot be written, and ends with 1",
  () => {
    const full = openSync("/dev/full", "w");
    const ended = spawnSync(process.execPath, [ENTRY, "--help"], {
      stdio: ["ignore", full, "pipe"],
      encoding: "utf8",
    });
    closeSync(full);
    expect(ended).toMatchObject({ status: 1, stderr: "What is printed cannot be written (ENOSPC)\n" });
  },
);

it("goes on with what it was told to change when nobody reads what it prints any more", async () => {
  const changed: string[] = [];
  const api = createServer((request, response) => {
    const id = request.url?.split("/")[3] ?? "";
    changed.push(id);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ id, status: "queued" }));
  }).listen(0, "127.0.0.1");
  await once(api, "listening");
  closing.push(async () => {
    api.closeAllConnections();
    api.close();
    await once(api, "close");
  });
  const ids = Array.from({ length: 20 }, (_, n) => `d${n}`);
  const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;

  const bida = startBida(["dead", "replay", ...ids], { BIDA_URL: url, BIDA_KEY: "a key" });
  const exit = once(bida, "exit");
  // Its readers, like `head`, leave before the first line.
  bida.stdout.destroy();
  bida.stderr.destroy();

  expect(await exit).toEqual([0, null]);
  expect(changed).toEqual(ids);
});
