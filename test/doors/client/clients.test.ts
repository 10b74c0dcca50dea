/**
 * The clients in Java and PHP as their developers meet them: built and used as their READMEs say, against a
 * real `bida up`.
 */
import { execFile, execFileSync, type ChildProcess } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createServer } from "node:tls";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aFreePort } from "../../../src/dev/private-redis/free-port.ts";
import { startOwn } from "../../support/own-process.ts";
import { startBida } from "../cli/bida-process.ts";

const CLIENTS = fileURLToPath(new URL("../../../clients", import.meta.url));
const TLS = fileURLToPath(new URL("../../fixtures/tls", import.meta.url));

interface Up {
  readonly url: string;
  readonly key: string;
  readonly redis: string;
}

const HAS_JAVA = isThere("javac", ["-version"]);
const HAS_PHP = isThere("phpunit", ["--version"]);
/** A JVM that lives for a second had better not optimize. */
const ENVIRONMENT = {
  PATH: process.env["PATH"],
  JAVA_TOOL_OPTIONS: "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
};

let child: ChildProcess;
let env: NodeJS.ProcessEnv;
/** A copy, so that what is built does not lie in the tree. */
const folder = mkdtempSync(join(tmpdir(), "bida-clients-"));

beforeAll(async () => {
  cpSync(CLIENTS, folder, { recursive: true });
  child = startBida(["up", "--port", "0", "--json"]);
  if (child.stdout === null) throw new Error("no pipe");
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const { url, key, redis } = JSON.parse(line) as Up;
  // No language of the terminal's: what a service has.
  env = { ...ENVIRONMENT, BIDA_URL: url, BIDA_KEY: key, REDIS_URL: redis };
  if (HAS_PHP) startPhp();
});
afterAll(async () => {
  const exited = once(child, "exit");
  child.kill("SIGINT");
  await exited;
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!HAS_JAVA)("clients/java", () => {
  const cwd = join(folder, "java");
  const [, build = "", use = ""] = [null, ...blocksOf("java", "sh")];
  const javac =
    "javac --release 8 -encoding UTF-8 -Xlint:all,-options -Werror -cp build/bida-client.jar -d build/more";

  it("is built, and delivers, as its README says", async () => {
    writeFileSync(join(cwd, "Leave.java"), blocksOf("java", "java")[0] ?? "");

    await shell(build, cwd);
    const said = await shell(use, cwd);

    expect(said).toMatch(/^d-\S+ is confirmed\n$/);
  });

  it("finishes what it sent, as its README says", async () => {
    writeFileSync(join(cwd, "Done.java"), blocksOf("java", "java")[1] ?? "");

    const said = await shell(use.replaceAll("Leave", "Done"), cwd);

    expect(said).toMatch(/^d-\S+ is confirmed\n$/);
  });

  it("keeps its promises without a server, and for the whole of its example", async () => {
    const said = await shell(
      `${javac} src/test/java/bida/client/ClientTest.java example/Example.java
       java -cp build/bida-client.jar:build/more bida.client.ClientTest
       java -cp build/bida-client.jar:build/more Example`,
      cwd,
    );

    expect(said).toContain("all as it should be");
    expect(said.match(/^ok: /gm)).toHaveLength(13);
  });

  it("encrypts what it writes into Redis, and checks who reads it", async () => {
    const redis = await aTlsRedis();
    const url = `rediss://oa:p%40ss@localhost:${redis.port}`;
    const add = `bida.client.ClientTest ${url}`;
    await shell(
      `keytool -importcert -noprompt -file ${TLS}/cert.pem -keystore trust.p12 -storepass changeit`,
      cwd,
    );

    const trust = "-Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword=changeit";
    const said = await shell(`java ${trust} -cp build/bida-client.jar:build/more ${add}`, cwd);
    const distrusted = shell(`java -cp build/bida-client.jar:build/more ${add}`, cwd);

    await expect(distrusted).rejects.toThrow("SSLHandshakeException");
    expect(said).toBe("1-0\n");
    expect(redis.heard()).toContain("AUTH\r\n$2\r\noa\r\n$4\r\np@ss\r\n");
    redis.close();
  });
});

/** They wait for platforms most of their time: meanwhile the JVMs work. */
let php: { readonly asItsReadmeSays: Promise<string>; readonly everything: Promise<string> };
function startPhp(): void {
  const cwd = join(folder, "php");
  for (const [at, file] of ["leave.php", "done.php", "callback.php"].entries())
    writeFileSync(join(cwd, file), blocksOf("php", "php")[at] ?? "");
  php = {
    asItsReadmeSays: shell(`${blocksOf("php", "sh")[0] ?? ""}php done.php`, cwd),
    everything: shell(
      `phpunit --do-not-cache-result --bootstrap autoload.php tests
       php example/example.php`,
      cwd,
    ),
  };
  // They are awaited later.
  for (const one of Object.values(php)) one.catch(() => undefined);
}

describe.skipIf(!HAS_PHP)("clients/php", () => {
  const cwd = join(folder, "php");

  it("delivers and finishes as its README says", async () => {
    expect(await php.asItsReadmeSays).toMatch(/^d-\S+ is confirmed\nd-\S+ is confirmed\n$/);
  });

  it("keeps its promises without a server, and for the whole of its example", async () => {
    const said = await php.everything;

    expect(said).toMatch(/^OK \(/m);
    expect(said.match(/^ok: /gm)).toHaveLength(13);
  });

  it("takes a callback of Bida's and no other, as its README says", async () => {
    const secret = "sandbox-callback-secret-of-bida-up";
    const port = await aFreePort();
    const server = startOwn(["php", "-S", `127.0.0.1:${port}`, "callback.php"], {
      cwd,
      env: { ...env, BIDA_CALLBACK_SECRET: secret },
    });
    await server.printed("started");
    const body = JSON.stringify({ type: "delivery.confirmed", data: { id: "d-1", status: "confirmed" } });
    const post = async (sent: string): Promise<number> => {
      const url = `http://127.0.0.1:${port}/bida`;
      const answer = await fetch(url, { method: "POST", headers: signed(body, secret), body: sent });
      return answer.status;
    };

    const answers = [await post(body), await post(`${body} `)];
    await server.kill();

    expect(answers).toEqual([204, 401]);
  });

  it("encrypts what it writes into Redis, and checks who reads it", async () => {
    const redis = await aTlsRedis();
    const url = `rediss://oa:p%40ss@localhost:${redis.port}`;
    const add = (more: string): string =>
      `require "autoload.php"; echo (new Bida\\RedisIntake("${url}", "bida:intake"${more}))->add(["payload" => ["t" => "请"]]);`;
    writeFileSync(join(cwd, "trusting.php"), `<?php ${add(`, "${TLS}/cert.pem"`)}`);
    writeFileSync(join(cwd, "distrusting.php"), `<?php ${add("")}`);

    const said = await shell("php trusting.php", cwd);
    const distrusted = shell("php distrusting.php", cwd);

    await expect(distrusted).rejects.toThrow("cannot be reached");
    expect(said).toBe("1-0");
    expect(redis.heard()).toContain("AUTH\r\n$2\r\noa\r\n$4\r\np@ss\r\n");
    redis.close();
  });
});

describe.each(["java", "php"])("clients/%s/README", (language) => {
  const headings = (name: string): number => (readmeOf(language, name).match(/^## /gm) ?? []).length;

  it("has the same code and as many chapters in both languages", () => {
    expect(blocksOf(language, "\\w*", "README.zh-CN.md")).toEqual(blocksOf(language, "\\w*"));
    expect(headings("README.zh-CN.md")).toBe(headings("README.md"));
  });
});

/** The headers of a callback (Standard Webhooks). */
function signed(body: string, secret: string): Record<string, string> {
  const [id, timestamp] = ["d-1_1", `${Math.floor(Date.now() / 1_000)}`];
  const mac = createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${mac}` };
}

function readmeOf(language: string, name = "README.md"): string {
  return readFileSync(join(CLIENTS, language, name), "utf8");
}

function blocksOf(language: string, kind: string, name?: string): readonly string[] {
  const blocks = readmeOf(language, name).matchAll(new RegExp(`^\`\`\`${kind}\n([^]*?)^\`\`\`$`, "gm"));
  return [...blocks].map(([, text = ""]) => text);
}

function isThere(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    // Then its client cannot be tried here.
    return false;
  }
}

/** What it printed; rejects with all of it when one of the commands fails. */
async function shell(commands: string, cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("sh", ["-ec", commands], { env, cwd }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stdout}\n${stderr}`)),
    );
  });
}

/** Answers AUTH and XADD as Redis does. */
async function aTlsRedis() {
  let heard = "";
  const key = readFileSync(`${TLS}/key.pem`);
  const server = createServer({ cert: readFileSync(`${TLS}/cert.pem`), key }, (socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (bytes: Buffer) => {
      const text = bytes.toString();
      heard += text;
      socket.write(text.includes("XADD") ? "$3\r\n1-0\r\n" : "+OK\r\n");
    });
  });
  server.on("tlsClientError", () => undefined);
  server.listen(0, "localhost");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => heard,
    close: () => void server.close(),
  };
}
