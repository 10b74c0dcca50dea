/**
 * Checks a configuration as the processes would read it.
 */
import type { ConfigVerdict } from "../../doors/cli/environment.ts";
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
  const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;
  return [
    counted(Object.keys(accounts).length, "account"),
    counted(api.keys.length, "API key"),
    counted(mirrors.length, "mirror"),
  ].join(", ");
}
