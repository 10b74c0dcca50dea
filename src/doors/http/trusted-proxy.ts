/**
 * Single sign-on: a proxy in front of the API authenticates people and names them in a header. The header is
 * trusted only from the addresses in the configuration, together with a secret that only the proxy has, and for
 * people to whom the configuration gives a role. Each request is checked by itself: a person whom the proxy no
 * longer names loses access at once.
 *
 * The address is that of the connection: a header about the origin of a request proves nothing.
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
  /** Roles by the names that the proxy gives. */
  readonly roles: Readonly<Record<string, Role>>;
}

type SignedOn =
  | { readonly kind: "person"; readonly holder: KeyHolder }
  /** The proxy names a person without a role. */
  | { readonly kind: "stranger" }
  /** The request does not come from the proxy, or the proxy names nobody. */
  | { readonly kind: "nobody" };

/** Allowed requests a second of one person, in this process. */
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
