/**
 * Every command of the documentation, as it is written there, against a `bida up` with the sample of a bad night;
 * test/support/documented-commands.ts lists those that no test can run, and why.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { aFreePort } from "../../src/dev/private-redis/free-port.ts";
import { documentedCommands, whyNotRun } from "../support/documented-commands.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "bida-documented-"));
/** The repository as a reader has it, with files of the reader's own beside it. */
const here = join(folder, "bida");
const started: ChildProcess[] = [];
let env: NodeJS.ProcessEnv = {};
let dead: string[] = [];

beforeAll(async () => {
  mkdirSync(here);
  for (const name of readdirSync(ROOT))
    if (!/^(?:\.git|dist|todo\.json|bida\.yaml)$/.test(name)) symlinkSync(join(ROOT, name), join(here, name));
  const bin = join(folder, "bin");
  mkdirSync(bin);
  // What npx starts, without its second of looking round.
  writeFileSync(join(bin, "npx"), `#!/bin/sh\nshift\nexec node ${ROOT}bin/bida.mjs "$@"\n`, { mode: 0o755 });
  env = {
    PATH: [bin, dirname(process.execPath), process.env["PATH"]].join(delimiter),
    HOME: process.env["HOME"],
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
  };
  await startUp();
}, 600_000);
afterAll(async () => {
  for (const child of started) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

async function startUp(): Promise<void> {
  const up = start("npx bida up --sample --json --port 0");
  const [line] = (await once(createInterface({ input: up.stdout }), "line")) as [string];
  up.stdout.resume();
  const { url, key, redis, sandbox } = JSON.parse(line) as Record<
    "url" | "key" | "redis" | "sandbox",
    string
  >;
  env = { ...env, BIDA_URL: url, BIDA_KEY: key, REDIS_URL: redis };
  const answer = await fetch(`${url}/v1/dead-letters?limit=100`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const { items } = (await answer.json()) as { items: { id: string; operation: string }[] };
  dead = items.filter(({ operation }) => operation === "schedule.create").map(({ id }) => id);
  await firstConfiguration();
  writeFileSync(join(here, "bida.yaml"), configuration({ redis, sandbox }));
  const { payload } = JSON.parse(readFileSync(join(ROOT, "examples/curl/todo.json"), "utf8")) as {
    payload: object;
  };
  writeFileSync(join(here, "todo.json"), JSON.stringify({ ...payload, sourceId: "documented" }));
}

/** It is what the README begins with, and would be wrong beside a file of the reader's own. */
async function firstConfiguration(): Promise<void> {
  expect(await run("npx bida config init")).toMatchObject({ status: 0 });
  const checked = await run("npx bida config check", { YZJ_APP_SECRET: "s" });
  expect(checked).toMatchObject({ status: 0 });
}

const configuration = ({ redis, sandbox }: Record<"redis" | "sandbox", string>): string => `
redis: { url: "${redis}" }
api: { port: 0, keys: [{ name: ops, role: operator, sha256: "${"0".repeat(64)}" }] }
accounts:
  yzj:
    platform: yunzhijia
    baseUrl: "${sandbox}"
    allowHttp: true
    appId: "500041933"
    appSecret: sandbox-app-secret
    eid: "123456"
    slo: { confirmWithin: 5m, objective: 99.9 }
  mall: { platform: yunzmall, baseUrl: "${sandbox}/business/1", allowHttp: true }
callbacks: { allowHosts: [127.0.0.1], secret: sandbox-callback-secret-of-bida-up, allowPrivate: true, allowHttp: true }
mirrors: [{ from: mall, to: yzj, recipients: { "1": open-1 } }]
intake: { stream: { key: "documented:intake", producer: up, accounts: [yzj] } }
`;

/** Signals reach what the shell has become. */
function start(command: string, more: NodeJS.ProcessEnv = {}) {
  const [, before = "", program = ""] = /^((?:[A-Z_]+=\S+ )*)(.*)$/.exec(command) ?? [];
  const child = spawn("sh", ["-c", `${before} exec ${program}`], {
    cwd: here,
    env: { ...env, ...more },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  return child;
}

async function run(command: string, more: NodeJS.ProcessEnv = {}) {
  const child = spawn("sh", ["-c", command], {
    cwd: here,
    env: { ...env, ...more },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  return { command, status, stdout, stderr };
}

/** They go on until a signal ends them. */
const PROCESS =
  /^(?:[A-Z_]+=\S+ )*(?:npm run (?:worker|intake|api|callback|mirror)|npx bida (?:worker|api|sandbox)|node \S+\.[mt]?[jt]s|redis-server|prometheus)\b/;
/** What a process says when it has begun. */
const BEGUN =
  /"event":"(?:[a-z]+\.ready|api\.listening)"|"listening"|listening at|Ready to accept connections|ready to receive web requests/;

/** Each port of the documentation is one here that nobody else listens on; files go into this test's folder. */
const ports = new Map<string, number>();
async function typed(command: string): Promise<string> {
  for (const [port] of command.matchAll(/(?<=[ =:])(?:[4689]\d{3})\b/g))
    if (!ports.has(port)) ports.set(port, await aFreePort());
  return command
    .replaceAll(/(?<=[ =:])(?:[4689]\d{3})\b/g, (port) => String(ports.get(port)))
    .replaceAll(/(?<=[ =])\/tmp\b/g, folder);
}

const commands = [...new Set(documentedCommands().map(({ command }) => command))].filter(
  (command) => whyNotRun(command) === null && command !== "npx bida config init",
);

it("starts each process, which ends on SIGTERM", async () => {
  const processes = commands.filter((command) => PROCESS.test(command));
  expect(processes.length).toBeGreaterThan(5);
  for (const command of processes) {
    const child = start(await typed(command));
    const begun = Promise.withResolvers<undefined>();
    const said: string[] = [];
    for (const input of [child.stdout, child.stderr])
      createInterface({ input }).on("line", (line) => {
        said.push(line);
        if (BEGUN.test(line)) begun.resolve(undefined);
      });
    const gone = once(child, "exit") as Promise<[number | null, string | null]>;
    void gone.then(() => begun.resolve(undefined));
    await begun.promise;
    child.kill("SIGTERM");

    const [status] = await gone;
    // A script of a few lines has nothing to finish.
    const isOver = status === 0 || /print-(?:spans|alerts)/.test(command);
    const hasBegun = said.some((line) => BEGUN.test(line));
    expect({ command, isOver, said: hasBegun ? "begun" : said }).toEqual({
      command,
      isOver: true,
      said: "begun",
    });
  }
}, 600_000);

/** After a bad night not everything ends well. */
const STATUSES: readonly (readonly [form: RegExp, statuses: readonly number[]])[] = [
  [/bida doctor/, [0, 1]],
  [/bida slo/, [1]],
  // It was sent, and is dead: too late for that.
  [/bida cancel/, [1]],
  // No callback of the sample was given up.
  [/retry-callback/, [1]],
  // What the platform does not show stays dead.
  [/dead verify/, [0, 1, 5]],
  // Some of what is replayed dies again.
  [/replay .*--yes/, [0, 5]],
];

it("runs each of the others with what a reader puts in place of ID and KEY", async () => {
  const worker = start("npx bida worker", { BIDA_HEALTH_PORT: (await typed(":9090")).slice(1) });
  await Promise.race([once(createInterface({ input: worker.stdout }), "line"), once(worker, "exit")]);
  worker.stdout.resume();
  worker.stderr.resume();
  const wrong: unknown[] = [];
  const others = commands.filter((one) => !PROCESS.test(one));
  // What is replayed cannot be discarded any more, and only what is discarded can be restored.
  const isDiscard = (one: string): boolean => / (?:discard|restore) /.test(one);
  for (const command of [...others.filter(isDiscard), ...others.filter((one) => !isDiscard(one))]) {
    const id = isDiscard(command) ? dead[1] : dead[0];
    if (id === undefined) throw new Error("the sample has too few dead letters");
    const filled = command.replaceAll(/\bID\b/g, id).replaceAll(/\bKEY$/g, "documented-1");
    // Whichever worker a page is about, one runs here.
    const ended = await run(await typed(filled.replace(/:90\d\d(?=\/readyz)/, ":9090")));
    const expected = STATUSES.find(([form]) => form.test(command))?.[1] ?? [0];
    if (!expected.includes(ended.status ?? -1) || ended.stdout.includes("curl:")) wrong.push(ended);
  }

  expect(wrong).toEqual([]);
}, 900_000);
