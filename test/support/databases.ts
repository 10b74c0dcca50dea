/**
 * Private databases of a test: a cluster in a directory of its own, on a port of its own, which the test may
 * kill and start again. PostgreSQL and MariaDB as Debian installs them.
 *
 * Neither calls fsync: the tests only need writes to survive a killed process, which they do without it.
 */
import { execFile, execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createConnection } from "mysql2/promise";
import pg from "pg";
import { aFreePort } from "../../src/dev/private-redis/free-port.ts";

const run = promisify(execFile);
const SQL = fileURLToPath(new URL("../../deploy/sql", import.meta.url));

export type Cell = string | null;

export interface TestDatabase {
  /** The URL for the configuration of an outbox. */
  readonly url: string;
  /** Runs statements with the database's own client, in one transaction if they begin one. */
  readonly sql: (text: string) => Promise<void>;
  /** Rows as texts; null for NULL. */
  readonly rows: (query: string) => Promise<readonly (readonly Cell[])[]>;
  /** Kills it with SIGKILL, as the kernel's OOM killer does. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Stops it and removes its files. */
  readonly close: () => Promise<void>;
}

export type DatabaseKind = "postgresql" | "mysql";

/** Whether this machine has the server that the tests start. */
export function isInstalled(kind: DatabaseKind): boolean {
  return kind === "postgresql" ? postgresBin() !== null : mariadbd() !== null;
}

/** A transaction of a business system that is open. */
export interface OpenTransaction {
  readonly sql: (text: string) => Promise<void>;
  readonly commit: () => Promise<void>;
}

/** In a session of its own. */
export async function openTransaction(url: string): Promise<OpenTransaction> {
  const { ask, end } = url.startsWith("mysql") ? await mysqlSession(url) : await postgresqlSession(url);
  await ask("BEGIN");
  return {
    sql: ask,
    commit: async () => {
      await ask("COMMIT");
      await end();
    },
  };
}

interface Session {
  readonly ask: (text: string) => Promise<void>;
  readonly end: () => Promise<void>;
}

async function postgresqlSession(url: string): Promise<Session> {
  const client = new pg.Client(url);
  await client.connect();
  return { ask: async (text) => void (await client.query(text)), end: () => client.end() };
}

async function mysqlSession(url: string): Promise<Session> {
  const connection = await createConnection(url);
  return { ask: async (text) => void (await connection.query(text)), end: () => connection.end() };
}

/** A fresh cluster with the table of `deploy/sql/`. */
export async function startDatabase(
  kind: DatabaseKind,
  /** What the server calls itself: MariaDB alone may be told to lie. */
  version?: string,
): Promise<TestDatabase> {
  const directory = mkdtempSync(join(tmpdir(), `bida-${kind}-`));
  chmodSync(directory, 0o755);
  const cluster = kind === "postgresql" ? await postgresql(directory) : await mariadb(directory, version);
  let server: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    server = cluster.spawn();
    await untilItAnswers(server, cluster.ask);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = server;
    server = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const exited = once(running, "exit");
    running.kill(signal);
    await exited;
  };
  await start();
  const sql = async (text: string): Promise<void> => void (await cluster.client(text));
  await sql(cluster.create);
  return {
    url: cluster.url,
    sql,
    rows: async (query) => {
      const { stdout } = await cluster.client(query);
      const lines = stdout.split("\n").filter((line) => line !== "");
      return lines.map((line) => line.split("\t").map((cell) => (cell === cluster.null ? null : cell)));
    },
    kill: () => end("SIGKILL"),
    start,
    close: async () => {
      await end(cluster.stopSignal);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

interface Cluster {
  readonly url: string;
  readonly spawn: () => ChildProcess;
  readonly client: (text: string) => Promise<{ stdout: string }>;
  readonly ask: () => Promise<unknown>;
  readonly create: string;
  readonly null: string;
  readonly stopSignal: NodeJS.Signals;
}

async function postgresql(directory: string): Promise<Cluster> {
  const bin = postgresBin() ?? "";
  const port = await aFreePort();
  const data = join(directory, "data");
  mkdirSync(data);
  const as = asUser("postgres", [data, directory]);
  const [initdb, ...initdbArgs] = as([
    join(bin, "initdb"),
    "-D",
    data,
    "-U",
    "bida",
    "-A",
    "trust",
    "-E",
    "UTF8",
    "--locale=C",
    "--no-sync",
  ]);
  await run(initdb, initdbArgs, { cwd: directory });
  const flags = [
    "-p",
    String(port),
    "-k",
    directory,
    "-c",
    "fsync=off",
    "-c",
    "TimeZone=UTC",
    "-c",
    "listen_addresses=127.0.0.1",
  ];
  const url = (user: string): string => `postgresql://${user}@127.0.0.1:${port}/postgres`;
  const client = (text: string): Promise<{ stdout: string }> =>
    withInput(
      "psql",
      ["-X", "-q", "-A", "-t", "-F", "\t", "-P", "null=\\N", "-v", "ON_ERROR_STOP=1", url("bida")],
      text,
    );
  return {
    // With only the rights that the table's file grants.
    url: url("relay"),
    // The child is the server itself, not the program that changed the user, so that a kill hits the server.
    spawn: () => spawnAs("postgres", join(bin, "postgres"), ["-D", data, ...flags], directory),
    client,
    ask: () => client("SELECT 1"),
    create: `${readFileSync(`${SQL}/postgresql.sql`, "utf8")}
CREATE ROLE relay LOGIN;
GRANT SELECT, UPDATE, DELETE ON bida_outbox TO relay;`,
    null: "\\N",
    stopSignal: "SIGINT",
  };
}

async function mariadb(directory: string, version?: string): Promise<Cluster> {
  const program = mariadbd() ?? "";
  const port = await aFreePort();
  const data = join(directory, "data");
  mkdirSync(data);
  const as = asUser("nobody", [data, directory]);
  const socket = join(directory, "db.sock");
  const flags = [
    "--no-defaults",
    `--datadir=${data}`,
    `--socket=${socket}`,
    `--pid-file=${join(directory, "pid")}`,
    `--port=${port}`,
    "--bind-address=127.0.0.1",
    "--innodb-flush-log-at-trx-commit=2",
    "--innodb-log-file-size=8M",
    "--innodb-buffer-pool-size=32M",
    "--skip-grant-tables",
  ];
  // Creates the files and shuts down cleanly: files that were never closed do not survive a kill.
  const [bootstrap, ...bootstrapArgs] = as([program, ...flags, "--bootstrap"]);
  await withInput(bootstrap, bootstrapArgs, "");
  const client = (text: string, database = ["bida"]): Promise<{ stdout: string }> =>
    withInput(
      "mariadb",
      [
        "--no-defaults",
        "--batch",
        "--raw",
        "--skip-column-names",
        "--default-character-set=utf8mb4",
        // Texts and times are written as for PostgreSQL.
        "--init-command=SET time_zone = '+00:00', sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES')",
        `--socket=${socket}`,
        "-u",
        "root",
        ...database,
      ],
      text,
    );
  return {
    url: `mysql://bida@127.0.0.1:${port}/bida`,
    spawn: () =>
      spawnAs(
        "nobody",
        program,
        version === undefined ? flags : [...flags, `--version=${version}`],
        directory,
      ),
    client: (text) => client(text),
    ask: () => client("CREATE DATABASE IF NOT EXISTS bida", []),
    create: readFileSync(`${SQL}/mysql.sql`, "utf8"),
    null: "NULL",
    stopSignal: "SIGTERM",
  };
}

/** Neither server runs as root. */
function asUser(
  name: string,
  owned: readonly string[],
): (command: readonly string[]) => [string, ...string[]] {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) for (const path of owned) chownSync(path, ...idsOf(name));
  return (command) => {
    const [program = "", ...args] = command;
    return isRoot ? ["runuser", "-u", name, "--", program, ...args] : [program, ...args];
  };
}

function spawnAs(name: string, program: string, args: readonly string[], cwd: string): ChildProcess {
  const [uid, gid] = process.getuid?.() === 0 ? idsOf(name) : [];
  const ids = uid === undefined || gid === undefined ? {} : { uid, gid };
  return spawn(program, args, {
    cwd,
    stdio: "ignore",
    env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8" },
    ...ids,
  });
}

function idsOf(name: string): [number, number] {
  const id = (flag: string): number => Number(execFileSync("id", [flag, name], { encoding: "utf8" }));
  return [id("-u"), id("-g")];
}

async function withInput(
  program: string,
  args: readonly string[],
  text: string,
): Promise<{ stdout: string }> {
  const running = run(program, args, {
    env: { ...process.env, LC_ALL: "C.UTF-8" },
    maxBuffer: 64 * 1024 * 1024,
  });
  running.child.stdin?.on("error", () => undefined).end(text);
  return running;
}

const TRIES = 600;

async function untilItAnswers(server: ChildProcess, ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    if (server.exitCode !== null) throw new Error(`the database ended with ${server.exitCode}`);
    try {
      await ask();
      return;
    } catch (error) {
      if (tries === TRIES) throw error;
      await sleep(50);
    }
  }
}

function postgresBin(): string | null {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a)) : [];
  const found = versions
    .map((version) => join(root, version, "bin"))
    .find((bin) => existsSync(join(bin, "initdb")));
  return found ?? null;
}

function mariadbd(): string | null {
  return (
    ["/usr/sbin/mariadbd", "/usr/local/sbin/mariadbd", "/usr/bin/mariadbd"].find((path) =>
      existsSync(path),
    ) ?? null
  );
}
