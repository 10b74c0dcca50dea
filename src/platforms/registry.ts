/** The platforms that this process knows: those of this tree, and those that its configuration has loaded. */
import type { Channel } from "./channel.ts";
import { hainan } from "./hainan/platform.ts";
import type { Platform } from "./platform.ts";
import { yunzhijia } from "./yunzhijia/platform.ts";
import { yunzmall } from "./yunzmall/platform.ts";

const BUILT_IN: readonly Platform[] = [yunzhijia, hainan, yunzmall];

const known = new Map<string, Platform>(BUILT_IN.map((platform) => [platform.name, platform]));

/** False when another platform has that name, or another operation of that name exists. */
export function addPlatform(platform: Platform): boolean {
  const namesake = known.get(platform.name);
  if (namesake !== undefined) return namesake === platform;
  const taken = new Set(allChannels().flatMap(({ operations }) => Object.keys(operations)));
  const own = platform.channels.flatMap(({ operations }) => Object.keys(operations));
  if (own.some((name) => taken.has(name))) return false;
  known.set(platform.name, platform);
  return true;
}

export function allPlatforms(): readonly Platform[] {
  return [...known.values()];
}

/** @throws Error for a name that no configuration can hold */
export function platformNamed(name: string): Platform {
  const platform = known.get(name);
  if (platform === undefined) throw new Error(`there is no platform ${name}`);
  return platform;
}

/** The channels of every platform. */
export function allChannels(): readonly Channel[] {
  return allPlatforms().flatMap(({ channels }) => channels);
}
