/**
 * Every place that may hold a secret, in one configuration: nothing of it is printed.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { printConfig } from "../../../../src/config/tools/print.ts";

afterEach(() => vi.unstubAllEnvs());

const FILE = `
redis: { sentinels: ["redis://:\${env:REDIS}@10.0.0.1:26379/1", "redis://user:\${env:REDIS}@10.0.0.2:26379/1"] }
accounts:
  yzj:
    platform: yunzhijia
    appId: "500041933"
    appSecret: \${env:APP}
    eid: "1"
    resGroupSecret: \${env:GROUP}
    proxy: "http://me:\${env:PROXY}@10.0.0.3:3128"
  hainan:
    platform: hainan
    baseUrl: https://api.example/apione
    signer: { kind: csb }
    accessKey: \${env:ACCESS}
    secretKey: \${env:KEY}
  mall:
    platform: yunzmall
    baseUrl: https://mall.example
    headers: { Authorization: "Bearer \${env:BEARER}", x-note: "\${env:NOTE}" }
intake: { stream: { producer: erp, accounts: [yzj], redis: { url: "redis://:\${env:STREAM}@10.0.0.4:6379" } } }
callbacks:
  allowHosts: ["*.corp.example"]
  secret: \${env:SIGN_A}
  secrets: ["\${env:SIGN_B}", "\${env:SIGN_C}"]
  hosts: { "oa.corp.example": { secrets: ["\${env:SIGN_D}"] } }
alerts:
  to:
    - { kind: wecom, url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=\${env:WECOM}" }
    - { kind: feishu, url: "https://open.feishu.cn/open-apis/bot/v2/hook/\${env:FEISHU}", secret: "\${env:FEISHU_SIGN}" }
`;
const NAMES = [...FILE.matchAll(/\$\{env:(\w+)\}/g)].map(([, name = ""]) => name);

it("a printed configuration has no secret in it, wherever one stands", () => {
  for (const name of NAMES) vi.stubEnv(name, `hush-${name.toLowerCase()}-of-at-least-24-bytes`);
  const path = join(mkdtempSync(join(tmpdir(), "bida-print-")), "bida.yaml");
  writeFileSync(path, FILE);

  const printed = printConfig(path);

  expect(printed).toMatchObject({ problems: [] });
  const shown = JSON.stringify(printed);
  expect(shown).toContain("corp.example");
  expect(shown).not.toContain("hush-");
});
