import type { Config } from "../../src/config/config.ts";
import { AccountKeys } from "../../src/storage/keys.ts";

/** The keys of one of a system's accounts, `yzj` unless said otherwise. */
export function keysOf({ config }: { readonly config: Config }, account = "yzj"): AccountKeys {
  return new AccountKeys(config.redis.prefix, account);
}
