/**
 * Whether an account's platform can be reached, whether its clock agrees with ours, and whether it takes the
 * account's credentials.
 */
import { PlatformWire, WIRE_TIMEOUTS } from "../platforms/platform-http.ts";
import { proxyFor, type ProxyEnvironment } from "../config/tools/proxies.ts";
import { targetOf } from "../platforms/platform.ts";
import { platformNamed } from "../platforms/registry.ts";
import { environmentProxies } from "../config/environment.ts";
import { targetUrl, type AccountConfig } from "../config/config.ts";
import { partsOf, wayOf } from "../app/platforms.ts";
import { say, type FixedSentence } from "../language/say.ts";
import { broken, lasting, ok, warning, type Finding } from "./finding.ts";

export interface Clock {
  readonly now: () => number;
  /** Whose clock it is, for people. */
  readonly whose: string;
}

const ANSWER_WITHIN_MS = 5_000;
const SKEW_TO_WARN_MS = 60_000;

export async function platformFindings(
  { name, account }: { readonly name: string; readonly account: AccountConfig },
  {
    clock,
    proxies = environmentProxies(),
  }: { readonly clock: Clock; readonly proxies?: ProxyEnvironment | undefined },
): Promise<Finding[]> {
  const about = say("account {account}", { account: name });
  const { origin } = new URL(targetUrl(account));
  const through = proxyOf(name, { account, proxies });
  const met = await meet(account, proxies);
  const place =
    through === null ? origin : say("{origin} through the proxy {proxy}", { origin, proxy: through.origin });
  if (met.kind === "silent") {
    const { field } = targetOf(platformNamed(account.platform), account);
    const known = { advice: say(adviceOn(met.detail)), field: `${name}.${field}`, origin };
    const mend =
      through === null
        ? say("{advice}: accounts.{field} is {origin}.", known)
        : say("{advice}: accounts.{field} is {origin}, the proxy is that of {proxy}.", {
            ...known,
            proxy: through.from,
          });
    return [
      broken({ about, found: say("{place} cannot be reached: {why}", { place, why: met.detail }), mend }),
    ];
  }
  const reached = ok(about, say("{place} can be reached", { place }));
  const skew = skewFinding(about, { aheadMs: met.aheadMs(clock.now), account, whose: clock.whose });
  const credentials = await credentialFindings(name, { account, asking: { clock, proxies } });
  return [reached, ...(skew === null ? [] : [skew]), ...credentials];
}

/** The proxy's URL without user and password. */
function proxyOf(
  name: string,
  { account, proxies }: { readonly account: AccountConfig; readonly proxies: ProxyEnvironment },
): { readonly origin: string; readonly from: string } | null {
  const chosen = proxyFor({ target: targetUrl(account), own: account.proxy }, proxies);
  if (chosen === null) return null;
  const from = chosen.from === "proxy" ? `accounts.${name}.proxy` : chosen.from;
  return { origin: new URL(chosen.url).origin, from };
}

type Meeting =
  | { readonly kind: "answered"; readonly aheadMs: (now: () => number) => number | null }
  | { readonly kind: "silent"; readonly detail: string };

/** Calls the platform by the same path as a worker. Any answer shows that it can be reached, and has a date. */
async function meet(account: AccountConfig, proxies: ProxyEnvironment): Promise<Meeting> {
  const wire = new PlatformWire(targetUrl(account), {
    connections: 1,
    ...wayOf(account, proxies),
    timeouts: { ...WIRE_TIMEOUTS, answerMs: ANSWER_WITHIN_MS },
  });
  const askedAt = performance.now();
  try {
    const reached = await wire.reach(AbortSignal.timeout(2 * ANSWER_WITHIN_MS));
    if (reached.kind === "silent") return reached;
    const answeredAt = performance.now();
    const date = Date.parse(reached.date ?? "");
    const tookMs = answeredAt - askedAt;
    return {
      kind: "answered",
      // The Date header has whole seconds, and was written between request and answer.
      aheadMs: (now) =>
        Number.isNaN(date) ? null : date + 500 - (now() - (performance.now() - answeredAt) - tookMs / 2),
    };
  } finally {
    await wire.close();
  }
}

const ADVICE: readonly (readonly [RegExp, FixedSentence])[] = [
  [/HTTP 407/, "Write the proxy's user and password into its URL, percent-encoded"],
  [/the proxy answered/, "Ask the proxy's operators to allow this destination"],
  [/the proxy/, "Is it an HTTP proxy? Look at its address"],
  [/ENOTFOUND/, "A name does not resolve; correct the name, or this machine's DNS"],
  [/EAI_AGAIN/, "A name does not resolve now; look at this machine's DNS"],
  [/ECONNREFUSED/, "Nothing listens there; correct the address, or start the service"],
  [/in time\)/, "Nothing answers; ask to have the firewall opened"],
  [/EHOSTUNREACH|ENETUNREACH/, "There is no route; ask the network's operators for one"],
  [/no answer in time/, "It accepts connections and does not answer; ask its operators"],
  [/CERT_HAS_EXPIRED/, "Its certificate has expired; ask its operators"],
  [/ALTNAME/, "Its certificate is for another name; correct the address, or ask its operators"],
  [
    /SELF_SIGNED|UNABLE_TO/,
    "Its certificate is not known here; name its authority with caFile, or NODE_EXTRA_CA_CERTS",
  ],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH|EPROTO|ERR_SSL/,
    "It does not speak TLS there; look at scheme and port of the address",
  ],
];

function adviceOn(detail: string): FixedSentence {
  return ADVICE.find(([pattern]) => pattern.test(detail))?.[1] ?? "Check the network path";
}

function skewFinding(
  about: string,
  {
    aheadMs,
    account: { platform },
    whose,
  }: { readonly aheadMs: number | null; readonly account: AccountConfig; readonly whose: string },
): Finding | null {
  if (aheadMs === null) return null;
  const off = Math.abs(aheadMs);
  const time = lasting(off);
  const found =
    aheadMs > 0
      ? say("{whose} clock is {time} behind the platform's", { whose, time })
      : say("{whose} clock is {time} ahead of the platform's", { whose, time });
  if (off <= SKEW_TO_WARN_MS) return ok(about, say("{whose} clock agrees with the platform's", { whose }));
  const mend = say("Let NTP set the clock of the machine that Redis runs on: Bida goes by it.");
  const { timestampsLastMs = Infinity } = platformNamed(platform);
  if (off > timestampsLastMs) {
    const minutes = Math.ceil(timestampsLastMs / 60_000);
    return broken({
      about,
      found: say("{found}, and it accepts timestamps within {minutes} minutes only", { found, minutes }),
      mend,
    });
  }
  return warning({ about, found, mend });
}

interface Asking {
  readonly clock: Clock;
  readonly proxies: ProxyEnvironment;
}

async function credentialFindings(
  name: string,
  { account, asking: { clock, proxies } }: { readonly account: AccountConfig; readonly asking: Asking },
): Promise<Finding[]> {
  const about = say("account {account}", { account: name });
  const parts = partsOf(account, { connections: 1, now: clock.now, proxies });
  const signal = AbortSignal.timeout(2 * ANSWER_WITHIN_MS);
  try {
    const { probe } = platformNamed(account.platform);
    if (probe === undefined)
      return [ok(about, say("its keys were not tested: the platform has no call that changes nothing"))];
    const probing = { wire: parts.wire, tokens: parts.tokenSource, now: clock.now, signal };
    return (await probe(account, probing)).map(({ fields, refusal }) => verdictOn({ name, fields }, refusal));
  } finally {
    await parts.wire.close();
  }
}

function verdictOn(
  { name, fields }: { readonly name: string; readonly fields: string },
  refusal: { readonly kind: string; readonly detail: string } | null,
): Finding {
  const about = say("account {account}", { account: name });
  if (refusal === null) return ok(about, say("the platform accepts its {fields}", { fields }));
  if (refusal.kind === "unauthorized")
    return broken({
      about,
      found: say("the platform refuses its {fields} ({why})", { fields, why: refusal.detail }),
      mend: say(
        "Correct {fields} of accounts.{account}: compare them with the platform's own pages, and look for spaces.",
        {
          fields,
          account: name,
        },
      ),
    });
  return warning({
    about,
    found: say("its {fields} could not be tested ({why})", { fields, why: refusal.detail }),
    mend: say("Try again in a minute; if it stays so, ask the platform's operators."),
  });
}
