/**
 * Whether an error means that Redis is away, or not ready to serve, rather than a bug of ours. ioredis shows it
 * by the name or the code of the error, and in a few cases only by its message.
 */
import { LACKS_RIGHT_IN_SCRIPT } from "../operations/why-unavailable.ts";

const NAMES = new Set(["MaxRetriesPerRequestError", "ClusterAllFailedError"]);
const CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
]);
const WORDS = new RegExp(
  `^(${[
    "Command timed out",
    "Command aborted due to connection close",
    "Connection is closed",
    "Connection in ",
    "Stream isn't writeable",
    "Socket timeout",
    "connect ",
    // While a cluster moves its slots, or fails over.
    "Too many Cluster redirections",
    "None of startup nodes is available",
    "Cluster isn't ready",
    "Cluster is disconnect",
    "Node is disconnected",
  ].join("|")})`,
);
/**
 * The first word of a reply that refuses for now, or refuses this user. In older versions a script's own name
 * stands before it.
 */
const REPLIES =
  /(?:^|[:-]\s?-?)(LOADING|READONLY|CLUSTERDOWN|MASTERDOWN|MOVED|ASK|BUSY|OOM|MISCONF|NOREPLICAS|TRYAGAIN|NOAUTH|NOPERM|WRONGPASS)\b/;

export function isRedisAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (LACKS_RIGHT_IN_SCRIPT.test(error.message)) return true;
  if (NAMES.has(error.name) || WORDS.test(error.message) || REPLIES.test(error.message)) return true;
  return "code" in error && CODES.has(String(error.code));
}

/** Redis' memory is full: it refuses commands that may need more. */
export function isRedisFull(error: unknown): boolean {
  return error instanceof Error && /\bOOM\b/.test(error.message);
}
