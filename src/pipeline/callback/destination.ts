/**
 * Where a callback may go: hosts that the configuration names, and no address inside our own network
 * unless it says so. Names are resolved when the connection is made, so a name that changes its mind
 * between the check and the call gains nothing.
 */
import { lookup as resolve } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

export interface CallbackRules {
  /** `oa.corp.example`, or `*.corp.example` for everything under it. */
  readonly allowHosts: readonly string[];
  readonly allowPrivate: boolean;
  readonly allowHttp: boolean;
}

/** Null if a callback may go there; otherwise why not, in words for the producer. */
export function refusalOf(
  url: string,
  { allowHosts, allowHttp, allowPrivate }: CallbackRules,
): string | null {
  const { protocol, hostname, username } = new URL(url);
  if (username !== "") return "expected a URL without credentials";
  if (protocol !== "https:" && !allowHttp) return "expected https://";
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, "");
  if (!allowHosts.some((pattern) => matches(host, pattern.toLowerCase()))) {
    return "expected a host that callbacks.allowHosts names";
  }
  return isIP(host) !== 0 && isPrivate(host) && !allowPrivate ? "expected a public address" : null;
}

function matches(host: string, pattern: string): boolean {
  if (!pattern.startsWith("*.")) return host === pattern;
  return host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1;
}

const PRIVATE = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const) {
  PRIVATE.addSubnet(network, bits, "ipv4");
}
for (const [network, bits] of [
  ["::", 127],
  ["64:ff9b::", 96],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const) {
  PRIVATE.addSubnet(network, bits, "ipv6");
}

export function isPrivate(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return PRIVATE.check(mapped, "ipv4");
  return PRIVATE.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** Resolves names as the system does, and refuses private addresses. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    const refused = addresses.find(({ address }) => isPrivate(address));
    if (refused !== undefined) {
      return callback(Object.assign(new Error("a private address"), { code: "PRIVATE_ADDRESS" }), []);
    }
    const first = addresses[0];
    if (options.all === true || first === undefined) return callback(null, addresses);
    return callback(null, first.address, first.family);
  });
};
