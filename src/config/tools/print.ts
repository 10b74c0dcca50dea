/**
 * Prints the configuration in force: with every default and without secrets.
 *
 * Struck out are fields that the schema marks as secrets, values that came from a reference, and the user and
 * password of URLs.
 */
import type { AlertsConfig } from "../alerts-schema.ts";
import type { SloConfig } from "../telemetry-schema.ts";
import { stringify } from "yaml";
import type { PrintedConfig } from "../../doors/cli/environment.ts";
import { limitsOf, POLICY_OPTIONS, policyOf } from "../policy-and-limits.ts";
import { readConfigText, referencesOf, type AccountConfig, type Config } from "../config.ts";
import { checkConfig } from "./check.ts";
import { isSecretField, referencedFields, STRUCK_OUT } from "./places.ts";

export function printConfig(named: string | undefined): PrintedConfig {
  const { config, ...verdict } = checkConfig(named);
  if (config === null) return verdict;
  const referenced = new Set(referencedFields(readConfigText(verdict.path)));
  const value = redact(inForce(config), { path: [], referenced });
  return { ...verdict, value, yaml: stringify(value) };
}

/** The configuration without the fields that the schema marks as secrets, for comparing two configurations. */
export function withoutSecrets(config: Config): unknown {
  return redact(inForce(config), { path: [], referenced: new Set() });
}

/** The configuration for people who are not on the machine: also without values that came from a reference. */
export function shownConfig(config: Config): Readonly<Record<string, unknown>> {
  const { api, ...others } = redact(inForce(config), { path: [], referenced: referencesOf(config) }) as {
    readonly api: { readonly keys: readonly Record<string, unknown>[] };
  };
  const keys = api.keys.map(({ sha256: _sha256, ...key }) => key);
  return { ...others, api: { ...api, keys } };
}

/** The settings of one account, as in `shownConfig`; null where the configuration does not have it. */
export function accountSettings(config: Config): (name: string) => unknown {
  const { accounts } = shownConfig(config);
  const known = new Map(Object.entries(accounts as Readonly<Record<string, unknown>>));
  return (name) => known.get(name) ?? null;
}

/** In the form of the file: `24h` and `100/s`, not milliseconds and calls. */
function inForce(config: Config): object {
  const policy = policyOf(config);
  return {
    ...config,
    api: { ...config.api, keys: config.api.keys.map((key) => ({ ...key, rate: rateText(key.rate) })) },
    accounts: Object.fromEntries(
      Object.entries(config.accounts).map(([name, account]) => [name, accountInForce(account)]),
    ),
    outboxes: Object.fromEntries(
      Object.entries(config.outboxes).map(([name, outbox]) => [
        name,
        { ...outbox, keep: durationText(outbox.keep) },
      ]),
    ),
    ...(config.alerts === undefined ? {} : { alerts: alertsInForce(config.alerts) }),
    policy: Object.fromEntries(
      POLICY_OPTIONS.map(([option, number]) => [
        option,
        option === number ? policy[number] : durationText(policy[number]),
      ]),
    ),
  };
}

function accountInForce(account: AccountConfig): object {
  const rates = Object.entries(limitsOf(account).rates).map(([bucket, rate]) => [bucket, rateText(rate)]);
  const { slo } = account;
  return {
    ...account,
    rate: Object.fromEntries(rates) as Record<string, string>,
    ...(slo === undefined ? {} : { slo: sloInForce(slo) }),
  };
}

function alertsInForce(alerts: AlertsConfig): object {
  const { every, repeat, settle, oldestUnconfirmed } = alerts;
  return {
    ...alerts,
    every: durationText(every),
    repeat: durationText(repeat),
    settle: settle === 0 ? "0s" : durationText(settle),
    oldestUnconfirmed: durationText(oldestUnconfirmed),
  };
}

function sloInForce(slo: SloConfig): object {
  const text = (one: { readonly confirmWithin: number }): object => ({
    ...one,
    confirmWithin: durationText(one.confirmWithin),
  });
  const operations = Object.entries(slo.operations).map(([name, one]) => [name, text(one)]);
  return { ...text(slo), operations: Object.fromEntries(operations) as Record<string, object> };
}

function rateText(perSecond: number): string {
  return Number.isInteger(perSecond) ? `${perSecond}/s` : `${Math.round(perSecond * 60)}/min`;
}

function durationText(ms: number): string {
  const units = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1_000],
  ] as const;
  const [unit, factor] =
    units.find(([, factor]) => ms >= factor && ms % factor === 0) ?? (["ms", 1] as const);
  return `${ms / factor}${unit}`;
}

function redact(
  value: unknown,
  { path, referenced }: { readonly path: readonly string[]; readonly referenced: ReadonlySet<string> },
): unknown {
  if (Array.isArray(value))
    return value.map((item, at) => redact(item, { path: [...path, String(at)], referenced }));
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return Object.fromEntries(
      fields.map(([name, inner]) => [name, redact(inner, { path: [...path, name], referenced })]),
    );
  }
  if (typeof value !== "string" || value === "") return value;
  const field = path.join(".");
  if (isSecretField(field)) return STRUCK_OUT;
  const bare = withoutCredentials(value);
  return referenced.has(field) && bare === null ? STRUCK_OUT : (bare ?? value);
}

/** The URL without user and password; null if it is not a URL with a host. */
function withoutCredentials(text: string): string | null {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.search === "" && url.username === "" && url.password === "") return text;
  if (url.password !== "") url.password = STRUCK_OUT;
  else if (url.username !== "") url.username = STRUCK_OUT;
  for (const name of new Set(url.searchParams.keys())) url.searchParams.set(name, STRUCK_OUT);
  return url.href;
}
