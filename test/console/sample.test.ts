/** `bida up --sample`: what it promises to show is there to be seen. */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, expect, it } from "vitest";
import { BidaClient } from "../../src/doors/client/bida-client.ts";
import { startBida } from "../doors/cli/bida-process.ts";

const child = startBida(["up", "--sample", "--port", "0", "--json"]);
afterAll(() => {
  child.kill("SIGKILL");
});

it("has groups, one of them taken care of, a held lane, an open breaker, a paused account and a replay under way", async () => {
  if (child.stdout === null) throw new Error("no pipe");
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const { url, key } = JSON.parse(line) as { url: string; key: string };
  const client = new BidaClient({ url, key });

  const [{ items: groups }, { items: lanes }, accounts, { items: actions }] = await Promise.all([
    client.deadLetters.groups(),
    client.heldLanes(),
    client.accounts(),
    client.deadLetters.actions(),
  ]);

  expect(groups.map(({ state }) => state).toSorted()).toEqual(["acknowledged", "new"]);
  expect(lanes).toContainEqual(expect.objectContaining({ lane: "named:HT-2026-117", waiting: 4 }));
  expect(accounts.find(({ name }) => name === "hn")?.breaker.state).toBe("open");
  expect(accounts.find(({ name }) => name === "mall")?.paused).toBe(true);
  expect(actions).toMatchObject([{ kind: "replay", status: "running" }]);
});
