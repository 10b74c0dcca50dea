/**
 * Reads Redis during the whole run, without a relay: does every unfinished delivery have a timer, and how many
 * have ended?
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";

const LOOK_EVERY_MS = 150;

/**
 * KEYS[1] base of the account's keys. Returns {unfinished, ended, id of one without a timer, …}. It is one
 * script, so that it sees a consistent state.
 */
const LOOK = `
local base, stuck, unfinished = KEYS[1], {}, 0
local time = redis.call("TIME")
-- To the millisecond: what is past its deadline by half a second is taken out of the lists already.
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function without(status, timers)
  for _, id in ipairs(redis.call("ZRANGE", base .. "status:" .. status, 0, -1)) do
    unfinished = unfinished + 1
    -- Whoever is behind its lane's head waits for that to end, at the latest for its deadline; and whose
    -- deadline has passed is not sent any more, and ends.
    local fields = redis.call("HMGET", base .. "d:" .. id, "turn", "deadline")
    local has = fields[1] ~= false or (fields[2] and tonumber(fields[2]) <= now)
    if not redis.call("ZSCORE", base .. "deadlines", id) then stuck[#stuck + 1] = "no deadline " .. id end
    for _, timer in ipairs(timers) do
      has = has or redis.call("ZSCORE", base .. timer, id) ~= false
    end
    if not has then stuck[#stuck + 1] = status .. " " .. id end
  end
end
local to_send = { "send:suspects" }
for _, family in ipairs({ "todo", "schedule", "task", "message" }) do
  to_send[#to_send + 1] = "send:due:" .. family
  to_send[#to_send + 1] = "send:ready:" .. family
end
without("queued", to_send)
without("retrying", to_send)
without("confirming", { "confirm:due", "confirm:leases" })
unfinished = unfinished + redis.call("ZCARD", base .. "send:leases")
local ended = 0
for _, status in ipairs({ "confirmed", "dead", "cancelled", "discarded" }) do
  ended = ended + redis.call("ZCARD", base .. "status:" .. status)
end
return { unfinished, ended, unpack(stuck) }
`;

interface Count {
  readonly unfinished: number;
  readonly ended: number;
}

interface Look extends Count {
  readonly at: number;
  /** Counts in the order of the accounts, so that progress of one does not hide that another is stuck. */
  readonly accounts: readonly Count[];
}

export class Watch {
  readonly looks: Look[] = [];
  readonly stuck = new Set<string>();
  readonly #redis: Redis;
  readonly #bases: readonly string[];

  constructor(redisUrl: string, bases: readonly string[]) {
    this.#bases = bases;
    this.#redis = new Redis(redisUrl, {
      protocol: 2,
      maxRetriesPerRequest: 0,
      commandTimeout: 1_000,
      retryStrategy: () => 50,
    });
    // Redis is killed now and then; a failed look only leaves a gap.
    this.#redis.on("error", () => undefined);
  }

  get latest(): Look | null {
    return this.looks.at(-1) ?? null;
  }

  async work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look().catch(() => null);
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => null);
    }
    this.#redis.disconnect();
  }

  async look(): Promise<Look> {
    const found = await Promise.all(this.#bases.map((base) => this.#redis.eval(LOOK, 1, base)));
    const accounts = (found as [number, number, ...string[]][]).map(([unfinished, ended, ...stuck]) => {
      for (const id of stuck) this.stuck.add(id);
      return { unfinished, ended };
    });
    const sum = (of: keyof Count): number => accounts.reduce((total, count) => total + count[of], 0);
    const look = { at: Date.now(), unfinished: sum("unfinished"), ended: sum("ended"), accounts };
    this.looks.push(look);
    return look;
  }

  /**
   * The longest time, in ms, between the end of a disturbance and the next delivery of an account that ended,
   * over all accounts. It includes the policy's pauses between checks.
   */
  slowestRecovery(endsOfDisturbances: readonly number[]): number {
    const recoveries = endsOfDisturbances.flatMap((end) =>
      this.#bases.map((_base, account) => this.#recoveryOf(account, end)),
    );
    return Math.max(0, ...recoveries);
  }

  #recoveryOf(account: number, end: number): number {
    const before = this.looks.findLast(({ at }) => at <= end)?.accounts[account];
    if (before === undefined || before.unfinished === 0) return 0;
    const after = this.looks.find(
      ({ at, accounts }) => at > end && (accounts[account]?.ended ?? 0) > before.ended,
    );
    return (after?.at ?? this.looks.at(-1)?.at ?? end) - end;
  }
}
