/**
 * Reads the fleet's gauges, in the one process that has the turn: otherwise each process would report the same
 * deliveries.
 *
 * A process takes the turn when it is scraped, and keeps it for two and a half times the pause between its last two
 * scrapes. So the turn stays with one process, and another one takes over soon after a crash.
 */
import { randomUUID } from "node:crypto";
import type { Config } from "../config/config.ts";
import { measure, type Measured } from "../operations/measure.ts";
import type { OperationsContext } from "../operations/context.ts";
import { mastersOf, type ScriptedRedis } from "../storage/connection.ts";
import { Turn } from "../storage/turn.ts";
import type { Emit } from "../telemetry/events.ts";
import type { Fleet, FleetAccount, FleetReading } from "../telemetry/fleet.ts";
import { openOperations } from "./operations-context.ts";
import { emitRedisFailed } from "./running-worker.ts";

interface FleetSource {
  readonly context: OperationsContext;
  readonly redis: ScriptedRedis;
  readonly close: () => Promise<void>;
}

const SHORTEST_TURN_MS = 30_000;
const LONGEST_TURN_MS = 300_000;

export class FleetReader {
  readonly #open: () => FleetSource;
  readonly #prefix: string;
  readonly #name = randomUUID();
  #source: FleetSource | null = null;
  #askedAt: number | null = null;

  constructor(prefix: string, open: () => FleetSource) {
    this.#prefix = prefix;
    this.#open = open;
  }

  /** A reader that opens its own connection at the first read. */
  static of(config: Config, emit: Emit): FleetReader {
    const onError = emitRedisFailed(emit);
    return new FleetReader(config.redis.prefix, () => openOperations({ config, onError }));
  }

  async read(): Promise<FleetReading> {
    this.#source ??= this.#open();
    const { context, redis } = this.#source;
    const turn = new Turn(redis, { prefix: this.#prefix, what: "fleet-gauges", name: this.#name });
    try {
      if (!(await turn.take(this.#turnMs()))) return { kind: "elsewhere" };
      return await readFleet(context, redis);
    } catch (error) {
      if (context.isAway(error)) return { kind: "unavailable" };
      throw error;
    }
  }

  /** Gives the turn back, so that another process need not wait until it expires. */
  async close(): Promise<void> {
    const source = this.#source;
    this.#source = null;
    if (source === null) return;
    await new Turn(source.redis, { prefix: this.#prefix, what: "fleet-gauges", name: this.#name })
      .release()
      .catch(() => undefined);
    await source.close();
  }

  #turnMs(): number {
    const now = performance.now();
    const apart = this.#askedAt === null ? 0 : now - this.#askedAt;
    this.#askedAt = now;
    return Math.round(Math.min(LONGEST_TURN_MS, Math.max(SHORTEST_TURN_MS, apart * 2.5)));
  }
}

/** Reads the figures now, whoever has the turn. */
export async function readFleet(context: OperationsContext, redis: ScriptedRedis): Promise<FleetReading> {
  const measured = await measure(context);
  if (measured.kind === "unavailable") return { kind: "unavailable" };
  const now = context.now();
  return {
    kind: "read",
    accounts: measured.items.map((one) => accountOf(one, now)),
    refusedOrders: measured.refusedOrders,
    lostWrites: await latelyLost(context, now),
    redisMemory: await fullestOf(redis),
  };
}

const LATELY_MS = 3_600_000;

async function latelyLost({ workers }: OperationsContext, now: number): Promise<Fleet["lostWrites"]> {
  const lost = await workers.lostWrites();
  return lost === null || now - lost.noticedAt > LATELY_MS ? null : lost;
}

function accountOf({ account, isConfigured, health, oldestAgeMs }: Measured, now: number): FleetAccount {
  const { counts, reasons, deadCallbacks, failingCallbacks, oldestDeadAt, pause, tokens } = health;
  return {
    account,
    isConfigured,
    counts,
    reasons,
    deadCallbacks,
    failingCallbacks,
    oldestAgeMs,
    oldestDeadAgeMs: oldestDeadAt === null ? 0 : Math.max(0, now - oldestDeadAt),
    breaker: health.breaker.state,
    isPaused: pause !== null,
    tokens: tokens.map(({ scope, fetchedAt }) => ({
      scope,
      ageMs: fetchedAt === null ? null : now - fetchedAt,
    })),
  };
}

/** The memory of the fullest master. */
async function fullestOf(redis: ScriptedRedis): Promise<Fleet["redisMemory"]> {
  const each = await Promise.all(
    mastersOf(redis).map(async (master) => memoryIn(await master.info("memory"))),
  );
  const ratio = ({ used, most }: { used: number; most: number }): number => (most === 0 ? 0 : used / most);
  return each.toSorted((a, b) => ratio(b) - ratio(a))[0] ?? null;
}

function memoryIn(info: string): { used: number; most: number } {
  const field = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1] ?? 0);
  return { used: field("used_memory"), most: field("maxmemory") };
}
