/**
 * API keys: a name, a role, and the SHA-256 of the whole key. The key itself is stored nowhere; a process
 * remembers those that it has found right, so that it need not digest them for each request.
 */
import { hash, timingSafeEqual } from "node:crypto";
import type { Caller, Role } from "../../operations/caller.ts";
import { RequestRate } from "./request-rate.ts";

interface ApiKey {
  readonly name: string;
  readonly role: Role;
  /** Hex. */
  readonly sha256: string;
  /** Requests a second. */
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

/** Longer ones are refused unread. */
const LONGEST_KEY = 512;

export class KeyRing {
  readonly #known: readonly KnownKey[];
  /** By the header that was right, so there are never more than keys. A wrong key is never found here. */
  readonly #right = new Map<string, KeyHolder>();

  constructor(keys: readonly ApiKey[]) {
    this.#known = keys.map(({ name, role, sha256, rate, accounts }) => ({
      digest: Buffer.from(sha256, "hex"),
      caller: { name, role, accounts: role === "producer" ? (accounts ?? []) : null },
      rate: new RequestRate(rate),
    }));
  }

  /** Whose key it is, by the Authorization header; null for an unknown key. */
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
    // Every key is compared in constant time: the time it takes does not show how close a guess was.
    let holder: KeyHolder | null = null;
    for (const known of this.#known) if (timingSafeEqual(known.digest, digest)) holder = known;
    return holder;
  }

  /** Null once the configuration no longer has the name. */
  named(name: string): KeyHolder | null {
    return this.#known.find(({ caller }) => caller.name === name) ?? null;
  }
}
