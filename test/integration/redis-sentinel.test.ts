/**
 * A failover by real sentinels: acknowledged deliveries go on at the new master.
 */
import { afterEach, expect, it } from "vitest";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { MASTER_NAME, replicated, startSentinels, type Topology } from "../support/topologies.ts";
import { startSystem, type System } from "../support/system.ts";

let topology: Topology | null = null;
let system: System | null = null;
afterEach(async () => {
  await system?.close();
  await topology?.stop();
});

it("a failover loses no acknowledged delivery, and new ones are taken afterwards", async () => {
  topology = await startSentinels();
  const redis = `sentinels: ${JSON.stringify(topology.urls)}, name: ${MASTER_NAME}`;
  // Stored, but not shown for a while: the failover comes while they are being verified.
  system = await startSystem({
    redis,
    faults: { random: { rates: { late: 1 }, parameters: { lateMs: 40_000 } } },
  });
  const { producer, store, enqueue, ended } = system;
  const ids = await Promise.all(Array.from({ length: 20 }, () => enqueue(aTodo())));

  await eventually(
    () => store.count("confirming"),
    (count) => count === ids.length,
  );
  const [master] = topology.nodes;
  if (master === undefined) throw new Error("there is no master");
  // Replication is asynchronous: what has not reached the replica is lost with the master (docs/guarantees.md).
  await replicated(master, 1);
  await master.kill();
  const after = await eventually(
    () => producer.enqueue({ ...aTodo(), key: "after-the-failover" }),
    ({ kind }) => kind === "created" || kind === "existing",
    25_000,
  );

  const letters = await Promise.all(ids.map((id) => ended(id, 30_000)));
  expect(letters.map(({ state }) => state.status)).toEqual(ids.map(() => "confirmed"));
  expect("id" in after ? (await ended(after.id, 30_000)).state.status : after.kind).toBe("confirmed");
  const { todos } = await system.ledger();
  expect(todos.filter(({ repeats, stores }) => repeats > 0 || stores > 1)).toEqual([]);
}, 90_000);
