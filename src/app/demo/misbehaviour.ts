/**
 * How the sandbox misbehaves in the demo, by level. `lateMs` is before the demo's time scale.
 */
import type { FaultLevel } from "./arguments.ts";

const DEFAULT_RATES = {
  "cut-after": 0.1,
  "error-after": 0.05,
  "not-stored": 0.05,
  late: 0.1,
  "token-expired": 0.01,
  unavailable: 0.02,
  "check-throttled": 0.02,
};

const HARSH_RATES = {
  ...DEFAULT_RATES,
  "cut-after": 0.1,
  "error-after": 0.06,
  "not-stored": 0.08,
  "cut-before": 0.03,
  "error-before": 0.03,
  refuse: 0.03,
  "broken-json": 0.02,
  "check-throttled": 0.03,
};

export function misbehaviour(level: FaultLevel): unknown {
  switch (level) {
    case "none":
      return { clear: true };
    case "default":
      return { random: { rates: DEFAULT_RATES, parameters: { lateMs: 30_000 } } };
    case "harsh":
      return { random: { rates: HARSH_RATES, parameters: { lateMs: 40_000 } } };
  }
}
