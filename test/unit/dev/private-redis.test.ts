/**
 * The ladder to a Redis of one's own: PATH, Docker, Debian's package, or one sentence. Nothing is
 * installed here: what would be run is written down.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TestProject } from "vitest/node";
import {
  findRedisServer,
  thisMachine,
  type CommandResult,
  type Machine,
} from "../../../src/dev/private-redis/redis-server.ts";
import setup from "../../support/global-setup.ts";
import { fake } from "../../support/fake.ts";

const DONE: CommandResult = { ok: true, output: "" };

interface Told extends Machine {
  readonly ran: string[];
  readonly said: string[];
}

/** A machine with these programs; `run` answers `DONE` unless told otherwise. */
function aMachine(programs: readonly string[], about: Partial<Machine> = {}): Told {
  const ran: string[] = [];
  const said: string[] = [];
  return {
    findOnPath: (name) => (programs.includes(name) ? `/usr/bin/${name}` : null),
    isDebian: () => false,
    isRoot: () => false,
    say: (line) => void said.push(line),
    ...about,
    run: async (command, { args, timeoutMs }) => {
      ran.push([command, ...args].join(" "));
      return about.run?.(command, { args, timeoutMs }) ?? DONE;
    },
    ran,
    said,
  };
}

/** Refuses what begins with one of these. */
function refusing(...commands: readonly string[]): Machine["run"] {
  return async (command, { args }) =>
    commands.some((refused) => [command, ...args].join(" ").startsWith(refused))
      ? { ok: false, output: "first line\nE: Unable to locate package\n" }
      : DONE;
}

describe("finding a Redis", () => {
  it("takes redis-server from PATH, and looks no further", async () => {
    const machine = aMachine(["redis-server", "valkey-server", "docker"], { isDebian: () => true });

    expect(await findRedisServer(machine)).toEqual({ kind: "binary", path: "/usr/bin/redis-server" });
    expect(machine.ran).toEqual([]);
  });

  it("takes valkey-server where there is no redis-server", async () => {
    const machine = aMachine(["valkey-server", "docker"]);

    expect(await findRedisServer(machine)).toEqual({ kind: "binary", path: "/usr/bin/valkey-server" });
  });

  it("uses Docker where there is neither, if its engine answers", async () => {
    const machine = aMachine(["docker"], { isDebian: () => true, isRoot: () => true });

    expect(await findRedisServer(machine)).toEqual({ kind: "docker" });
    expect(machine.ran).toEqual(["docker info"]);
  });

  it("does not trust a Docker whose engine is silent, and says in one sentence what to install", async () => {
    const machine = aMachine(["docker"], { run: refusing("docker info") });

    await expect(findRedisServer(machine)).rejects.toThrow(
      /^no redis-server was found; install one, for example: apt-get install redis-server$/,
    );
  });

  it("installs nothing on a Debian where it has no right to", async () => {
    const machine = aMachine(["docker"], { isDebian: () => true, run: refusing("docker", "sudo") });

    await expect(findRedisServer(machine)).rejects.toThrow("no redis-server was found");
    expect(machine.ran).toEqual(["docker info", "sudo -n true"]);
    expect(machine.said).toEqual([]);
  });

  it("installs Debian's package with a sudo that asks for no password, and says so first", async () => {
    const programs: string[] = [];
    const machine = aMachine(programs, {
      isDebian: () => true,
      run: async (_, { args }) => {
        if (args.includes("install")) programs.push("redis-server");
        return DONE;
      },
    });

    expect(await findRedisServer(machine)).toEqual({ kind: "binary", path: "/usr/bin/redis-server" });
    expect(machine.said).toHaveLength(1);
    const apt = "sudo -n env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get";
    expect(machine.ran.slice(1)).toEqual([
      `${apt} update -qq`,
      `${apt} install -y --no-install-recommends redis-server`,
    ]);
  });

  it("says why in its last line where the package fails", async () => {
    const machine = aMachine([], { isDebian: () => true, run: refusing("sudo -n env") });

    await expect(findRedisServer(machine)).rejects.toThrow(
      /^installing redis-server failed: E: Unable to locate package$/,
    );
  });

  it("ends in the same sentence where the package has no server", async () => {
    const machine = aMachine([], { isDebian: () => true });

    await expect(findRedisServer(machine)).rejects.toThrow("no redis-server was found");
  });
});

describe("this machine", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bida-path-"));
    vi.stubEnv("PATH", ["/nowhere", folder].join(delimiter));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  it("finds a program on PATH, and only one that it may run", () => {
    writeFileSync(join(folder, "odd-redis-server"), "#!/bin/sh\n", { mode: 0o644 });
    expect(thisMachine.findOnPath("odd-redis-server")).toBeNull();

    chmodSync(join(folder, "odd-redis-server"), 0o755);
    expect(thisMachine.findOnPath("odd-redis-server")).toBe(join(folder, "odd-redis-server"));
  });

  it("takes PATH in its order, and the first redis-server of it", async () => {
    writeFileSync(join(folder, "redis-server"), "#!/bin/sh\n", { mode: 0o755 });

    expect(await findRedisServer()).toEqual({ kind: "binary", path: join(folder, "redis-server") });
  });

  it("reports whether a command succeeded, failed, is missing or hangs", async () => {
    const succeeded = await thisMachine.run("/bin/sh", {
      args: ["-c", "echo out; echo err >&2"],
      timeoutMs: 5_000,
    });
    const failed = await thisMachine.run("/bin/sh", {
      args: ["-c", "echo why >&2; exit 3"],
      timeoutMs: 5_000,
    });
    const missing = await thisMachine.run("no-such-command-anywhere", { args: [], timeoutMs: 5_000 });
    const hung = await thisMachine.run("/bin/sleep", { args: ["30"], timeoutMs: 100 });

    expect(succeeded).toEqual({ ok: true, output: "out\n\nerr\n" });
    expect(failed).toEqual({ ok: false, output: "\nwhy\n" });
    expect(missing.ok).toBe(false);
    expect(hung.ok).toBe(false);
  });
});

describe("the tests' Redis", () => {
  afterEach(() => void vi.unstubAllEnvs());

  it("is the one that BIDA_TEST_REDIS_URL names, and none is started", async () => {
    vi.stubEnv("BIDA_TEST_REDIS_URL", "redis://127.0.0.1:1");
    vi.stubEnv("PATH", "/nowhere");
    const provided: unknown[] = [];
    const project = fake<TestProject>({ provide: (...about) => void provided.push(about) });

    const close = await setup(project);
    await close();

    expect(provided).toEqual([["redisUrl", "redis://127.0.0.1:1"]]);
  });
});
