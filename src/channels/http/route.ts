/**
 * The way to one origin: straight, or through a proxy, and whom to trust on it.
 */
export interface Route {
  readonly origin: URL;
  readonly proxy: Proxy | null;
  /** Certificates to trust beside those that Node knows; PEM. */
  readonly ca: string | null;
}

export interface Proxy {
  readonly url: URL;
  /** The `Proxy-Authorization` that its URL names; null for none. */
  readonly authorization: string | null;
}

/** @param url `http:` or `https:`, with user and password where the proxy asks for them */
export function proxyAt(url: string): Proxy {
  const parsed = new URL(url);
  const { username, password } = parsed;
  if (username === "" && password === "") return { url: parsed, authorization: null };
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url: parsed, authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
}

/** A plain request is handed to the proxy with its whole address; a TLS one goes through a tunnel. */
export function isForwarded({ origin, proxy }: Route): boolean {
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
