import { once } from "node:events";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startPrivateRedis, type PrivateRedis } from "../../src/dev/private-redis/private-redis.ts";
import { connect } from "../../src/storage/connection.ts";

let redis: PrivateRedis;

beforeAll(async () => {
  redis = await startPrivateRedis();
});

afterAll(() => redis.stop());

it("a socket that fails twice ends no process", async () => {
  const errors: string[] = [];
  const connection = connect(
    { url: redis.url },
    { role: "worker", onError: (error) => void errors.push(error.message) },
  );
  await once(connection, "ready");

  const socket = connection["stream"];
  socket.emit("error", new Error("certificate is not known"));
  socket.emit("error", new Error("alert of the end that we refused"));
  socket.destroy();
  await once(connection, "ready");

  expect(errors).toEqual(["certificate is not known"]);
  connection.disconnect();
});
