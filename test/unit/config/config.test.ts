import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError } from "../../../src/config/config-error.ts";
import { parseConfig } from "../../../src/config/config.ts";
import { allPlatforms } from "../../../src/platforms/registry.ts";

const KNOWN = allPlatforms()
  .map(({ name }) => `'${name}'`)
  .join(" | ");

const ACCOUNT = `accounts:
  yzj:
    platform: yunzhijia
    appId: "500041933"
    appSecret: \${env:SECRET}
`;

function problemsOf(text: string, env: NodeJS.ProcessEnv = { SECRET: "s3cret" }): readonly string[] {
  try {
    parseConfig(text, { path: "bida.yaml", env });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split("\n");
  }
}

describe("a secret that stands in the file", () => {
  const literal = ACCOUNT.replace("${env:SECRET}", "s3cret");

  it.each([
    ["of an account", literal, "bida.yaml:5: accounts.yzj.appSecret"],
    [
      "in a header",
      'accounts:\n  mall:\n    platform: yunzmall\n    baseUrl: "https://mall.example"\n    headers: { Authorization: "Bearer x" }\n',
      "bida.yaml:5: accounts.mall.headers.Authorization",
    ],
    [
      "of callbacks",
      `${ACCOUNT}callbacks: { allowHosts: ["*.corp.example"], secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw }\n`,
      "bida.yaml:6: callbacks.secret",
    ],
  ])("%s is refused, and not repeated", (_where, text, place) => {
    expect(problemsOf(text)).toEqual([
      `${place}: expected \${env:NAME} or \${file:/path}: a secret must not stand in the file`,
    ]);
  });

  it.each([
    ["of a sandbox on this machine", `${literal}    baseUrl: "http://127.0.0.1:9000"\n    allowHttp: true\n`],
    [
      "but is none: a header of another name",
      'accounts:\n  mall:\n    platform: yunzmall\n    baseUrl: "https://mall.example"\n    headers: { Accept-Language: zh }\n',
    ],
  ])("%s is taken", (_where, text) => {
    expect(problemsOf(text)).toEqual([]);
  });
});

describe("a configuration that cannot be used names file, line and field", () => {
  it.each([
    [
      "an unknown field",
      `${ACCOUNT}    colour: red\n`,
      "bida.yaml:6: accounts.yzj.colour: there is no such field",
    ],
    [
      "a field with a slip of the pen",
      `${ACCOUNT}    resGroupSecert: \${env:SECRET}\n`,
      "bida.yaml:6: accounts.yzj.resGroupSecert: there is no such field; did you mean resGroupSecret?",
    ],
    [
      "a field deep inside",
      `${ACCOUNT}    rate: { todos: 1/s }\n`,
      "bida.yaml:6: accounts.yzj.rate.todos: there is no such field; did you mean todo?",
    ],
    [
      "a field in a list",
      `${ACCOUNT}api:\n  keys:\n    - { name: ops, role: operator, sha256: "${"a".repeat(64)}", rats: 1/s }\n`,
      "bida.yaml:8: api.keys.0.rats: there is no such field; did you mean rate?",
    ],
    [
      "a database that is no number",
      `redis: { url: "redis://127.0.0.1/bida" }\n${ACCOUNT}`,
      "bida.yaml:1: redis.url: expected a number as the database, and nothing after it: redis://host:6379/2",
    ],
    [
      "a database of a cluster",
      `redis: { cluster: ["redis://a/2"] }\n${ACCOUNT}`,
      "bida.yaml:1: redis.cluster.0: a cluster has only database 0",
    ],
    [
      "a caFile that is not there",
      `redis: { url: "rediss://a", caFile: /nowhere/ca.pem }\n${ACCOUNT}`,
      "bida.yaml:1: redis.caFile: cannot be read (ENOENT)",
    ],
    [
      "an unknown section",
      `${ACCOUNT}policies: {}\n`,
      "bida.yaml:6: policies: there is no such field; did you mean policy?",
    ],
    [
      "an id of digits without quotes",
      ACCOUNT.replace('"500041933"', "500041933"),
      "bida.yaml:4: accounts.yzj.appId: expected text, got a number: put it in quotes",
    ],
    [
      "a text in place of a number",
      `${ACCOUNT}policy: { maxSends: many }\n`,
      "bida.yaml:6: policy.maxSends: expected a number, got text",
    ],
    [
      "a missing field",
      ACCOUNT.replace(/ +appId.*\n/, ""),
      "bida.yaml:2: accounts.yzj.appId: is missing; expected text",
    ],
    [
      "an unknown platform",
      ACCOUNT.replace("yunzhijia", "wechat"),
      `bida.yaml:3: accounts.yzj.platform: expected ${KNOWN}`,
    ],
    [
      "http without allowHttp",
      `${ACCOUNT}    baseUrl: http://platform.example\n`,
      "bida.yaml:6: accounts.yzj.baseUrl: expected https://; to send over http:// on purpose, set allowHttp: true",
    ],
    [
      "a duration in words",
      `${ACCOUNT}policy:\n  deadline: 3 days\n`,
      "bida.yaml:7: policy.deadline: expected a duration like 500ms, 30s, 15m, 24h or 7d",
    ],
    [
      "a deadline of ten years",
      `${ACCOUNT}policy:\n  deadline: 3650d\n`,
      "bida.yaml:7: policy.deadline: expected a duration from 1s to 90d",
    ],
    [
      "a deadline of nothing",
      `${ACCOUNT}policy:\n  deadline: 0s\n`,
      "bida.yaml:7: policy.deadline: expected a duration from 1s to 90d",
    ],
    [
      "a retention beyond every date",
      `${ACCOUNT}policy:\n  retention: 99999999999999999999d\n`,
      "bida.yaml:7: policy.retention: expected a duration from 1s to 3650d",
    ],
    [
      "a retention of references without end",
      `${ACCOUNT}policy:\n  referenceRetention: 4000d\n`,
      "bida.yaml:7: policy.referenceRetention: expected a duration from 1s to 3650d",
    ],
    [
      "a visibility lag of a day",
      `${ACCOUNT}policy:\n  visibilityLagMs: 86400000\n`,
      "bida.yaml:7: policy.visibilityLagMs: expected a whole number from 0 to 3600000",
    ],
    [
      "a base URL with a password that no call would use",
      `${ACCOUNT}    baseUrl: https://me:word@platform.example\n`,
      "bida.yaml:6: accounts.yzj.baseUrl: expected a URL without a user, a query or #",
    ],
    [
      "a base URL with a query",
      `${ACCOUNT}    baseUrl: https://platform.example/gate?tenant=1\n`,
      "bida.yaml:6: accounts.yzj.baseUrl: expected a URL without a user, a query or #",
    ],
    [
      "an empty id",
      `${ACCOUNT}    eid: ""\n`,
      "bida.yaml:6: accounts.yzj.eid: expected text that is not empty",
    ],
    [
      "a word that is none of its choices",
      `${ACCOUNT}    onDeadHead: skp\n`,
      "bida.yaml:6: accounts.yzj.onDeadHead: expected 'hold' | 'skip'",
    ],
    [
      "a name with a dot",
      ACCOUNT.replace("  yzj:", "  y.z:"),
      "bida.yaml:2: accounts.y.z: expected letters, digits, - and _",
    ],
    [
      "a name that JavaScript would drop",
      `${ACCOUNT}  __proto__: { platform: hainan }\n`,
      "bida.yaml:6: accounts.__proto__: there is no such field",
    ],
    [
      "aliases of aliases",
      `${ACCOUNT}a: &a [${"x,".repeat(9)}x]\nb: &b [${"*a,".repeat(9)}*a]\nc: &c [${"*b,".repeat(9)}*b]\nd: [${"*c,".repeat(9)}*c]\n`,
      "bida.yaml:1: the file: its anchors and aliases repeat too much",
    ],
    [
      "two documents",
      `${ACCOUNT}---\n${ACCOUNT}`,
      "bida.yaml:6: the file: cannot be read as YAML: it holds several documents (---)",
    ],
    [
      "a proxy's name where its address is wanted",
      `${ACCOUNT}api: { trustedProxies: [proxy.local] }\n`,
      "bida.yaml:6: api.trustedProxies.0: expected an address like 10.0.0.1, or a range like 10.0.0.0/8",
    ],
    [
      "the password of another Redis that is not encoded",
      `${ACCOUNT}intake: { stream: { producer: oa, accounts: [yzj], redis: { url: "redis://:p%@host" } } }\n`,
      "bida.yaml:6: intake.stream.redis.url: in user and password write % as %25, # as %23, / as %2F, ? as %3F and @ as %40 (percent-encoded)",
    ],
    [
      "a backlog without bound",
      `${ACCOUNT}    backlog: 1e15\n`,
      "bida.yaml:6: accounts.yzj.backlog: expected a whole number from 0 to 1000000000",
    ],
    [
      "a rate of ten digits",
      `${ACCOUNT}    rate: { todo: 1000000000/s }\n`,
      "bida.yaml:6: accounts.yzj.rate.todo: expected a rate like 100/s or 300/min",
    ],
    [
      "a rate in words",
      `${ACCOUNT}    rate: { todo: fast }\n`,
      "bida.yaml:6: accounts.yzj.rate.todo: expected a rate like 100/s or 300/min",
    ],
    ["a field that occurs twice", `${ACCOUNT}    eid: "1"\n    eid: "2"\n`, "bida.yaml:7: eid: occurs twice"],
    [
      "a key of the API without a digest",
      `${ACCOUNT}api:\n  keys:\n    - { name: ops, role: operator }\n`,
      "bida.yaml:8: api.keys.0.sha256: is missing; expected text",
    ],
    [
      "a key of an account that there is not",
      `${ACCOUNT}api:\n  keys:\n    - { name: oa, role: producer, sha256: "${"a".repeat(64)}", accounts: [hn] }\n`,
      "bida.yaml:8: api.keys.0.accounts: there is no account hn",
    ],
    [
      "a field that another variant has",
      `${ACCOUNT}alerts:\n  to:\n    - { kind: wecom, url: "https://robots.example/\${env:SECRET}", secret: "\${env:SECRET}" }\n`,
      "bida.yaml:8: alerts.to.0.secret: there is no such field",
    ],
    [
      "a duration without its unit",
      `${ACCOUNT}policy: { deadline: 30 }\n`,
      "bida.yaml:6: policy.deadline: expected a duration like 500ms, 30s, 15m, 24h or 7d",
    ],
    [
      "a part in place of a percentage",
      `${ACCOUNT}alerts: { to: [{ kind: webhook, url: "https://ops.example/\${env:SECRET}" }], redisMemory: 0.8 }\n`,
      "bida.yaml:6: alerts.redisMemory: expected a whole number from 1 to 100",
    ],
    [
      "nobody to be told",
      `${ACCOUNT}alerts: { to: [] }\n`,
      "bida.yaml:6: alerts.to: expected at least 1 in the list",
    ],
    [
      "a receiver without http://",
      `${ACCOUNT}telemetry: { otlp: "collector:4318" }\n`,
      "bida.yaml:6: telemetry.otlp: expected a URL like http://127.0.0.1:4318",
    ],
    [
      "two robots of one name",
      `${ACCOUNT}alerts:\n  to:\n    - { kind: wecom, name: night, url: "https://robots.example/\${env:SECRET}" }\n    - { kind: feishu, name: night, url: "https://robots.example/\${env:SECRET}" }\n`,
      "bida.yaml:7: alerts.to: expected each name once",
    ],
    ["an empty file", "", "bida.yaml:1: accounts: is missing; expected a section"],
  ])("%s", (_name, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it("a reference to a variable that is not set", () => {
    expect(problemsOf(ACCOUNT, {})).toEqual([
      "bida.yaml:5: accounts.yzj.appSecret: ${env:SECRET} is not set",
    ]);
  });

  it("a reference to a file that cannot be read", () => {
    const text = ACCOUNT.replace("${env:SECRET}", "${file:/nowhere/secret}");
    expect(problemsOf(text)).toEqual([
      "bida.yaml:5: accounts.yzj.appSecret: ${file:/nowhere/secret} cannot be read",
    ]);
  });

  it("several at once, in the order of their lines", () => {
    const text = `${ACCOUNT}    colour: red\n    rate: { todo: fast }\nredis: { url: "http://127.0.0.1" }\n`;
    expect(problemsOf(text, {})).toEqual([
      "bida.yaml:5: accounts.yzj.appSecret: ${env:SECRET} is not set",
      "bida.yaml:6: accounts.yzj.colour: there is no such field",
      "bida.yaml:7: accounts.yzj.rate.todo: expected a rate like 100/s or 300/min",
      "bida.yaml:8: redis.url: expected a URL like redis://host:6379/0 or rediss://…",
    ]);
  });

  it("what is not YAML, once, with a hint for the usual cause", () => {
    const problems = problemsOf(
      'accounts:\n  yzj: { appSecret: ${env:S}, headers: { A: "Bearer t0ken" } }\n',
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^bida\.yaml:2: the file: cannot be read as YAML: .*needs quotes/);
  });

  it.each([
    'a: b\n]"t0ken"\n',
    '{ a: b } ] "t0ken"\n',
    "accounts: }t0ken\n",
    'accounts:\n  a: {}, "t0ken"\n',
    'a: "t0ken\n',
    "a: *t0ken\n",
    "a: &t0ken &t0ken b\n",
    "a: !<t0ken b\n",
    "a: !t0ken\n",
    "t0ken\n",
  ])("what is not YAML without quoting it, because it may hold a secret: %j", (text) => {
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join()).not.toContain("t0ken");
  });

  it("a secret that begins with an asterisk and has no quotes", () => {
    expect(problemsOf(ACCOUNT.replace("${env:SECRET}", "*t0ken"))).toEqual([
      "bida.yaml:5: accounts.yzj.appSecret: there is no such anchor; text that begins with * needs quotes",
    ]);
  });

  it("never the value of a secret", () => {
    const text = `${ACCOUNT}    baseUrl: \${env:SECRET}\n    rate: { todo: "\${env:SECRET}" }\n`;
    const problems = problemsOf(text, { SECRET: "sup3rs3cret" });
    expect(problems.length).toBeGreaterThan(1);
    expect(problems.join()).not.toContain("sup3rs3cret");
  });
});

describe("keys of maps", () => {
  it.each(["00123", "0x1F", "007", "1234567890123456789", "1e3", "true", "null", "0o17", "1_000"])(
    "%s is text as written",
    (staff) => {
      const mall = "  mall: { platform: yunzmall, baseUrl: https://mall.example }\n";
      const text = `${ACCOUNT}${mall}mirrors:\n  - from: mall\n    to: yzj\n    recipients: { ${staff}: open-1 }\n`;
      const { mirrors } = parseConfig(text, { path: "bida.yaml", env: { SECRET: "s" } });
      expect(mirrors[0]?.recipients).toEqual({ [staff]: "open-1" });
    },
  );

  it("are names of accounts too, and 7 is not 007", () => {
    const account = ACCOUNT.replace("accounts:\n", "").replace("yzj", "007");
    const text = `accounts:\n${account}${account.replace("007", "7")}`;
    expect(
      Object.keys(parseConfig(text, { path: "bida.yaml", env: { SECRET: "s" } }).accounts).toSorted(),
    ).toEqual(["007", "7"]);
  });
});

describe("http:// to a platform", () => {
  it.each(["http://127.0.0.1:9001", "http://localhost:9001", "http://[::1]:9001"])(
    "is taken where it does not leave the machine: %s",
    (url) => {
      expect(problemsOf(`${ACCOUNT}    baseUrl: "${url}"\n`)).toEqual([]);
    },
  );

  it("is refused to a bridge elsewhere, too", () => {
    const text =
      'accounts:\n  hn:\n    platform: hainan\n    signer: { kind: bridge, url: "http://bridge.example" }\n';
    expect(problemsOf(text)).toEqual([
      "bida.yaml:4: accounts.hn.signer.url: expected https://; to send over http:// on purpose, set allowHttp: true",
    ]);
  });
});

describe("a secret that signs callbacks", () => {
  const signedWith = (secret: string): readonly string[] =>
    problemsOf(`${ACCOUNT}callbacks: { allowHosts: [oa.example], secret: "\${env:SIGNING}" }\n`, {
      SECRET: "s",
      SIGNING: secret,
    });

  it.each([
    ["whsec_", "expected at least 24 bytes, got 0"],
    ["whsec_c2VjcmV0", "expected at least 24 bytes, got 6"],
    ["whsec_not base64, however long this text may be", "expected base64 after whsec_"],
    ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw=", "expected base64 after whsec_"],
    ["a short text", "expected at least 24 bytes, got 12"],
  ])("is refused, and not repeated: %s", (secret, words) => {
    const [problem = "", ...others] = signedWith(secret);
    expect(problem).toContain(`bida.yaml:6: callbacks.secret: ${words}`);
    expect(others).toEqual([]);
    expect(problem).not.toContain(secret.slice(7, 30) || "never");
  });

  it.each(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "any text of at least twenty-four bytes"])(
    "is taken: %s",
    (secret) => {
      expect(signedWith(secret)).toEqual([]);
    },
  );

  it("is missing", () => {
    expect(problemsOf(`${ACCOUNT}callbacks: { allowHosts: [oa.example] }\n`)).toEqual([
      "bida.yaml:6: callbacks.secret: is missing; expected text (or secrets: a list, the newest first)",
    ]);
  });

  it("is not needed by who needs no secret", () => {
    const text = `${ACCOUNT}callbacks: { allowHosts: [oa.example], secrets: ["\${env:NEW}"] }\n`;
    const { callbacks } = parseConfig(text, { path: "bida.yaml", env: {}, keepsUnresolved: true });
    expect(callbacks?.secrets).toEqual(["${env:NEW}"]);
  });

  it.each(["https://oa.example", "oa.example:8080", "oa.example/x", "*"])(
    "allowHosts: %s is no host",
    (host) => {
      const text = `${ACCOUNT}callbacks: { allowHosts: ["${host}"], secret: "\${env:S}" }\n`;
      const [problem] = problemsOf(text, { SECRET: "s", S: "x".repeat(24) });
      expect(problem).toContain("bida.yaml:6: callbacks.allowHosts.0: expected a host like oa.corp.example");
    },
  );
});

describe("references", () => {
  const directory = mkdtempSync(join(tmpdir(), "bida-config-"));
  const file = join(directory, "secret");
  beforeAll(() => writeFileSync(file, "from-a-file\n"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("become what they stand for", () => {
    const text = ACCOUNT.replace("${env:SECRET}", `\${env:FIRST}-\${file:${file}}`);
    const { accounts } = parseConfig(text, { path: "bida.yaml", env: { FIRST: "first\n" } });
    expect(accounts["yzj"]).toMatchObject({ appSecret: "first-from-a-file" });
  });

  it("stay as they are written where no secret is needed", () => {
    const { accounts } = parseConfig(ACCOUNT, { path: "bida.yaml", env: {}, keepsUnresolved: true });
    expect(accounts["yzj"]).toMatchObject({ appSecret: "${env:SECRET}" });
  });
});

it("a configuration is frozen, with every default in it", () => {
  const config = parseConfig(ACCOUNT, { path: "bida.yaml", env: { SECRET: "s" } });
  expect(config.redis).toMatchObject({ url: "redis://127.0.0.1:6379", prefix: "bida" });
  expect(config.accounts["yzj"]).toMatchObject({ concurrency: 50, onDeadHead: "hold", allowHttp: false });
  expect(Object.isFrozen(config.accounts)).toBe(true);
});

describe("the way to a platform", () => {
  const withFields = (fields: string): string => `${ACCOUNT}${fields}`;
  const env = { SECRET: "s3cret", PROXY: "http://zhang:p%40ss@proxy.corp:3128" };

  it.each([
    ["a password in the file", "proxy: http://zhang:secret@proxy.corp:3128", "proxy: expected ${env:NAME}"],
    [
      "another protocol",
      "proxy: socks5://proxy.corp",
      "proxy: expected http://host:port or https://host:port",
    ],
    ["a % that is no escape", "proxy: http://zh%ang@proxy.corp", "proxy: its user or password has a %"],
    ["a file that is not there", "caFile: /nowhere/ca.pem", "caFile: cannot be read (ENOENT)"],
  ])("names %s", (_what, field, words) => {
    expect(problemsOf(withFields(`    ${field}\n`), env)).toEqual([
      expect.stringContaining(`bida.yaml:6: accounts.yzj.${words}`),
    ]);
  });

  it.each(["proxy: ${env:PROXY}", "proxy: http://proxy.corp:3128", "proxy: none"])("takes %s", (field) => {
    expect(problemsOf(withFields(`    ${field}\n`), env)).toEqual([]);
  });

  it("names a variable of the environment that is no proxy, where it is used", () => {
    const wrong = { ...env, HTTPS_PROXY: "socks5://zhang:secret@proxy.corp" };
    const told =
      "bida.yaml:2: accounts.yzj.proxy: is HTTPS_PROXY of the environment: expected http://host:port";

    expect(problemsOf(ACCOUNT, wrong)).toEqual([expect.stringContaining(told)]);
    expect(problemsOf(ACCOUNT, wrong).join()).not.toContain("secret");
    expect(problemsOf(ACCOUNT, { ...wrong, NO_PROXY: ".yunzhijia.com" })).toEqual([]);
    expect(problemsOf(withFields("    proxy: none\n"), wrong)).toEqual([]);
  });

  it("is not needed by a producer", () => {
    const text = withFields("    caFile: /nowhere/ca.pem\n");
    expect(parseConfig(text, { path: "bida.yaml", env: {}, for: "producer" }).accounts).toHaveProperty("yzj");
  });
});

describe("two outboxes", () => {
  const both = (first: string, second: string): string =>
    `${ACCOUNT}outboxes:\n  oa: { accounts: [yzj], ${first} }\n  erp: { accounts: [yzj], ${second} }\n`;
  const postgresql = "url: postgresql://bida@db.corp.example/oa";
  const mysql = "url: mysql://bida@db.corp.example/oa";

  it.each([
    [postgresql, `${postgresql}, table: public.bida_outbox`],
    ["url: postgresql://relay@DB.corp.example:5432/oa", postgresql],
    [mysql, "url: mysql://bida@db.corp.example/other, table: oa.bida_outbox"],
  ])("on one table are refused: a row of it could become two deliveries (%s, %s)", (first, second) => {
    expect(problemsOf(both(first, second))).toEqual([
      "bida.yaml:8: outboxes.erp.table: is the table of the outbox oa; a table has one outbox",
    ]);
  });

  it.each([
    [postgresql, `${postgresql}, table: erp.bida_outbox`],
    [postgresql, postgresql.replace("/oa", "/erp")],
    [postgresql, postgresql.replace("/oa", ":5433/oa")],
    [postgresql, mysql],
    [mysql, mysql.replace("/oa", "/erp")],
  ])("with tables of their own are taken (%s, %s)", (first, second) => {
    expect(problemsOf(both(first, second))).toEqual([]);
  });
});
