/**
 * Callbacks that were given up, as ops finds them and tries them again.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startCallbackWorker } from "../../../src/app/callback-worker.ts";
import { aTodo } from "../../support/builders.ts";
import { eventually } from "../../support/eventually.ts";
import { startApiSystem, type ApiSystem } from "../http/api-system.ts";
import { bidaAt, type Ended } from "./bida-process.ts";

let system: ApiSystem;
let receiver: Server;
let told: number;
let bida: (args: readonly string[]) => Promise<Ended>;
beforeAll(async () => {
  told = 0;
  receiver = createServer((_request, response) => {
    told += 1;
    response.writeHead(204).end();
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  system = await startApiSystem({
    root: 'callbacks: { allowHosts: ["127.0.0.1"], secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", allowPrivate: true, allowHttp: true }',
  });
  bida = bidaAt(system);
});
afterAll(async () => {
  await system.close();
  receiver.close();
});

/** A callback worker for as long as `during` takes. */
async function withCallbacks<T>(allowPrivate: boolean, during: () => Promise<T>): Promise<T> {
  const { callbacks } = system.config;
  if (callbacks === undefined) throw new Error("callbacks are configured above");
  const config = { ...system.config, callbacks: { ...callbacks, allowPrivate } };
  const worker = await startCallbackWorker({ config, emit: () => undefined });
  try {
    return await during();
  } finally {
    await worker.stop();
  }
}

const callbackOf = async (id: string): Promise<unknown> =>
  (await system.call(`/v1/deliveries/${id}?include=callback`)).json["callback"];

it("are listed without their secrets, shown with their delivery, and repeated", async () => {
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/done`;
  const id = await system.enqueue({ ...aTodo(), callbackUrl: `${url}?token=hush` });
  await system.ended(id);
  expect(await callbackOf(id)).toEqual({ url, status: "due", attempts: 0, detail: null });

  // A receiver inside, while nobody may call inside: given up at once.
  const { items } = await withCallbacks(false, () =>
    eventually(
      async () => (await bida(["dead", "callbacks", "--json"])).json() as { items: unknown[] },
      (page) => page.items.length > 0,
    ),
  );
  expect(items).toMatchObject([{ id, status: "confirmed", callback: { url, status: "dead", attempts: 1 } }]);
  const [table, show] = await Promise.all([bida(["dead", "callbacks"]), bida(["dead", "show", id])]);
  expect(table.stdout).toMatch(new RegExp(`^${id} +yzj +confirmed +1 +${url} `, "m"));
  expect(show.stdout).toMatch(/^callback +dead after 1 attempt, /m);
  expect(`${table.stdout}${show.stdout}`).not.toContain("hush");

  expect((await system.call("/metrics", { key: "ops" })).text).toContain(
    'bida_dead_callbacks{account="yzj"} 1',
  );

  const retried = await bida(["dead", "retry-callback", id, "--note", "allowed now"]);
  expect(retried).toMatchObject({ status: 0, stdout: `${id}\n` });
  await withCallbacks(true, () =>
    eventually(
      () => callbackOf(id),
      (callback) => (callback as { status: string }).status === "delivered",
    ),
  );
  expect(told).toBe(1);

  const again = await bida(["dead", "retry-callback", id]);
  expect(again.status).toBe(1);
  expect(again.stderr).toContain("was not given up");
  expect((await bida(["dead", "callbacks"])).stderr).toContain("There are none.");
  expect((await bida(["audit", "--json"])).stdout).toContain("retry callback");
  // A producer sees those of its own accounts, and no others.
  const elsewhere = await system.call("/v1/dead-letters/callbacks", { key: "erp" });
  expect([elsewhere.status, elsewhere.json["items"]]).toEqual([200, []]);
});
