/**
 * The bench's side of `platform.ts`: starts it and reads what it counted.
 */
import { fileURLToPath } from "node:url";
import { request } from "undici";
import { OwnProcess } from "./own-process.ts";
import type { PlatformCount, Watched } from "./platform.ts";

export interface LocalPlatform {
  readonly url: string;
  count(): Promise<PlatformCount>;
  /** When sends arrived since the last reset, in milliseconds of the wall clock. */
  moments(): Promise<number[]>;
  /** Watches every todo until the next reset. */
  watch(): Promise<void>;
  /** Each watched todo: when its first byte arrived, and since when the platform shows it. */
  watched(): Promise<Watched[]>;
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export async function startLocalPlatform(): Promise<LocalPlatform> {
  const file = fileURLToPath(new URL("./platform.ts", import.meta.url));
  const running = new OwnProcess(process.execPath, { args: [file], name: "the local platform" });
  const { listening: url } = JSON.parse(await running.line()) as { listening: string };
  const ask = async (path: string): Promise<unknown> => {
    const { body } = await request(`${url}${path}`, { method: "POST" });
    return body.json();
  };
  return {
    url,
    count: async () => (await ask("/count")) as PlatformCount,
    moments: async () => (await ask("/moments")) as number[],
    watch: async () => {
      await ask("/watch");
    },
    watched: async () => (await ask("/watched")) as Watched[],
    reset: async () => {
      await ask("/reset");
    },
    stop: () => running.stop(),
  };
}
