/**
 * Bida as the bench runs it: its defaults, but for an account whose rates allow what the machine does and
 * a first check as early as the baseline's.
 */
import type { Tuning } from "../../src/app/compose.ts";
import { parseConfig, type Config } from "../../src/app/config.ts";
import type { Setting } from "../contender.ts";

export const ACCOUNT = "bench";

export function configOf({ redisUrl, platformUrl, concurrency }: Setting): Config {
  const text = `
redis: { url: "${redisUrl}", prefix: bida }
accounts:
  ${ACCOUNT}:
    platform: yunzhijia
    baseUrl: "${platformUrl}"
    allowHttp: true
    appId: "10101"
    appSecret: bench-secret
    concurrency: ${concurrency}
    rate: { todo: 100000/s, check: 100000/s }
`;
  return parseConfig(text, "bench.yaml", {});
}

export function tuningOf({ checkAfterMs }: Setting): Tuning {
  return {
    policy: (policy) => ({
      ...policy,
      checkScheduleMs: [checkAfterMs, ...policy.checkScheduleMs.slice(1)],
    }),
  };
}
