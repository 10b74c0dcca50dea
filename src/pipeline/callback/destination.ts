/**
 * Where a callback may go: to hosts that the configuration names, and to private addresses only if the
 * configuration allows them. The address is checked when the connection is made, so a name whose address
 * changes after the check cannot lead elsewhere.
 */
import { lookup, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { sharedLookup } from "../../platforms/http/shared-lookup.ts";
import { NamePlaces, type Resolve } from "./name-places.ts";

export interface CallbackRules {
  /** `oa.corp.example`, or `*.corp.example` for everything under it. */
  readonly allowHosts: readonly string[];
  readonly allowPrivate: boolean;
  readonly allowHttp: boolean;
}

/** Null if a callback may go there; otherwise why not, in words for the producer. */
export function destinationRefusal(
  url: string,
  { allowHosts, allowHttp, allowPrivate }: CallbackRules,
): string | null {
  const { protocol, username, password } = new URL(url);
  if (username !== "" || password !== "") return "expected a URL without credentials";
  if (protocol !== "https:" && !allowHttp) return "expected https://";
  const host = hostOf(url);
  if (!allowHosts.some((pattern) => matchesHost(host, pattern))) {
    return "expected a host that callbacks.allowHosts names";
  }
  return ipaddr.isValid(host) && isPrivate(host) && !allowPrivate ? "expected a public address" : null;
}

/** The host of a URL in lower case; an IPv6 address without its brackets. */
export function hostOf(url: string): string {
  return withoutBrackets(new URL(url).hostname.toLowerCase());
}

/** @param pattern a host, or `*.` and a domain for everything under it */
export function matchesHost(host: string, pattern: string): boolean {
  const wanted = withoutBrackets(pattern.toLowerCase());
  if (!wanted.startsWith("*.")) return host === wanted;
  return host.endsWith(wanted.slice(1)) && host.length > wanted.length - 1;
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}

/** Blocks that lead, or may lead, into a private network, and that ipaddr.js takes for ordinary addresses. */
const MORE_PRIVATE = [
  // IPv4-compatible, translated locally, site-local.
  "::/96",
  "64:ff9b:1::/48",
  "fec0::/10",
].map((block) => ipaddr.IPv6.parseCIDR(block));

/** True for every address that is not clearly public, and for text that is no address. */
export function isPrivate(address: string): boolean {
  // `fe80::1%eth0`: the zone says nothing about where it is.
  const [bare = ""] = address.split("%");
  if (!ipaddr.isValid(bare)) return true;
  // Takes IPv4 out of `::ffff:10.0.0.1`.
  const parsed = ipaddr.process(bare);
  if (parsed.range() !== "unicast") return true;
  return parsed instanceof ipaddr.IPv6 && MORE_PRIVATE.some((block) => parsed.match(block));
}

const resolveName: Resolve = ({ hostname, options }, answer) =>
  lookup(hostname, { ...options, all: true }, answer);

interface LookupRules extends Pick<CallbackRules, "allowPrivate"> {
  readonly resolve?: Resolve;
}

/**
 * A lookup function for sockets: resolves names as the system does, and refuses private addresses where they
 * are not allowed.
 */
export function lookupOf({ allowPrivate, resolve = resolveName }: LookupRules): LookupFunction {
  const places = new NamePlaces(resolve);
  const shared = sharedLookup((hostname, options, answer) => places.ask({ hostname, options }, answer));
  const lookUp: LookupFunction = (hostname, options, callback) => {
    shared(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, []);
      const addresses = found as LookupAddress[]; // All were asked for.
      const refused = allowPrivate ? undefined : addresses.find(({ address }) => isPrivate(address));
      if (refused !== undefined) {
        return callback(Object.assign(new Error("a private address"), { code: "PRIVATE_ADDRESS" }), []);
      }
      const first = addresses[0];
      if (options.all === true || first === undefined) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
  return lookUp;
}
