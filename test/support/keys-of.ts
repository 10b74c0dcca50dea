import type { Config } from "../../src/config/config.ts";
import { AccountKeys } from "../../src/storage/keys.ts";

/** The keys of an account of a system, by default of `yzj`. */
export function keysOf({ config }: { readonly config: Config }, account = "yzj"): AccountKeys {
  return new AccountKeys(config.redis.prefix, account);
}
