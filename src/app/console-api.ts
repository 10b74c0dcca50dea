/**
 * Starts an API with the console, for people who watch a demo or a bench, with a key of its own and a login
 * link.
 */
import type { Config } from "../config/config.ts";
import type { Tuning } from "../config/policy-and-limits.ts";
import { newKey } from "../doors/cli/new-key.ts";
import { BidaClient } from "../doors/client/bida-client.ts";
import { startApi } from "./api.ts";

interface ConsoleApi {
  /** A login link for the console: works once, within ten minutes. */
  readonly link: string;
  readonly stop: () => Promise<void>;
}

export async function startConsoleApi(
  name: string,
  { config, tuning }: { readonly config: Config; readonly tuning: Tuning },
): Promise<ConsoleApi> {
  const { key, entry } = newKey({ name, role: "admin" });
  const keys = [{ name: entry.name, sha256: entry.sha256, role: "admin", rate: 1_000 } as const];
  const api = await startApi({
    config: { ...config, api: { ...config.api, port: 0, keys } },
    emit: () => undefined,
    tuning,
  });
  const { path } = await new BidaClient({ url: api.url, key }).sessions.makeLink();
  return { link: `${api.url}${path}`, stop: () => api.stop() };
}
