import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "../../../src/config/config.ts";
import { runBida } from "./bida-process.ts";

const directory = mkdtempSync(join(tmpdir(), "bida-cli-"));
const good = join(directory, "good.yaml");
const bad = join(directory, "bad.yaml");
const ACCOUNTS = `accounts:
  yzj: { platform: yunzhijia, appId: "500041933", appSecret: "\${env:YZJ}" }
  mall:
    platform: yunzmall
    baseUrl: https://mall.example/business/1
    headers: { Authorization: "Bearer \${env:TOKEN}" }
  hn: { platform: hainan, accessKey: "\${env:TOKEN}", secretKey: "\${env:TOKEN}", signer: { kind: csb } }
`;
beforeAll(() => {
  writeFileSync(
    good,
    `redis: { url: "\${env:REDIS}" }\n${ACCOUNTS}callbacks: { allowHosts: [oa.example], secret: "\${env:TOKEN}" }\n`,
  );
  writeFileSync(
    bad,
    `${ACCOUNTS.replace("platform: yunzmall", "colour: red\n    platform: yunzmall")}policy: { deadline: soon }\n`,
  );
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const env = {
  YZJ: "s3cret",
  TOKEN: "t0ken-of-at-least-24-bytes",
  REDIS: "redis://user:passw0rd@127.0.0.1:6380",
};

describe("bida config check", () => {
  it("says what a valid configuration holds", async () => {
    const [checked, inChinese, named] = await Promise.all([
      runBida(["config", "check", "--config", good], { env }),
      runBida(["config", "check", "--config", good], { env: { ...env, BIDA_LANG: "ZH" } }),
      runBida(["config", "check", "--json"], { env: { ...env, BIDA_CONFIG: good } }),
    ]);
    expect(checked).toMatchObject({ status: 0, stdout: `${good}: 3 accounts, 0 API keys, 0 mirrors\n` });
    expect(inChinese.stdout).toBe(`${good}：3 个账号，0 个 API 密钥，0 个镜像\n`);
    expect(named.json()).toEqual({ path: good, ok: true, problems: [] });
  });

  it("says the same in Chinese, and to programs in no other words", async () => {
    const [checked, json] = await Promise.all([
      runBida(["config", "check", "--config", bad], { env: { TOKEN: env.TOKEN, LANG: "zh_CN.UTF-8" } }),
      runBida(["config", "check", "--config", bad, "--json"], { env: { TOKEN: env.TOKEN, BIDA_LANG: "zh" } }),
    ]);

    expect(checked.status).toBe(1);
    expect(checked.stderr.trim().split("\n")).toEqual([
      `${bad}:2：accounts.yzj.appSecret：\${env:YZJ} 没有设置`,
      `${bad}:4：accounts.mall.colour：没有这个字段`,
      `${bad}:9：policy.deadline：应为时长，如 500ms、30s、15m、24h 或 7d`,
    ]);
    expect(json.json()).toMatchObject({ problems: [{ detail: "${env:YZJ} is not set" }, {}, {}] });
  });

  it("ends with 1, naming file, line and field of each problem", async () => {
    const [checked, json] = await Promise.all([
      runBida(["config", "check", "--config", bad], { env: { TOKEN: env.TOKEN } }),
      runBida(["config", "check", "--config", bad, "--json"], { env: { TOKEN: env.TOKEN } }),
    ]);
    expect(checked).toMatchObject({ status: 1, stdout: "" });
    expect(checked.stderr.trim().split("\n")).toEqual([
      `${bad}:2: accounts.yzj.appSecret: \${env:YZJ} is not set`,
      `${bad}:4: accounts.mall.colour: there is no such field`,
      `${bad}:9: policy.deadline: expected a duration like 500ms, 30s, 15m, 24h or 7d`,
    ]);
    expect(json.status).toBe(1);
    expect(json.json()).toMatchObject({ ok: false, problems: [{ line: 2 }, { line: 4 }, { line: 9 }] });
  });

  it("says so when there is no such file", async () => {
    const checked = await runBida(["config", "check", "--config", "/nowhere.yaml"]);
    expect(checked.status).toBe(1);
    expect(checked.stderr).toContain("/nowhere.yaml: cannot be read (ENOENT)");
  });
});

describe("bida config print", () => {
  it("prints what is in force, without any secret, in a form that is itself a configuration", async () => {
    const printed = await runBida(["config", "print", "--config", good], { env });
    expect(printed.status).toBe(0);
    expect(printed.stdout).not.toMatch(/s3cret|passw0rd|t0ken/);
    expect(parse(printed.stdout)).toMatchObject({
      redis: { url: "redis://user:***@127.0.0.1:6380" },
      accounts: {
        yzj: { appSecret: "***", rate: { todo: "100/s" } },
        mall: { headers: { Authorization: "***" } },
      },
      policy: { deadline: "1d", maxSends: 5 },
    });
    // Whoever signs with what is printed in place of a secret signs nothing: that one is to be put back.
    expect(() => parseConfig(printed.stdout, { path: "printed.yaml", env: {} })).toThrow(
      /callbacks\.secret: expected at least/,
    );
    const complete = printed.stdout.replace(/(?<=callbacks:\n(?: .*\n)*? +secret: ).*/, "${env:SIGNING}");
    expect(() =>
      parseConfig(complete, { path: "printed.yaml", env: { SIGNING: "x".repeat(24) } }),
    ).not.toThrow();
  });
});

describe("bida config schema", () => {
  it("prints what bida.schema.json holds", async () => {
    const printed = await runBida(["config", "schema"]);
    const kept = readFileSync(new URL("../../../bida.schema.json", import.meta.url), "utf8");
    expect(printed.json()).toEqual(JSON.parse(kept));
  });
});

describe("bida key new", () => {
  it("prints the key once, and on stderr the line that makes Bida know it", async () => {
    const made = await runBida([
      "key",
      "new",
      "oa",
      "--role",
      "producer",
      "--account",
      "yzj",
      "--account",
      "mall",
    ]);
    const key = made.stdout.trim();
    expect(made.status).toBe(0);
    expect(key).toMatch(/^bida_[A-Za-z0-9_-]{43}$/);
    expect(made.stderr).not.toContain(key);
    const line = made.stderr.split("\n").find((one) => one.trim().startsWith("- ")) ?? "";
    const config = parseConfig(`${ACCOUNTS}api:\n  keys:\n${line}\n`, { path: "bida.yaml", env });
    const sha256 = createHash("sha256").update(key).digest("hex");
    expect(config.api.keys).toMatchObject([
      { name: "oa", role: "producer", sha256, accounts: ["yzj", "mall"] },
    ]);
  });

  it("gives all of it as JSON", async () => {
    const made = await runBida(["key", "new", "ops", "--role", "operator", "--json"]);
    expect(made.json()).toMatchObject({
      key: expect.any(String) as string,
      entry: { name: "ops", role: "operator" },
    });
    expect(made.stderr).toBe("");
  });

  it.each([
    ["a producer without accounts", ["oa", "--role", "producer"]],
    ["an operator with one", ["ops", "--role", "operator", "--account", "yzj"]],
    ["a name with a space", ["o a", "--role", "operator"]],
    ["no role", ["ops"]],
  ])("refuses %s with 2", async (_name, args) => {
    expect(await runBida(["key", "new", ...args])).toMatchObject({ status: 2, stdout: "" });
  });
});

describe("bida config init", () => {
  it("writes a configuration that is valid as it is, and never overwrites another one", async () => {
    const directory = mkdtempSync(join(tmpdir(), "bida-init-"));
    try {
      const file = join(directory, "bida.yaml");
      const first = await runBida(["config", "init", "--config", file]);
      const again = await runBida(["config", "init", "--config", file]);
      const check = await runBida(["config", "check", "--config", file], {
        env: { YZJ_APP_SECRET: "s3cret" },
      });

      expect(first).toMatchObject({ status: 0, stdout: `${file}\n` });
      expect(again.status).toBe(2);
      expect(again.stderr).toContain("--force");
      expect(check.status).toBe(0);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
