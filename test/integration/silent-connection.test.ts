/**
 * A firewall, a load balancer or a failover can forget a connection: nothing passes any more, and neither side is
 * told. Only a new connection helps.
 */
import { afterEach, expect, it } from "vitest";
import { Relay } from "../chaos/relay.ts";
import { aTodo } from "../support/builders.ts";
import { testRedisUrl } from "../support/redis.ts";
import { startSystem, type System } from "../support/system.ts";

let system: System;
let relay: Relay;
afterEach(async () => {
  await system.close();
  await relay.close();
});

it("a connection to Redis that was forgotten costs its owner some seconds, and no delivery", async () => {
  const { hostname: host, port, pathname } = new URL(testRedisUrl());
  relay = new Relay({ host, port: Number(port) });
  await relay.open();
  system = await startSystem({ redisUrl: `redis://127.0.0.1:${relay.port}${pathname}` });
  await system.ended(await system.enqueue(aTodo()));

  await relay.begin("forget");

  const id = await system.enqueue({ ...aTodo(), key: "after the firewall forgot" });
  expect((await system.ended(id)).state).toMatchObject({ status: "confirmed", sends: 1 });
});
