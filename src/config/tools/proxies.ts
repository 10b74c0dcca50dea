/**
 * Chooses the proxy to a platform: the account's own, or the one in the environment.
 *
 * Hosts on this machine (a sandbox, a bridge) are never called through a proxy.
 */
import { domainToASCII } from "node:url";
import ipaddr from "ipaddr.js";

/** The values of HTTP_PROXY, HTTPS_PROXY and NO_PROXY; empty if not set. */
export interface ProxyEnvironment {
  readonly http: string;
  readonly https: string;
  readonly none: string;
}

export const NO_PROXIES: ProxyEnvironment = Object.freeze({ http: "", https: "", none: "" });

interface ChosenProxy {
  /** The URL of the proxy, with `http://` where the environment leaves out the scheme. */
  readonly url: string;
  /** Where it comes from: `proxy` of the account, or a variable of the environment. */
  readonly from: "proxy" | "HTTP_PROXY" | "HTTPS_PROXY";
}

/**
 * The proxy for a target; null for none.
 *
 * `own` is the account's `proxy`: a URL, or `none` for no proxy, whatever the environment says.
 */
export function proxyFor(
  { target, own }: { readonly target: string; readonly own: string | undefined },
  environment: ProxyEnvironment,
): ChosenProxy | null {
  if (!URL.canParse(target) || own === "none") return null;
  const { protocol, hostname, port } = new URL(target);
  const host = plainHost(hostname);
  if (isThisMachine(host)) return null;
  if (own !== undefined) return { url: own, from: "proxy" };
  const isEncrypted = protocol === "https:";
  const url = isEncrypted ? environment.https : environment.http;
  if (url === "") return null;
  const usualPort = isEncrypted ? 443 : 80;
  if (isExcepted({ host, port: port === "" ? usualPort : Number(port) }, environment.none)) return null;
  return {
    url: /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url}`,
    from: isEncrypted ? "HTTPS_PROXY" : "HTTP_PROXY",
  };
}

/** A host in lower case and ASCII, without the brackets of IPv6 and without a final dot. */
function plainHost(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  return ipaddr.isValid(bare) ? bare : domainToASCII(bare).toLowerCase();
}

function isThisMachine(host: string): boolean {
  if (host === "localhost" || host.endsWith(".localhost")) return true;
  const address = addressOf(host);
  return address !== null && ["loopback", "unspecified"].includes(address.range());
}

/** The IP address of a host; null for a name. An IPv4-mapped IPv6 address becomes IPv4. */
function addressOf(host: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  return ipaddr.isValid(host) ? ipaddr.process(host) : null;
}

/**
 * Whether NO_PROXY excepts a host: by `*`, a name with everything under it, an address or a CIDR block, each
 * optionally with a port.
 */
function isExcepted(
  { host, port }: { readonly host: string; readonly port: number },
  noProxy: string,
): boolean {
  return noProxy
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => entry === "*" || isMeantBy(entry, { host, port }));
}

function isMeantBy(entry: string, { host, port }: { readonly host: string; readonly port: number }): boolean {
  const { name, port: wanted } = splitPort(entry);
  if (wanted !== null && wanted !== port) return false;
  const address = addressOf(host);
  if (name.includes("/")) return address !== null && isInBlock(address, name);
  const other = addressOf(name);
  if (other !== null) return address?.toString() === other.toString();
  // `corp.example`, `.corp.example` and `*.corp.example` all mean the domain and everything under it.
  const domain = plainHost(name.replace(/^\*?\./, ""));
  if (domain === "" || address !== null) return false;
  return host === domain || host.endsWith(`.${domain}`);
}

/** Splits `host:port` and `[::1]:port`; a bare IPv6 address has no port. */
function splitPort(entry: string): { readonly name: string; readonly port: number | null } {
  const [, bracketed, ofBracketed] = /^\[(.*)\](?::(\d+))?$/.exec(entry) ?? [];
  if (bracketed !== undefined)
    return { name: bracketed, port: ofBracketed === undefined ? null : Number(ofBracketed) };
  const [, name, port] = /^([^:]*):(\d+)$/.exec(entry) ?? [];
  return name === undefined ? { name: entry, port: null } : { name, port: Number(port) };
}

function isInBlock(address: ipaddr.IPv4 | ipaddr.IPv6, text: string): boolean {
  try {
    const [network, bits] = ipaddr.parseCIDR(text);
    return network.kind() === address.kind() && address.match([network, bits] as [ipaddr.IPv4, number]);
  } catch {
    // An invalid block excepts nothing.
    return false;
  }
}
