/**
 * Parses a `redis://` or `rediss://` URL, and says what is wrong with one. A URL that means something other
 * than its writer intended must not lead to another database or another host.
 */

interface RedisUrl {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username: string | null;
  readonly password: string | null;
  readonly isTls: boolean;
}

/** @throws Error for a URL that `redisUrlProblem` refuses */
export function parseRedisUrl(text: string): RedisUrl {
  const { protocol, hostname, port, username, password, pathname } = new URL(text);
  return {
    // ioredis wants an IPv6 address without its brackets.
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? 6379 : Number(port),
    db: Number(pathname.slice(1)),
    username: username === "" ? null : decodeURIComponent(username),
    password: password === "" ? null : decodeURIComponent(password),
    isTls: protocol === "rediss:",
  };
}

const ENCODE =
  "in user and password write % as %25, # as %23, / as %2F, ? as %3F and @ as %40 (percent-encoded)";

/** What is wrong with a URL; null if it can be used. The text never quotes the URL, which may hold a password. */
export function redisUrlProblem(text: string): string | null {
  if (!/^rediss?:\/\//i.test(text)) return "expected a URL like redis://host:6379/0 or rediss://…";
  const authority = text.replace(/^rediss?:\/\//i, "");
  // Host, port and database follow the last @. Nothing before it may end the authority.
  const at = authority.lastIndexOf("@");
  const credentials = at < 0 ? "" : authority.slice(0, at);
  if (/[#/?@]/.test(credentials) || /%(?![0-9a-f]{2})/i.test(credentials)) return ENCODE;
  if (!URL.canParse(text) || !canDecode(credentials))
    return `expected a URL like redis://user:password@host:6379/0; ${ENCODE}`;
  const { hostname, pathname, search, hash, port } = new URL(text);
  if (hostname === "") return "expected a host: redis://host:6379/0";
  if (port === "0") return "expected a port from 1 to 65535";
  if (search !== "" || hash !== "") return "expected nothing after the database: redis://host:6379/0";
  if (!/^(\/\d{0,5})?$/.test(pathname))
    return "expected a number as the database, and nothing after it: redis://host:6379/2";
  return null;
}

function canDecode(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
