/**
 * Bida as the bench runs it: its defaults, but for an account whose rates allow what the machine does and
 * a first check as early as the baseline's.
 */
import type { Tuning } from "../../src/config/policy-and-limits.ts";
import { parseConfig, type Config } from "../../src/config/config.ts";
import type { Setting } from "../contender.ts";

export const ACCOUNT = "bench";
/** Its platform refuses connections: port 9 of loopback, where nobody listens. */
export const DOWN_ACCOUNT = "down";

export function configOf({ redisUrl, platformUrl, concurrency, withDownAccount = false }: Setting): Config {
  const text = `
redis: { url: "${redisUrl}", prefix: bida }
accounts:
  ${ACCOUNT}: ${accountOf(platformUrl, concurrency)}
${withDownAccount ? `  ${DOWN_ACCOUNT}: ${accountOf("http://127.0.0.1:9", concurrency)}` : ""}
`;
  return parseConfig(text, "bench.yaml", {});
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
