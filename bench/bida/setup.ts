/**
 * Bida as the bench runs it: the defaults, except that the account's rates limit nothing and the first check is
 * as early as the baseline's.
 */
import type { Tuning } from "../../src/config/policy-and-limits.ts";
import { parseConfig, type Config } from "../../src/config/config.ts";
import type { Setting } from "../contender.ts";

export const ACCOUNT = "bench";
/** Its platform refuses connections: port 9 of loopback, where nobody listens. */
export const DOWN_ACCOUNT = "down";

export function configOf(setting: Setting): Config {
  const { redisUrl, platformUrl, concurrency, withDownAccount = false, accounts = 1 } = setting;
  const names = Array.from({ length: accounts }, (_, index) => accountNumber(index));
  const text = `
redis: { url: "${redisUrl}", prefix: bida }
accounts:
${names.map((name) => `  ${name}: ${accountOf(platformUrl, concurrency)}`).join("\n")}
${withDownAccount ? `  ${DOWN_ACCOUNT}: ${accountOf("http://127.0.0.1:9", concurrency)}` : ""}
`;
  return parseConfig(text, { path: "bench.yaml", env: {} });
}

/** The account of the n-th delivery if there are several accounts. */
export function accountNumber(index: number, accounts = Number.POSITIVE_INFINITY): string {
  const number = index % accounts;
  return number === 0 ? ACCOUNT : `${ACCOUNT}${number}`;
}

function accountOf(baseUrl: string, concurrency: number): string {
  const secret = "appId: '10101', appSecret: bench-secret";
  const limits = `concurrency: ${concurrency}, rate: { todo: 100000/s, check: 100000/s }`;
  return `{ platform: yunzhijia, baseUrl: "${baseUrl}", allowHttp: true, ${secret}, ${limits} }`;
}

export function tuningOf({ checkAfterMs }: Setting): Tuning {
  return {
    policy: (policy) => ({
      ...policy,
      checkScheduleMs: [checkAfterMs, ...policy.checkScheduleMs.slice(1)],
    }),
  };
}
