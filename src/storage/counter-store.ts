/**
 * Reads the counters and groups that the scripts keep (scripts/lib/count.lua, groups.lua, to-send.lua).
 */
import { groupName, groupNamed, type DeadGroup } from "../delivery/dead-group.ts";
import type {
  CountedGroup,
  Counters,
  DeathTimes,
  GroupDetails,
  HeldLanes,
  Stretches,
  Tally,
} from "../operations/counters.ts";
import type { ListRange } from "../operations/ports.ts";
import type { ScriptedRedis } from "./connection.ts";
import { AccountKeys, type AccountScope } from "./keys.ts";
import { argsOf, READ_GROUP_DETAILS, READ_GROUPS, READ_STATS } from "./scripts.ts";
import { isEnded, type Delivery, type DeliveryState } from "../delivery/record.ts";
import { confirmStep } from "../delivery/time-to-confirm.ts";

/** Limits for any number of held lanes. Most held lanes delay nothing; each one that does is looked up. */
const LOOKED = { mostLanes: 1_000, mostLooked: 50 } as const;
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
    const found = await this.#redis.bidaReadStats(
      base,
      ...argsOf(READ_STATS, { named: { unit: UNIT[unit], firstUnit: first, lastUnit: last, unitsEach } }),
    );
    const tallies: Tally[] = [];
    for (let i = 0; i + 2 < found.length; i += 3) {
      const [stretch, name, count] = found.slice(i, i + 3);
      tallies.push({ stretch: Number(stretch), name: String(name), count: Number(count) });
    }
    return tallies;
  }

  async groups({ since, until }: Pick<ListRange, "since" | "until">): Promise<CountedGroup[]> {
    const range = argsOf(READ_GROUPS, { named: { lowest: since ?? "-inf", highest: until ?? "+inf" } });
    const found = await this.#redis.bidaReadGroups(this.#keys.base, ...range);
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

  async groupDetails(groups: readonly DeadGroup[], times: DeathTimes): Promise<GroupDetails[]> {
    if (groups.length === 0) return [];
    const args = argsOf(READ_GROUP_DETAILS, { named: { ...LOOKED, ...times }, rest: groups.map(groupName) });
    const found = await this.#redis.bidaReadGroupDetails(this.#keys.base, ...args);
    const each = 2 + times.stretches;
    return groups.map((_, at) => {
      const [lanes = 0, waiting = 0, ...deaths] = found.slice(at * each, (at + 1) * each);
      return { deaths, held: { lanes, waiting } };
    });
  }

  async held(): Promise<HeldLanes> {
    const { lanesHeld, lanesWaiting } = this.#keys;
    const [lanes, waiting] = await Promise.all([this.#redis.zcard(lanesHeld), this.#redis.get(lanesWaiting)]);
    return { lanes, waiting: Number(waiting ?? "0") };
  }
}

/**
 * The counters that one change of a delivery raises, in the hashes `stats:<minute>` and `stats:h<hour>`: their
 * names, separated by spaces; "" for none.
 */
export function talliesOf({ request, state: before }: Delivery, after: DeliveryState): string {
  if (before.status === after.status || !isEnded(after.status)) return "";
  // A restored discard was counted already, when it died.
  if (before.status === "discarded" && after.status === "dead") return "";
  if (after.status === "dead") return `dead:${after.reason}`;
  const step = after.status === "confirmed" && !isEnded(before.status) ? confirmStep(request, after) : null;
  return step === null ? after.status : `${after.status} took:${step}`;
}
