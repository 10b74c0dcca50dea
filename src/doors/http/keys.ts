/**
 * API keys: a name, a role, and the SHA-256 of the whole key. The key itself is not stored. A process remembers
 * valid `Authorization` headers, so that it need not hash the key for each request.
 */
import { hash, timingSafeEqual } from "node:crypto";
import type { Caller, Role } from "../../operations/caller.ts";
import { RequestRate } from "./request-rate.ts";

interface ApiKey {
  readonly name: string;
  readonly role: Role;
  /** In hex. */
  readonly sha256: string;
  /** Allowed requests a second. */
  readonly rate: number;
  /** The accounts of a producer. */
  readonly accounts?: readonly string[];
}

export interface KeyHolder {
  readonly caller: Caller;
  readonly rate: RequestRate;
}

interface KnownKey extends KeyHolder {
  readonly digest: Buffer;
}

/** Longer keys are refused without hashing. */
const LONGEST_KEY = 512;

export class KeyRing {
  readonly #known: readonly KnownKey[];
  /** Holders by valid header. It holds no wrong keys, so it never has more entries than there are keys. */
  readonly #right = new Map<string, KeyHolder>();

  constructor(keys: readonly ApiKey[]) {
    this.#known = keys.map(({ name, role, sha256, rate, accounts }) => ({
      digest: Buffer.from(sha256, "hex"),
      caller: { name, role, accounts: role === "producer" ? (accounts ?? []) : null },
      rate: new RequestRate(rate),
    }));
  }

  /** The holder of the key in the Authorization header; null for an unknown key. */
  holderOf(authorization: string | undefined): KeyHolder | null {
    if (authorization === undefined) return null;
    const before = this.#right.get(authorization);
    if (before !== undefined) return before;
    const key = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    const holder = key === undefined ? null : this.holderOfKey(key);
    if (holder !== null && this.#right.size < this.#known.length) this.#right.set(authorization, holder);
    return holder;
  }

  holderOfKey(key: string): KeyHolder | null {
    if (key.length > LONGEST_KEY) return null;
    const digest = hash("sha256", key, "buffer");
    // Compared with every key, in constant time: the duration does not show how close a guess was.
    let holder: KeyHolder | null = null;
    for (const known of this.#known) if (timingSafeEqual(known.digest, digest)) holder = known;
    return holder;
  }

  /** The holder with this name; null if the configuration no longer has it. */
  named(name: string): KeyHolder | null {
    return this.#known.find(({ caller }) => caller.name === name) ?? null;
  }
}
