/**
 * The route to one origin: direct or through a proxy, and the certificates to trust.
 */
export interface NetworkRoute {
  readonly origin: URL;
  readonly proxy: Proxy | null;
  /** Certificates to trust in addition to Node's own, as PEM. */
  readonly ca: string | null;
}

export interface Proxy {
  readonly url: URL;
  /** The `Proxy-Authorization` from the user and password in its URL; null for none. */
  readonly authorization: string | null;
}

/** What is wrong with a proxy's URL, without quoting it; null if nothing is. */
export function proxyProblem(url: string): string | null {
  const expected = "expected http://host:port or https://host:port";
  if (!URL.canParse(url)) return expected;
  const { protocol, hostname, username, password } = new URL(url);
  if ((protocol !== "http:" && protocol !== "https:") || hostname === "") return expected;
  try {
    decodeURIComponent(`${username}${password}`);
    return null;
  } catch {
    // A malformed percent-escape.
    return "its user or password has a % that is none of percent-encoding: write %25";
  }
}

/** @param url a URL without a `proxyProblem`, with user and password where the proxy needs them */
export function proxyAt(url: string): Proxy {
  const parsed = new URL(url);
  const { username, password } = parsed;
  if (username === "" && password === "") return { url: parsed, authorization: null };
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url: parsed, authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
}

/**
 * Whether requests are forwarded: for http the proxy gets each request with its full URL; https goes through a
 * tunnel.
 */
export function isForwarded({ origin, proxy }: NetworkRoute): boolean {
  return proxy !== null && origin.protocol === "http:";
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export function endpointOf({ protocol, hostname, port }: URL): Endpoint {
  const usual = protocol === "https:" ? 443 : 80;
  return { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: port === "" ? usual : Number(port) };
}
