/**
 * Why Redis cannot be reached, by the errors of the connection, and what to do about it.
 */
import { say, type FixedSentence } from "../language/say.ts";
import { missingRights, NO_SUCH_DATABASE } from "../app/redis-safety.ts";
import type { Config } from "../config/config.ts";

interface Cause {
  readonly found: string;
  readonly mend: string;
}

const CAUSES: readonly (readonly [RegExp, FixedSentence, FixedSentence])[] = [
  [
    /ENOTFOUND|EAI_AGAIN/,
    "its name does not resolve",
    "Correct the host's name, or look at this machine's DNS",
  ],
  [/ECONNREFUSED/, "nothing listens there", "Start Redis, or correct host and port"],
  [/EHOSTUNREACH|ENETUNREACH/, "there is no route to it", "Ask the network's operators for a route"],
  [
    /WRONG_VERSION_NUMBER|packet length too long|PROTOCOL/i,
    "it does not speak TLS there",
    "Write redis:// in place of rediss://, or name the port on which it does",
  ],
  [/CERT_HAS_EXPIRED|certificate has expired/i, "its certificate has expired", "Renew Redis' certificate"],
  [
    /self.signed|unable to (verify|get)|SELF_SIGNED|UNABLE_TO/i,
    "its certificate is not known here",
    "Name its authority: redis.caFile, or NODE_EXTRA_CA_CERTS",
  ],
  [
    /ALTNAME|does not match certificate/i,
    "its certificate is for another name",
    "Connect by a name that the certificate has",
  ],
  [
    /ECONNRESET|EPIPE|max number of clients/,
    "it cuts the connection",
    "See whether it has too many clients (maxclients), or a proxy in between cuts connections; it may want TLS there (then write rediss://)",
  ],
  [/DB index is out of range/, "it has no such database", NO_SUCH_DATABASE],
];

/** Replies of a Redis that can be reached, but refuses for now. */
const REFUSALS: readonly (readonly [RegExp, FixedSentence, FixedSentence])[] = [
  [
    /\bMISCONF\b/,
    "refuses every write: it cannot write to its disk",
    "Make room on its disk, and look into Redis' log.",
  ],
  [
    /\bNOREPLICAS\b/,
    "refuses every write: too few replicas follow it (min-replicas-to-write)",
    "Bring its replicas back, or lower min-replicas-to-write.",
  ],
  [/\bLOADING\b/, "is still loading its data", "Wait: INFO persistence says how far it is."],
  [/\bBUSY\b/, "is busy with a long script", "End that script with SCRIPT KILL, and see who runs it."],
  [
    /\bMASTERDOWN\b/,
    "is a replica that has lost its master",
    "Name the master, or a name that leads to it; after a failover, look where that name leads.",
  ],
];

/** What a reply of Redis says about why it refuses; null for other errors. */
export function refusalOf({ message }: Error): Cause | null {
  const [, found, mend] = REFUSALS.find(([pattern]) => pattern.test(message)) ?? [];
  return found === undefined || mend === undefined ? null : { found: say(found), mend: say(mend) };
}

/** @param errors the errors of the connection, the latest last */
export function causeOf(errors: readonly Error[], config: Config): Cause {
  const rights = errors.map((error) => missingRights(error, config)).find((one) => one !== null);
  if (rights !== undefined) return { found: say("refuses us"), mend: `${rights}.` };
  for (const error of errors.toReversed() as (Error & { readonly code?: string })[]) {
    const refusal = refusalOf(error);
    if (refusal !== null) return refusal;
    const { message, code } = error;
    const [, why, mend] = CAUSES.find(([pattern]) => pattern.test(`${code ?? ""} ${message}`)) ?? [];
    if (why === undefined || mend === undefined) continue;
    const known = { why: say(why) };
    return {
      found:
        code === undefined
          ? say("cannot be reached: {why}", known)
          : say("cannot be reached: {why} ({code})", { ...known, code }),
      mend: say("{mend}; the configuration names {hosts}.", { mend: say(mend), hosts: hostsOf(config) }),
    };
  }
  const hosts = hostsOf(config);
  return {
    found: say("does not answer in time"),
    mend: isTls(config)
      ? say(
          "Look at Redis: it may not speak TLS there (then write redis://), or a firewall may be in between; the configuration names {hosts}.",
          { hosts },
        )
      : say(
          "Look at Redis: it may want TLS there (then write rediss://), or a firewall may be in between; the configuration names {hosts}.",
          { hosts },
        ),
  };
}

function isTls({ redis: { url, sentinels, cluster } }: Config): boolean {
  return (cluster ?? sentinels ?? [url]).some((one) => one.startsWith("rediss:"));
}

/** The hosts of the configuration, without user and password. */
function hostsOf({ redis: { url, sentinels, cluster } }: Config): string {
  return (cluster ?? sentinels ?? [url]).map((one) => new URL(one).host).join(", ");
}
