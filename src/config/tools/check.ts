/**
 * Checks a configuration in the way in which the processes read it.
 */
import type { ConfigVerdict } from "../../doors/cli/environment.ts";
import { say } from "../../language/say.ts";
import { ConfigError } from "../config-error.ts";
import { configPath } from "../environment.ts";
import { loadConfig, type Config } from "../config.ts";

export function checkConfig(named: string | undefined): ConfigVerdict & { readonly config: Config | null } {
  const path = configPath(named);
  try {
    const config = loadConfig(path);
    return { path, problems: [], summary: summaryOf(config), config };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { path, problems: error.problems, summary: "", config: null };
  }
}

function summaryOf({ accounts, api, mirrors }: Config): string {
  const count = Object.keys(accounts).length;
  const keys = api.keys.length;
  return say("{accounts}, {keys}, {mirrors}", {
    accounts: count === 1 ? say("{count} account", { count }) : say("{count} accounts", { count }),
    keys: keys === 1 ? say("{count} API key", { count: keys }) : say("{count} API keys", { count: keys }),
    mirrors:
      mirrors.length === 1
        ? say("{count} mirror", { count: mirrors.length })
        : say("{count} mirrors", { count: mirrors.length }),
  });
}
