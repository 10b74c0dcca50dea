/**
 * Reads what the scripts count and group (scripts/lib/count.lua, groups.lua, to-send.lua).
 */
import { groupNamed } from "../delivery/dead-group.ts";
import type { CountedGroup, Counters, HeldLanes, Stretches, Tally } from "../operations/counters.ts";
import type { ListRange } from "../operations/ports.ts";
import type { ScriptedRedis } from "./connection.ts";
import { AccountKeys, type AccountScope } from "./keys.ts";
import { argsOf, READ_GROUPS, READ_STATS } from "./scripts.ts";

const UNIT = { minute: "", hour: "h" } as const;

export class CounterStore implements Counters {
  readonly #redis: ScriptedRedis;
  readonly #keys: AccountKeys;

  constructor(redis: ScriptedRedis, { prefix, account }: AccountScope) {
    this.#redis = redis;
    this.#keys = new AccountKeys(prefix, account);
  }

  async tallies({ unit, first, last, unitsEach }: Stretches): Promise<Tally[]> {
    const { base } = this.#keys;
    const found = (await this.#redis.bidaReadStats(
      base,
      ...argsOf(READ_STATS, { unit: UNIT[unit], firstUnit: first, lastUnit: last, unitsEach }),
    )) as (string | number)[];
    const tallies: Tally[] = [];
    for (let i = 0; i + 2 < found.length; i += 3) {
      const [stretch, name, count] = found.slice(i, i + 3);
      tallies.push({ stretch: Number(stretch), name: String(name), count: Number(count) });
    }
    return tallies;
  }

  async groups({ since, until }: Pick<ListRange, "since" | "until">): Promise<CountedGroup[]> {
    const range = argsOf(READ_GROUPS, { lowest: since ?? "-inf", highest: until ?? "+inf" });
    const found = (await this.#redis.bidaReadGroups(this.#keys.base, ...range)) as (string | number)[];
    const groups: CountedGroup[] = [];
    for (let i = 0; i + 5 < found.length; i += 6) {
      const [name, count, first, firstAt, latest, latestAt] = found.slice(i, i + 6);
      const group = groupNamed(String(name));
      if (group === null) continue;
      groups.push({
        ...group,
        count: Number(count),
        first: { id: String(first), at: Number(firstAt) },
        latest: { id: String(latest), at: Number(latestAt) },
      });
    }
    return groups;
  }

  async held(): Promise<HeldLanes> {
    const { lanesHeld, lanesWaiting } = this.#keys;
    const [lanes, waiting] = await Promise.all([this.#redis.zcard(lanesHeld), this.#redis.get(lanesWaiting)]);
    return { lanes, waiting: Number(waiting ?? "0") };
  }
}
