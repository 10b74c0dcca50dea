/**
 * An account without Redis, on the real wire to a sandbox and on a clock of its own: tokens, check budgets
 * and claims are kept in memory, by the rules of the real one.
 */
import type { AccountAccess, AccountSettings, TokenAnswer } from "../../../src/platforms/account-access.ts";
import { redactingWire } from "../../../src/account/redacting-wire.ts";
import { Secrets } from "../../../src/account/secrets.ts";
import { PlatformWire, type Wire } from "../../../src/platforms/platform-http.ts";
import { YunzhijiaTokens } from "../../../src/platforms/yunzhijia/tokens.ts";
import { bareAccess } from "../../../src/testing/bare-account.ts";
import { claimsInMemory } from "../../../src/testing/claims-in-memory.ts";

export interface OwnClock {
  ms: number;
}

interface ScenarioAccount {
  readonly access: AccountAccess;
  readonly close: () => Promise<void>;
}

/** As long as a busy machine may take; where the platform hangs or dawdles, nobody waits for long. */
const PATIENT = { connectMs: 10_000, answerMs: 10_000 };
const IMPATIENT = { connectMs: 10_000, answerMs: 250 };
/** The real account keeps the platform's minute 5 s longer. */
const WINDOW_MS = 65_000;
const CHECKS_IN_A_WINDOW = 5;

const CREDENTIALS = {
  appId: "500041933",
  appSecret: "sandbox-app-secret",
  eid: "123456",
  resGroupSecret: "sandbox-schedule-secret",
};

interface AccountOptions {
  readonly settings: AccountSettings;
  readonly baseUrl: string;
  readonly clock: OwnClock;
  /** The platform gives some answers late, or never. */
  readonly isSlow: boolean;
  readonly delivery: AccountAccess["delivery"];
}

export function openAccount({ settings, baseUrl, clock, isSlow, delivery }: AccountOptions): ScenarioAccount {
  const timeouts = isSlow ? IMPATIENT : PATIENT;
  const platform = new PlatformWire(baseUrl, { connections: 4, timeouts });
  const wire = redactingWire(platform, new Secrets([CREDENTIALS.appSecret, CREDENTIALS.resGroupSecret]));
  const access: AccountAccess = {
    ...bareAccess(settings, wire),
    ...tokensOf(wire, clock),
    ...budgetOf(clock),
    ...claimsInMemory(),
    delivery,
  };
  return { access, close: () => wire.close() };
}

function tokensOf(wire: Wire, clock: OwnClock): Pick<AccountAccess, "token" | "dropToken"> {
  const source = new YunzhijiaTokens(CREDENTIALS, {
    call: (call, signal) => wire.call(call, signal),
    now: () => clock.ms,
  });
  const known = new Map<string, { value: string; refreshToken: string; isDropped: boolean }>();
  return {
    token: async (scope, { signal }): Promise<TokenAnswer> => {
      const kept = known.get(scope);
      if (kept !== undefined && !kept.isDropped) return { kind: "token", value: kept.value };
      const refreshed =
        kept === undefined ? null : await source.fetch({ scope, refreshToken: kept.refreshToken }, signal);
      const fetched =
        refreshed?.kind === "fetched" ? refreshed : await source.fetch({ scope, refreshToken: null }, signal);
      if (fetched.kind !== "fetched") return fetched;
      const { value, refreshToken } = fetched;
      known.set(scope, { value, refreshToken, isDropped: false });
      return { kind: "token", value };
    },
    dropToken: async (scope, token) => {
      const kept = known.get(scope);
      if (kept?.value === token) kept.isDropped = true;
    },
  };
}

function budgetOf(clock: OwnClock): Pick<AccountAccess, "permitCheck" | "exhaustBudget"> {
  const asked = new Map<string, number[]>();
  const recent = (entity: string): number[] =>
    (asked.get(entity) ?? []).filter((at) => clock.ms - at < WINDOW_MS);
  return {
    permitCheck: async (entity) => {
      const times = recent(entity);
      if (times.length >= CHECKS_IN_A_WINDOW) {
        return { kind: "denied", retryAfterMs: WINDOW_MS - (clock.ms - (times[0] ?? clock.ms)) };
      }
      asked.set(entity, [...times, clock.ms]);
      return { kind: "granted" };
    },
    exhaustBudget: async (entity) => {
      asked.set(
        entity,
        Array.from({ length: CHECKS_IN_A_WINDOW }, () => clock.ms),
      );
      return WINDOW_MS;
    },
  };
}
