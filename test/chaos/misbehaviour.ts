/**
 * How the platform misbehaves during the whole run, in addition to the plan. Durations are in platform time,
 * before scaling.
 */
const RATES = {
  refuse: 0.01,
  "cut-before": 0.015,
  "cut-after": 0.03,
  "error-before": 0.015,
  "error-after": 0.03,
  throttled: 0.01,
  unavailable: 0.01,
  "not-stored": 0.03,
  late: 0.06,
  "member-lookup-failed": 0.01,
  busy: 0.02,
  "token-expired": 0.01,
  "token-down": 0.05,
  "check-throttled": 0.02,
  "lying-proxy": 0.03,
  "empty-list": 0.02,
  encoded: 0.03,
  "check-failed": 0.02,
  "reset-on-reuse": 0.01,
  "altered-text": 0.02,
  "broken-json": 0.02,
  "huge-body": 0.005,
  "slow-drip": 0.02,
  "hang-after": 0.002,
  hang: 0.002,
};

export const FAULTS_OF_THE_PLATFORM = {
  // Late, but within the minute that the policy allows the platform.
  random: { rates: RATES, parameters: { lateMs: 35_000, totalMs: 20_000, limitMs: 60_000 } },
};

/** What a database may do to texts and times without losing information; null for nothing. */
const STORED = [null, "spaces", "trimmed", "entities", "seconds", "lines"] as const;

/** Settings of the sandbox besides the readings, which the sandbox draws from the same seed. */
export function settingsOfThePlatform(seed: number, drawn: { readonly duplicateBizTask: string }): unknown {
  const place = Math.abs(seed) % STORED.length;
  return {
    ...SETTINGS_OF_THE_PLATFORM,
    storedText: STORED[place],
    bigIds: seed % 2 !== 0,
    // If a repeat is answered with somebody else's task, a lost one cannot be proven.
    ...(drawn.duplicateBizTask === "foreign" ? { duplicateBizTask: "empty" } : {}),
  };
}

const SETTINGS_OF_THE_PLATFORM = {
  hainanFinish: true,
  asyncVisibleMs: 2_000,
  // Short, so that tokens also expire by themselves.
  tokenLifetimeMs: 600_000,
};
