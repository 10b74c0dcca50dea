/**
 * The API as an administrator calls it, for as long as `act` lasts.
 */
import { startApi } from "../../src/app/api.ts";
import { newKey } from "../../src/doors/cli/new-key.ts";
import type { Setting } from "../contender.ts";
import { configOf } from "./setup.ts";

interface CalledApi {
  readonly url: string;
  readonly key: string;
}

export async function withApi(setting: Setting, act: (api: CalledApi) => Promise<void>): Promise<void> {
  const { key, entry } = newKey({ name: "bench", role: "admin" });
  const config = configOf(setting);
  const keys = [{ name: entry.name, sha256: entry.sha256, role: "admin", rate: 100_000 } as const];
  const api = await startApi({
    config: { ...config, api: { ...config.api, port: 0, keys } },
    emit: () => undefined,
  });
  try {
    await act({ url: api.url, key });
  } finally {
    await api.stop();
  }
}
