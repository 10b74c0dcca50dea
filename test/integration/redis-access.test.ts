/**
 * Redis as others set it up: users with few rights, databases, TLS with an authority of one's own. What
 * cannot work is told in words, before anything is acknowledged where nobody would look for it.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDeliveryWorker } from "../../src/app/delivery-worker.ts";
import { causeOf } from "../../src/doctor/redis-cause.ts";
import { openOperations } from "../../src/app/operations-context.ts";
import { createProducer } from "../../src/app/producer.ts";
import { startPrivateRedis, type PrivateRedis } from "../../src/dev/private-redis/private-redis.ts";
import { neededRights } from "../../src/app/redis-safety.ts";
import { messageOf } from "../../src/delivery/error-words.ts";
import type { FoundSend } from "../../src/pipeline/ports.ts";
import { connect } from "../../src/storage/connection.ts";
import { DeliveryStore } from "../../src/storage/delivery-store.ts";
import { aSendLook } from "../support/a-send-look.ts";
import { aTodo } from "../support/builders.ts";
import { configOn } from "../support/config-on.ts";
import { eventually } from "../support/eventually.ts";
import { aFreePort } from "../../src/dev/private-redis/free-port.ts";
import { startSystem } from "../support/system.ts";
import { AccountKeys } from "../../src/storage/keys.ts";

const directory = mkdtempSync(join(tmpdir(), "bida-tls-"));
const [certificate, key] = [join(directory, "redis.crt"), join(directory, "redis.key")];
let redis: PrivateRedis;
let admin: Redis;
let tlsPort: number;

beforeAll(async () => {
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject];
  execFileSync("openssl", [...request, "-keyout", key, "-out", certificate], { stdio: "ignore" });
  tlsPort = await aFreePort();
  const tls = ["--tls-port", String(tlsPort), "--tls-cert-file", certificate, "--tls-key-file", key];
  redis = await startPrivateRedis({ extraArgs: [...tls, "--tls-auth-clients", "no"] });
  admin = new Redis(redis.url);
});

afterAll(async () => {
  admin.disconnect();
  await redis.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function startOn(where: string): Promise<string> {
  const leaving = AbortSignal.timeout(15_000);
  const options = { config: configOn(where), emit: () => undefined, warn: () => undefined, leaving };
  try {
    const worker = await startDeliveryWorker(options);
    await worker.stop();
    return "started";
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

async function causeOn(where: string): Promise<string> {
  const errors: Error[] = [];
  const config = configOn(where);
  const operations = openOperations({ config, onError: (error) => void errors.push(error as Error) });
  try {
    await operations.context.ready();
    return "ready";
  } catch (error) {
    const { found, mend } = causeOf([...errors, error as Error], config);
    return `${found} → ${mend}`;
  } finally {
    await operations.close();
  }
}

describe("a user of Redis", () => {
  const at = (user: string): string => `redis://${user}:pw@127.0.0.1:${redis.port}`;
  const asUser = (user: string): string => `url: "${at(user)}"`;

  it("with the rights that Bida asks for delivers to the end", async () => {
    const system = await startSystem({
      redisUrl: at("enough"),
      withoutWorker: true,
      account: "todo: { mode: sync }",
    });
    await admin.call("ACL", "SETUSER", "enough", "on", ">pw", ...neededRights(system.config).split(" "));
    try {
      await system.startWorker();
      const { state } = await system.ended(await system.enqueue(aTodo()));
      expect(state.status).toBe("confirmed");
      expect(system.events.filter(({ event }) => event === "redis.failed")).toEqual([]);
    } finally {
      await system.close();
    }
  });

  it.each([
    ["noinfo", ["~bida:*", "+@all", "-info"]],
    ["otherkeys", ["~other:*", "+@all"]],
    ["readonly", ["~bida:*", "+@read", "+@connection", "+info"]],
  ])("%s is refused with the rights that are needed", async (user, rights) => {
    await admin.call("ACL", "SETUSER", user, "on", ">pw", ...rights);

    expect(await startOn(asUser(user))).toMatch(/^ConfigError: Redis' user lacks rights.*~bida:\* \+@read/);
  });

  it("whose rights do not suffice for a script is refused with the command, before anything is accepted", async () => {
    await admin.call("ACL", "SETUSER", "nozadd", "on", ">pw", "~bida:*", "+@all", "-zadd", "-incrby");

    const words =
      /^ConfigError: Redis' user lacks rights \(.*ZADD.*\); Bida needs: ACL SETUSER <user> ~bida:\* \+@read/;
    expect(await startOn(asUser("nozadd"))).toMatch(words);
    expect(await startOn(asUser("nozadd"))).toContain("INCRBY");
  });

  it("who loses a right has nothing acknowledged, and nothing is left of what was refused", async () => {
    const config = configOn(asUser("loser"));
    await admin.call("ACL", "SETUSER", "loser", "on", ">pw", ...neededRights(config).split(" "));
    const producer = createProducer({ config, onError: () => undefined });
    const order = { ...aTodo(), account: "yzj", key: "once" };
    const keys = new AccountKeys("bida", "yzj");
    try {
      await admin.call("ACL", "SETUSER", "loser", "-zadd");
      expect((await producer.enqueue(order)).kind).toBe("unavailable");
      expect(await admin.keys(keys.delivery("*"))).toEqual([]);

      await admin.call("ACL", "SETUSER", "loser", "+zadd");
      const taken = await producer.enqueue(order);
      expect(taken.kind).toBe("created");
      expect(await admin.zcard(keys.deadlines)).toBe(1);
    } finally {
      await producer.close();
      await admin.flushall();
    }
  });

  it("who loses a right in the middle of a lease loses no delivery", async () => {
    const config = configOn(asUser("unlucky"));
    const scope = { prefix: "bida", account: "yzj" };
    await admin.call("ACL", "SETUSER", "unlucky", "on", ">pw", ...neededRights(config).split(" "));
    const connection = connect(config.redis, { role: "worker", onError: () => undefined });
    const store = new DeliveryStore(connection, scope);
    const look = async (): Promise<readonly FoundSend[]> => {
      const calledAt = Number((await admin.time())[0]) * 1_000;
      return (await store.leaseSends(aSendLook({ calledAt }))).sends;
    };
    const producer = createProducer({ config, onError: () => undefined });
    const taken = await producer.enqueue({ ...aTodo(), account: "yzj" });
    const id = taken.kind === "created" ? taken.id : "";
    try {
      await admin.call("ACL", "SETUSER", "unlucky", "-zadd");
      await eventually(
        () => look().then(() => "leased", messageOf),
        (answer) => /can't run this command|no permissions to run the 'zadd'/.test(answer),
      );
      await admin.call("ACL", "SETUSER", "unlucky", "+zadd");

      expect(await look()).toMatchObject([{ kind: "go", id }]);
    } finally {
      connection.disconnect();
      await producer.close();
      await admin.flushall();
    }
  });

  it("that Redis does not know is refused with a reason", async () => {
    expect(await startOn(asUser("nobody"))).toMatch(/^ConfigError: Redis refuses the user or the password/);
    expect(await causeOn(asUser("nobody"))).toMatch(/refuses us → Redis refuses the user or the password/);
  });
});

describe("a database", () => {
  it("that Redis does not have is not written, and neither is database 0", async () => {
    const where = `url: "redis://127.0.0.1:${redis.port}/99"`;
    expect(await startOn(where)).toMatch(/^ConfigError: redis.url: Redis has no database of that number/);
    expect(await causeOn(where)).toContain("it has no such database");

    const producer = createProducer({ config: configOn(where), onError: () => undefined });
    expect((await producer.enqueue({ ...aTodo(), account: "yzj" })).kind).toBe("unavailable");
    await producer.close();
    expect(await admin.keys(new AccountKeys("bida", "yzj").delivery("*"))).toEqual([]);
  });

  it("is the one that the URL names", async () => {
    const producer = createProducer({
      config: configOn(`url: "redis://127.0.0.1:${redis.port}/3"`),
      onError: () => undefined,
    });
    expect((await producer.enqueue({ ...aTodo(), account: "yzj" })).kind).toBe("created");
    await producer.close();
    expect(await admin.keys(new AccountKeys("bida", "yzj").delivery("*"))).toEqual([]);
  });
});

describe("TLS", () => {
  it("trusts the authority that caFile names", async () => {
    expect(await startOn(`url: "rediss://localhost:${tlsPort}", caFile: "${certificate}"`)).toBe("started");
  });

  it.each([
    [
      "an unknown authority",
      () => `url: "rediss://localhost:${tlsPort}"`,
      /certificate is not known here.*caFile/,
    ],
    ["a port that does not speak it", () => `url: "rediss://localhost:${redis.port}"`, /TLS/],
    [
      "a port that wants it",
      () => `url: "redis://localhost:${tlsPort}"`,
      /may want TLS there \(then write rediss/,
    ],
    [
      "a name that does not resolve",
      () => 'url: "redis://no-such-host.invalid"',
      /name does not resolve.*no-such-host.invalid/,
    ],
    ["nobody there", () => 'url: "redis://127.0.0.1:9"', /nothing listens there.*127.0.0.1:9/],
  ])("doctor names the cause: %s", async (_name, where, words) => {
    expect(await causeOn(where())).toMatch(words);
  });
});

it.each(["UNLINK", "INFO", "TIME"])(
  "a Redis without %s is refused with the command's name",
  async (command) => {
    const server = await startPrivateRedis({ extraArgs: ["--rename-command", command, ""] });
    try {
      expect(await startOn(`url: "${server.url}"`)).toMatch(
        new RegExp(`^ConfigError: Redis has no command ${command}: it renames or switches off`),
      );
    } finally {
      await server.stop();
    }
  },
);

it("a Redis that has too many clients is not taken for one that does not answer", async () => {
  const server = await startPrivateRedis();
  const only = new Redis(server.url);
  try {
    await only.config("SET", "maxclients", "1");

    expect(await causeOn(`url: "${server.url}"`)).toMatch(/it cuts the connection.*→ .*maxclients/);
  } finally {
    only.disconnect();
    await server.stop();
  }
});
