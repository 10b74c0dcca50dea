/**
 * Finds accounts whose platform was changed while they still have unfinished or dead deliveries of the former
 * platform, which could no longer be sent, checked or replayed.
 *
 * Decided by the deliveries themselves, because an operation belongs to one platform. The registry only shows
 * where to look: two configurations may be in use side by side, and a wrong refusal would keep a process from
 * starting.
 */
import type { Config } from "../config/config.ts";
import { operationOf } from "../platforms/operation.ts";
import { allPlatforms } from "../platforms/registry.ts";
import { AccountRegistry } from "../storage/account-registry.ts";
import type { ScriptedRedis } from "../storage/connection.ts";
import { operationsIn } from "../storage/operations-in.ts";
import { channelsOf } from "./platforms.ts";

export interface OtherPlatform {
  readonly name: string;
  readonly platform: string;
  readonly before: string;
  /** How many deliveries of the former platform are unfinished or dead. */
  readonly deliveries: number;
}

export async function ofAnotherPlatform(
  redis: ScriptedRedis,
  { accounts, redis: { prefix } }: Config,
): Promise<OtherPlatform[]> {
  const registered = await new AccountRegistry(redis, prefix).read();
  const changed = registered.filter(
    ({ name, platform }) => Object.hasOwn(accounts, name) && accounts[name]?.platform !== platform,
  );
  const found = await Promise.all(
    changed.map(async ({ name }): Promise<OtherPlatform[]> => {
      const settings = accounts[name];
      if (settings === undefined) return [];
      const byPlatform = new Map<string, number>();
      for (const [operation, count] of await operationsIn(redis, { prefix, account: name })) {
        const owner = ownerOf(operation);
        // The operation is of a newer version, or of a platform that is not loaded: its platform is unknown.
        if (owner === null || operationOf(channelsOf(settings), operation) !== null) continue;
        if (owner !== settings.platform) byPlatform.set(owner, count + (byPlatform.get(owner) ?? 0));
      }
      const { platform } = settings;
      return [...byPlatform].map(([before, deliveries]) => ({ name, platform, before, deliveries }));
    }),
  );
  return found.flat();
}

function ownerOf(operation: string): string | null {
  return allPlatforms().find(({ channels }) => operationOf(channels, operation) !== null)?.name ?? null;
}
