/**
 * A platform (ARCHITECTURE section 4) is one object. Configuration, limits, doctor, sandbox accounts and the
 * contract of payloads are all derived from it.
 *
 * A platform of this tree is a folder here and a line in `registry.ts`. One from outside is a module whose
 * default export is what `definePlatform` returns, named in the configuration: `platforms:
 * [./my-platform.mjs]`.
 */
import { z } from "zod";
import type { AccountSettings, TokenSource } from "./account-access.ts";
import type { Channel } from "./channel.ts";
import { faultOf } from "./check-definition.ts";
import type { ReadPass } from "./messages.ts";
import type { Way, Wire } from "./platform-http.ts";
import type { TodoOrders } from "./todo-orders.ts";

/** What every account has, whatever its platform. */
export interface AccountBase {
  readonly platform: string;
  readonly baseUrl: string;
}

/** Where an account's calls go, and the field of its configuration that says so. */
export interface Target {
  readonly url: string;
  readonly field: string;
}

export interface WireOpening {
  /** How many checks may be under way. */
  readonly connections: number;
  /** Milliseconds of Redis' clock, for signatures that carry a time. */
  readonly now: () => number;
  /** The account's proxy and trusted certificates, to be passed to the wire. */
  readonly way: Way;
}

/** What a platform may use to try an account's credentials. */
export interface Probing {
  readonly wire: Wire;
  readonly tokens: TokenSource;
  /** Milliseconds of Redis' clock. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** One set of credentials that was tried. */
export interface Probed {
  /** The fields of the account that were tried, in words: `appId and appSecret`. */
  readonly fields: string;
  /** Null when the platform takes them; `unauthorized` when it refuses them; otherwise why they could not be tried. */
  readonly refusal: { readonly kind: string; readonly detail: string } | null;
}

export interface Platform<Account extends AccountBase = AccountBase> {
  /** The name that `platform:` of an account uses. */
  readonly name: string;
  /** The account's own fields, beside those that every account has; `baseUrl` must be among them. */
  readonly fields: Readonly<z.ZodRawShape> & { readonly baseUrl: z.ZodType<string> };
  /** The fields that hold a secret: they come from `${env:…}` or `${file:…}`, and are printed nowhere. */
  readonly secretFields: readonly string[];
  /**
   * Calls a second that the platform takes, by bucket: a family of operations for its sends (`todo`), `check` for
   * `permitCheck`, and whatever else channels name in `permitCall`. An account may say less (`rate:`).
   */
  readonly rates: Readonly<Record<string, number>>;
  /** All channels, including those that not every account has: for the contract. */
  readonly channels: readonly Channel[];
  /** The channels of one account. Default: all of them. */
  channelsOf?(account: Account): readonly Channel[];
  /** Problems between several fields, each with its path; an empty list if there are none. */
  problems?(account: Account): readonly { readonly path: readonly string[]; readonly detail: string }[];
  /** Default: `baseUrl`. */
  target?(account: Account): Target;
  /** All texts that must never be kept or shown. Default: the values of `secretFields`. */
  secrets?(account: Account): readonly (string | undefined)[];
  /** What channels may know of the account's configuration; never a secret. Default: nothing. */
  settings?(account: Account): Readonly<Record<string, unknown>>;
  /** Opens the wire to the platform. */
  wire(account: Account, opening: WireOpening): Wire;
  /** The scopes of the tokens that the account's channels use. Default: none. */
  tokenScopes?(account: Account): readonly string[];
  /** The source of these tokens. */
  tokens?(
    account: Account,
    options: { readonly call: Wire["call"]; readonly now: () => number },
  ): TokenSource;
  /** Tries the account's credentials by calls that change nothing, for the doctor. Default: they are not tried. */
  probe?(account: Account, probing: Probing): Promise<readonly Probed[]>;
  /** How a mirror reads the platform's messages; only for a platform with messages. */
  readonly messages?: { readonly readPass: ReadPass };
  /** How a mirror orders todos in this account; only for a platform with todos. */
  todoOrders?(account: Account): TodoOrders;
  /**
   * How the platform alters what it stores, as its channels have seen it: the fact in which they keep this
   * (`AccountAccess.remember`), and the kinds of alteration in it, for the doctor.
   */
  readonly alterations?: {
    readonly fact: string;
    readonly kindsIn: (fact: string | null) => readonly string[];
  };
  /** How long the platform accepts a call's timestamp, in ms; absent where calls carry none. */
  readonly timestampsLastMs?: number;
  /** An account on the sandbox, for `bida up` and the demo; only for platforms that the sandbox plays. */
  readonly sandbox?: {
    readonly account: string;
    readonly fields: (sandboxUrl: string) => Readonly<Record<string, unknown>>;
  };
}

/** A URL of http or https, as a field of an account. */
export const platformUrl = z.url({ protocol: /^https?$/ });

/** A secret, as a field of an account; in the file it stands as `${env:…}` or `${file:…}`. */
export const secret = z.string().min(1);

type AccountOf<Fields extends z.ZodRawShape> = AccountBase & z.output<z.ZodObject<Fields>>;
type Definition<Fields extends z.ZodRawShape> = Omit<Platform<AccountOf<Fields>>, "fields"> & {
  readonly fields: Fields;
};

const NAME = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * Defines a platform. Its methods get the account as its own `fields` have parsed it.
 *
 * @throws Error that names what is missing or wrong
 */
export function definePlatform<const Fields extends Platform["fields"]>(
  definition: Definition<Fields>,
): Platform {
  const fault = NAME.test(definition.name)
    ? faultOf(definition)
    : "expected a name of small letters, digits and -";
  if (fault !== null) throw new Error(`platform ${definition.name}: ${fault}`);
  return Object.freeze({ ...definition, [DEFINED]: true });
}

/** A registered symbol, because a platform from outside may bring its own copy of this module. */
const DEFINED = Symbol.for("bida.platform");

export function isPlatform(value: unknown): value is Platform {
  return typeof value === "object" && value !== null && DEFINED in value;
}

export function settingsOf(platform: Platform, account: AccountBase): AccountSettings {
  return { ...platform.settings?.(account), platform: platform.name };
}

export function targetOf(platform: Platform, account: AccountBase): Target {
  return platform.target?.(account) ?? { url: account.baseUrl, field: "baseUrl" };
}

/** All secrets of an account: what `secrets` returns, or else the values of its secret fields. */
export function secretsOf(platform: Platform, account: AccountBase): readonly (string | undefined)[] {
  if (platform.secrets !== undefined) return platform.secrets(account);
  return Object.entries(account).flatMap(([field, value]: [string, unknown]) =>
    platform.secretFields.includes(field) && typeof value === "string" ? [value] : [],
  );
}
