import { parseConfig, type Config } from "../../src/config/config.ts";

/**
 * One account on a Redis with these fields: `url: "redis://…"`.
 */
export function configOn(fields: string): Config {
  const account = `yzj: { platform: yunzhijia, baseUrl: "http://127.0.0.1:9", appId: "500041933", appSecret: s }`;
  const yaml = `redis: { ${fields}, prefix: bida }\naccounts:\n  ${account}\n`;
  return parseConfig(yaml, { path: "test.yaml", env: {} });
}
