/**
 * What an account gets from its platform: channels, wire and tokens.
 */
import { readFileSync } from "node:fs";
import type { Redact } from "../platforms/redact.ts";
import { redactingWire } from "../account/redacting-wire.ts";
import { Secrets } from "../account/secrets.ts";
import type { AccountSettings, TokenSource } from "../platforms/account-access.ts";
import type { Channel } from "../platforms/channel.ts";
import { proxyAt } from "../platforms/http/route.ts";
import type { Way, Wire } from "../platforms/platform-http.ts";
import { targetUrl, type AccountConfig } from "../config/config.ts";
import { proxyFor, type ProxyEnvironment } from "../config/tools/proxies.ts";
import { secretsOf, settingsOf } from "../platforms/platform.ts";
import { platformNamed } from "../platforms/registry.ts";

interface PlatformParts {
  readonly settings: AccountSettings;
  readonly wire: Wire;
  readonly tokenSource: TokenSource;
  /** Removes the account's secrets and tokens from a text. */
  readonly redact: Redact;
}

interface PlatformOptions {
  readonly connections: number;
  /** Milliseconds of Redis' clock. */
  readonly now: () => number;
  readonly proxies: ProxyEnvironment;
}

/** The network path of an account's calls: its proxy and trusted certificates. */
export function wayOf(config: AccountConfig, proxies: ProxyEnvironment): Way {
  const chosen = proxyFor({ target: targetUrl(config), own: config.proxy }, proxies);
  return {
    proxy: chosen === null ? null : proxyAt(chosen.url),
    ca: config.caFile === undefined ? null : readFileSync(config.caFile, "utf8"),
  };
}

export function channelsOf(config: AccountConfig): readonly Channel[] {
  const platform = platformNamed(config.platform);
  return platform.channelsOf?.(config) ?? platform.channels;
}

export function partsOf(
  config: AccountConfig,
  { connections, now, proxies }: PlatformOptions,
): PlatformParts {
  const platform = platformNamed(config.platform);
  const way = wayOf(config, proxies);
  const secrets = new Secrets([...secretsOf(platform, config), way.proxy?.authorization]);
  const wire = redactingWire(platform.wire(config, { connections, now, way }), secrets);
  const call: Wire["call"] = async (asked, signal) => wire.call(asked, signal);
  return {
    settings: settingsOf(platform, config),
    wire,
    tokenSource: platform.tokens?.(config, { call, now }) ?? NO_TOKENS,
    redact: (text) => secrets.inWords(text),
  };
}

/** For platforms whose calls are signed or carry a fixed header. */
const NO_TOKENS: TokenSource = {
  fetch: async () => ({ kind: "unauthorized", detail: "this platform has no access tokens" }),
};
