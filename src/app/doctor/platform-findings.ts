/**
 * Whether an account's platform can be reached, whether its clock is ours, whether it takes our secrets.
 */
import { request } from "undici";
import { classifyTransport } from "../../channels/classify-http.ts";
import type { AccountConfig } from "../config.ts";
import { partsOf } from "../platforms.ts";
import { broken, lasting, ok, warning, type Finding } from "./finding.ts";

export interface Clock {
  readonly now: () => number;
  /** Whose it is, for people. */
  readonly whose: string;
}

const ANSWER_WITHIN_MS = 5_000;
const SKEW_TO_WARN_MS = 60_000;
/** Yunzhijia takes the timestamp of a token call for three minutes. */
const SKEW_TO_BREAK_MS = 170_000;

export async function platformFindings(
  name: string,
  account: AccountConfig,
  clock: Clock,
): Promise<Finding[]> {
  const about = `account ${name}`;
  const met = await meet(account);
  if (met.kind === "silent") {
    const field = usesBridge(account) ? "signer.url" : "baseUrl";
    const mend = `${ADVICE[met.code] ?? "Look at the way there"}: accounts.${name}.${field} is ${met.origin}.`;
    return [broken(about, `${met.origin} cannot be reached (${met.code})`, mend)];
  }
  const reached = ok(about, `${met.origin} can be reached`);
  const skew = skewFinding(about, met.aheadMs(clock.now), account, clock.whose);
  return [reached, ...(skew === null ? [] : [skew]), ...(await credentialFindings(name, account, clock))];
}

type Meeting =
  | {
      readonly kind: "answered";
      readonly origin: string;
      readonly aheadMs: (now: () => number) => number | null;
    }
  | { readonly kind: "silent"; readonly origin: string; readonly code: string };

/** Any answer will do: it came from there, and has a date. */
async function meet(account: AccountConfig): Promise<Meeting> {
  const url = usesBridge(account) ? account.signer.url : account.baseUrl;
  const { origin } = new URL(url);
  const askedAt = performance.now();
  try {
    const answer = await request(url, {
      method: "GET",
      headersTimeout: ANSWER_WITHIN_MS,
      bodyTimeout: ANSWER_WITHIN_MS,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    answer.body.on("error", () => undefined).destroy();
    const answeredAt = performance.now();
    const date = Date.parse(String(answer.headers.date ?? ""));
    const tookMs = answeredAt - askedAt;
    return {
      kind: "answered",
      origin,
      // The header is cut to whole seconds and was written somewhere in between.
      aheadMs: (now) =>
        Number.isNaN(date) ? null : date + 500 - (now() - (performance.now() - answeredAt) - tookMs / 2),
    };
  } catch (error) {
    return { kind: "silent", origin, code: codeOf(error) };
  }
}

function usesBridge(account: AccountConfig): account is Extract<AccountConfig, { platform: "hainan" }> & {
  readonly signer: { readonly kind: "bridge"; readonly url: string };
} {
  return account.platform === "hainan" && account.signer.kind === "bridge";
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOTFOUND: "Its name does not resolve; mend the name, or this machine's DNS",
  EAI_AGAIN: "Its name does not resolve now; look at this machine's DNS",
  ECONNREFUSED: "Nothing listens there; mend the address, or start what should listen",
  UND_ERR_CONNECT_TIMEOUT: "Nothing answers; ask for a way through the firewall",
  EHOSTUNREACH: "There is no route; ask for a way through the network",
  ENETUNREACH: "There is no route; ask for a way through the network",
  TimeoutError: "It accepts connections and does not answer; ask its operators",
  CERT_HAS_EXPIRED: "Its certificate has expired; ask its operators",
  DEPTH_ZERO_SELF_SIGNED_CERT: "Its certificate is not known here; add it with NODE_EXTRA_CA_CERTS",
  SELF_SIGNED_CERT_IN_CHAIN: "Its certificate is not known here; add it with NODE_EXTRA_CA_CERTS",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "Its certificate is not known here; add it with NODE_EXTRA_CA_CERTS",
};

function skewFinding(
  about: string,
  aheadMs: number | null,
  { platform }: AccountConfig,
  whose: string,
): Finding | null {
  if (aheadMs === null) return null;
  const off = Math.abs(aheadMs);
  const found = `${whose} clock is ${lasting(off)} ${aheadMs > 0 ? "behind" : "ahead of"} the platform's`;
  if (off <= SKEW_TO_WARN_MS) return ok(about, `${whose} clock agrees with the platform's`);
  const mend = "Let NTP set the clock of the machine that Redis runs on: Bida goes by it.";
  if (platform === "yunzhijia" && off > SKEW_TO_BREAK_MS)
    return broken(about, `${found}, and it takes a token call's timestamp for 3 minutes only`, mend);
  return warning(about, found, mend);
}

async function credentialFindings(name: string, account: AccountConfig, clock: Clock): Promise<Finding[]> {
  const about = `account ${name}`;
  const parts = partsOf(account, { connections: 1, now: clock.now });
  const signal = AbortSignal.timeout(2 * ANSWER_WITHIN_MS);
  try {
    switch (account.platform) {
      case "yunzhijia": {
        const app = ["app", "appId and appSecret"] as const;
        const schedules = ["resGroupSecret", "eid and resGroupSecret"] as const;
        const scopes = account.resGroupSecret === undefined ? [app] : [app, schedules];
        return await Promise.all(
          scopes.map(async ([scope, fields]) => {
            const token = await parts.tokenSource.fetch(scope, null, signal);
            return verdictOn({ name, fields }, token.kind === "fetched" ? null : token);
          }),
        );
      }
      case "yunzmall": {
        const call = { method: "GET", path: "/admin/message/unread", query: { page: "1" } } as const;
        const refusal = classifyTransport(await parts.wire.call(call, signal), clock.now());
        return [verdictOn({ name, fields: "headers" }, refusal === null ? null : { detail: "", ...refusal })];
      }
      case "hainan":
        return [ok(about, "its keys were not tried: the platform has no call that changes nothing")];
    }
  } finally {
    await parts.wire.close();
  }
}

function verdictOn(
  { name, fields }: { readonly name: string; readonly fields: string },
  refusal: { readonly kind: string; readonly detail: string } | null,
): Finding {
  const about = `account ${name}`;
  if (refusal === null) return ok(about, `the platform takes its ${fields}`);
  if (refusal.kind === "unauthorized")
    return broken(
      about,
      `the platform refuses its ${fields} (${refusal.detail})`,
      `Correct ${fields} of accounts.${name}: compare them with the platform's own pages, and look for spaces.`,
    );
  return warning(
    about,
    `its ${fields} could not be tried (${refusal.detail})`,
    "Ask again in a minute; if it stays so, ask the platform's operators.",
  );
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown cause";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause === undefined ? error.name : codeOf(error.cause);
}
