/**
 * Found by a three-minute run of chaos: a connection that broke in the middle of the answers to a pipeline was
 * reported as a bug of ours, and the API would have answered 500 instead of 503.
 */
import { once } from "node:events";
import { connect as dial, createServer, type AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { connect } from "../../../src/storage/connection.ts";
import { isRedisAway } from "../../../src/storage/redis-away.ts";
import { testRedisUrl } from "../../support/redis.ts";

const ONE_ANSWER = "$-1\r\n";

it("a pipeline that was cut after its first answer says that Redis is away", async () => {
  const { hostname, port } = new URL(testRedisUrl());
  let cuts = false;
  const door = createServer((near) => {
    const far = dial(Number(port), hostname);
    near.on("data", (bytes: Buffer) => far.write(bytes));
    far.on("data", (bytes: Buffer) => {
      if (!cuts) return void near.write(bytes);
      near.end(bytes.subarray(0, ONE_ANSWER.length));
      far.destroy();
    });
    near.on("error", () => far.destroy());
    near.on("close", () => far.destroy());
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const url = `redis://127.0.0.1:${(door.address() as AddressInfo).port}`;
  const redis = connect({ url }, { role: "producer", onError: () => undefined });
  try {
    await redis.ping();
    cuts = true;
    const [first, second, third] = await Promise.allSettled(
      ["none:1", "none:2", "none:3"].map((key) => redis.get(key)),
    );

    expect(first).toEqual({ status: "fulfilled", value: null });
    for (const cut of [second, third]) {
      expect(cut).toMatchObject({ status: "rejected" });
      expect(isRedisAway((cut as PromiseRejectedResult).reason)).toBe(true);
    }
  } finally {
    redis.disconnect();
    door.close();
  }
});
