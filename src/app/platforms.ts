/**
 * What each platform brings to an account: its channels, the way to it, and where its tokens come from.
 */
import { readFileSync } from "node:fs";
import type { Redact } from "../account/redact.ts";
import { RedactingWire } from "../account/redacting-wire.ts";
import { Secrets } from "../account/secrets.ts";
import { openHainanWire } from "../account/signers/hainan-wire.ts";
import type { AccountSettings, TokenSource } from "../channels/account-access.ts";
import type { Channel } from "../channels/channel.ts";
import { hainanTask } from "../channels/hainan-task/channel.ts";
import { proxyAt } from "../channels/http/route.ts";
import { PlatformWire, type Way, type Wire } from "../channels/platform-http.ts";
import { YunzhijiaTokens } from "../channels/yunzhijia-token.ts";
import { yunzhijiaSchedule, yunzhijiaScheduleWithout } from "../channels/yunzhijia-schedule/channel.ts";
import { yunzhijiaTodo, yunzhijiaTodoOf } from "../channels/yunzhijia-todo/channel.ts";
import { yunzmallMessage } from "../channels/yunzmall-message/channel.ts";
import { proxyFor, type ProxyEnvironment } from "../config/tools/proxies.ts";
import { targetOf, type AccountConfig } from "../config/config.ts";

type YunzhijiaConfig = Extract<AccountConfig, { platform: "yunzhijia" }>;

export interface PlatformParts {
  readonly settings: AccountSettings;
  readonly wire: Wire;
  readonly tokenSource: TokenSource;
  /** Takes the account's secrets and tokens out of a string that is kept. */
  readonly redact: Redact;
}

export interface PlatformOptions {
  readonly connections: number;
  /** Milliseconds of Redis' clock. */
  readonly now: () => number;
  readonly proxies: ProxyEnvironment;
}

/** How an account's calls get to where they go: its proxy, and whom it trusts. */
export function wayOf(config: AccountConfig, proxies: ProxyEnvironment): Way {
  const chosen = proxyFor(targetOf(config), config.proxy, proxies);
  return {
    proxy: chosen === null ? null : proxyAt(chosen.url),
    ca: config.caFile === undefined ? null : readFileSync(config.caFile, "utf8"),
  };
}

/** The channels of every platform. */
export const ALL_CHANNELS: readonly Channel[] = [
  yunzhijiaTodo as Channel,
  yunzhijiaSchedule as Channel,
  hainanTask as Channel,
  yunzmallMessage as Channel,
];

export function channelsOf(config: AccountConfig): readonly Channel[] {
  switch (config.platform) {
    case "yunzhijia":
      return [yunzhijiaTodoOf(config.appId) as Channel, schedulesOf(config) as Channel];
    case "hainan":
      return [hainanTask as Channel];
    case "yunzmall":
      return [yunzmallMessage as Channel];
  }
}

/** Tokens for schedules need a secret of their own, and the eid with it. */
function schedulesOf({ eid, resGroupSecret }: YunzhijiaConfig): typeof yunzhijiaSchedule {
  if (resGroupSecret === undefined) return yunzhijiaScheduleWithout("resGroupSecret");
  return eid === undefined ? yunzhijiaScheduleWithout("eid") : yunzhijiaSchedule;
}

export function partsOf(
  config: AccountConfig,
  { connections, now, proxies }: PlatformOptions,
): PlatformParts {
  const way = wayOf(config, proxies);
  const secrets = new Secrets([...secretsOf(config), way.proxy?.authorization]);
  const redact: Redact = (text) => secrets.inWords(text);
  switch (config.platform) {
    case "yunzhijia": {
      const { appId, appSecret, eid = null, resGroupSecret = null, todo, schedule } = config;
      const wire = new RedactingWire(new PlatformWire(config.baseUrl, { connections, ...way }), secrets);
      const credentials = { appId, appSecret, eid, resGroupSecret };
      return {
        settings: {
          platform: "yunzhijia",
          appId,
          todoMode: todo.mode,
          scheduleLookup: schedule.lookup,
        },
        wire,
        tokenSource: new YunzhijiaTokens(credentials, (call, signal) => wire.call(call, signal), now),
        redact,
      };
    }
    case "hainan":
      return {
        settings: { platform: "hainan", onLostPackage: config.onLostPackage },
        wire: new RedactingWire(openHainanWire(config, { connections, now, way }), secrets),
        tokenSource: NO_TOKENS,
        redact,
      };
    case "yunzmall":
      return {
        settings: { platform: "yunzmall" },
        wire: new RedactingWire(
          new PlatformWire(config.baseUrl, { connections, headers: config.headers, ...way }),
          secrets,
        ),
        tokenSource: NO_TOKENS,
        redact,
      };
  }
}

function secretsOf(config: AccountConfig): readonly (string | undefined)[] {
  switch (config.platform) {
    case "yunzhijia":
      return [config.appSecret, config.resGroupSecret];
    case "hainan":
      return [config.accessKey, config.secretKey];
    case "yunzmall":
      return Object.entries(config.headers).flatMap(([name, value]) => (isOpen(name) ? [] : [value]));
  }
}

/** What everybody sends, and no secret. */
function isOpen(header: string): boolean {
  return /^(accept|accept-.*|user-agent|content-.*|cache-control|connection)$/i.test(header);
}

/** For platforms whose calls are signed or carry a fixed header. */
const NO_TOKENS: TokenSource = {
  fetch: async () => ({ kind: "unauthorized", detail: "this platform has no access tokens" }),
};
