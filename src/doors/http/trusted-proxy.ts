/**
 * Single sign-on: a proxy in front of the API that knows who a person is says so in a header. It is believed from the
 * addresses that the configuration names, together with the secret that the proxy alone has, and for the people whom
 * the configuration gives a role. Each request is judged by itself: whoever the proxy no longer names has no access at once.
 *
 * The address is the connection's own: what a request says about where it comes from proves nothing.
 */
import { hash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { BlockList, isIPv6 } from "node:net";
import type { Role } from "../../operations/caller.ts";
import type { KeyHolder } from "./keys.ts";
import { RequestRate } from "./request-rate.ts";

interface TrustedProxyOptions {
  /** The header that names the person. */
  readonly user: string;
  readonly secretHeader: string;
  readonly secret: string;
  /** Addresses and ranges. */
  readonly from: readonly string[];
  /** By the names that the proxy gives. */
  readonly roles: Readonly<Record<string, Role>>;
}

type SignedOn =
  | { readonly kind: "person"; readonly holder: KeyHolder }
  /** The proxy names somebody who has no role here. */
  | { readonly kind: "stranger" }
  /** It does not come from the proxy, or names nobody. */
  | { readonly kind: "nobody" };

/** Requests a second of one person, in this process. */
const RATE = 200;

const NOBODY: SignedOn = { kind: "nobody" };

export class TrustedProxy {
  readonly #options: TrustedProxyOptions;
  readonly #from = new BlockList();
  readonly #digest: Buffer;
  readonly #people: ReadonlyMap<string, KeyHolder>;

  constructor(options: TrustedProxyOptions) {
    this.#options = options;
    this.#digest = digestOf(options.secret);
    for (const range of options.from) {
      const [address = "", bits] = range.split("/");
      const family = isIPv6(address) ? "ipv6" : "ipv4";
      if (bits === undefined) this.#from.addAddress(address, family);
      else this.#from.addSubnet(address, Number(bits), family);
    }
    this.#people = new Map(
      Object.entries(options.roles).map(([name, role]) => [
        name,
        { caller: { name, role, accounts: null }, rate: new RequestRate(RATE) },
      ]),
    );
  }

  /** @param address of the connection itself */
  personIn(headers: IncomingHttpHeaders, address: string | undefined): SignedOn {
    const { user, secretHeader } = this.#options;
    const name = headers[user];
    const secret = headers[secretHeader];
    if (typeof name !== "string" || name === "" || typeof secret !== "string") return NOBODY;
    if (address === undefined || !this.#from.check(address, isIPv6(address) ? "ipv6" : "ipv4")) return NOBODY;
    if (!timingSafeEqual(digestOf(secret), this.#digest)) return NOBODY;
    const holder = this.#people.get(Buffer.from(name, "latin1").toString("utf8"));
    return holder === undefined ? { kind: "stranger" } : { kind: "person", holder };
  }
}

function digestOf(secret: string): Buffer {
  return hash("sha256", secret, "buffer");
}
