/**
 * Tickets: BullMQ jobs that wake a worker for one delivery. A ticket's id is the delivery's id and it
 * carries nothing else, so losing one loses nothing: the sweeper gives another.
 */
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { Promoted } from "../delivery/record.ts";

/** A delivery that is due later than this has no ticket yet: waiting costs one index entry. */
export const TICKET_HORIZON_MS = 30_000;

export function queueNames(prefix: string, account: string): { name: string; prefix: string } {
  return { name: "send", prefix: `${prefix}:{${account}}:bull` };
}

export interface Due {
  readonly id: string;
  readonly delayMs: number;
  /** 0 is first. */
  readonly priority: number;
}

export class TicketQueue {
  readonly #queue: Queue;
  readonly #redis: Redis;

  constructor(redis: Redis, prefix: string, account: string, onError: (error: Error) => void) {
    const names = queueNames(prefix, account);
    this.#redis = redis;
    this.#queue = new Queue(names.name, {
      connection: redis,
      prefix: names.prefix,
      skipVersionCheck: true,
      skipWaitingForReady: true,
      skipMetasUpdate: true,
      streams: { events: { maxLen: 100 } },
    });
    this.#queue.on("error", onError);
  }

  /** Adds tickets; one that exists already stays as it is. */
  async wake(due: readonly Due[]): Promise<void> {
    const soon = due.filter(({ delayMs }) => delayMs <= TICKET_HORIZON_MS);
    if (soon.length === 0) return;
    await this.#queue.addBulk(
      soon.map(({ id, delayMs, priority }) => ({
        name: "send",
        data: null,
        opts: {
          // The delivery's fate is ours: BullMQ tries once, and the worker removes what is done.
          jobId: id,
          ...(delayMs > 0 ? { delay: delayMs } : {}),
          ...(priority > 0 ? { priority } : {}),
        },
      })),
    );
  }

  /**
   * Rings now for deliveries that may have a ticket for later: the sweeper gives one to whoever is due
   * within its horizon, also behind a lane's head, and to add another would change nothing.
   */
  async ring(promoted: readonly Promoted[]): Promise<void> {
    const ids = promoted.map(({ id }) => id);
    const scores = await this.#redis.zmscore(this.#queue.toKey("delayed"), ...ids);
    const isDelayed = (_: unknown, index: number): boolean => scores[index] != null;
    const others = promoted.filter((_, index) => !isDelayed(_, index));
    await this.wake(others.map(({ id, priority }) => ({ id, delayMs: 0, priority })));
    await this.promote(ids.filter(isDelayed));
  }

  /** Which of these deliveries have no ticket. */
  async missing(ids: readonly string[]): Promise<Set<string>> {
    const pipeline = this.#redis.pipeline();
    for (const id of ids) pipeline.exists(this.#queue.toKey(id));
    const replies = (await pipeline.exec()) ?? [];
    return new Set(ids.filter((_, index) => replies[index]?.[1] === 0));
  }

  /** Rings delayed tickets whose time has long passed: BullMQ can stop promoting them. */
  async promote(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const ticket = await this.#queue.getJob(id);
      if (ticket === undefined || !(await ticket.isDelayed())) continue;
      try {
        await ticket.promote();
      } catch (error) {
        // Its time may have come between the look and the promotion.
        if (await ticket.isDelayed()) throw error;
      }
    }
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}
