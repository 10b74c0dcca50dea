/**
 * The BullMQ worker that serves the tickets of one account.
 *
 * A re-timed ticket costs no attempt. Locks are short, so that a killed worker's tickets come back in
 * 10 to 15 s, and stalls are never counted against a delivery: its fate is decided by its record.
 */
import { DelayedError, UnrecoverableError, Worker, type Job } from "bullmq";
import type { Redis } from "ioredis";
import type { TicketFate } from "../pipeline/send-delivery.ts";
import { queueNames, TICKET_HORIZON_MS } from "./tickets.ts";
import { within } from "./within.ts";

export interface SendWorkerOptions {
  readonly connection: Redis;
  readonly prefix: string;
  readonly account: string;
  readonly concurrency: number;
  readonly serve: (id: string) => Promise<TicketFate>;
  readonly onError: (error: Error) => void;
}

const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;

export class SendWorker {
  readonly #worker: Worker;
  readonly #serve: SendWorkerOptions["serve"];

  constructor({ connection, prefix, account, concurrency, serve, onError }: SendWorkerOptions) {
    const names = queueNames(prefix, account);
    this.#serve = serve;
    this.#worker = new Worker(names.name, async (job, token) => this.#process(job, token), {
      connection,
      prefix: names.prefix,
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
      skipVersionCheck: true,
    });
    this.#worker.on("error", onError);
    this.#worker.on("failed", (_job, error) => onError(error));
  }

  async #process(job: Job, token: string | undefined): Promise<void> {
    const { id } = job;
    if (id === undefined) return;
    if (job.name !== "send" || job.data !== null) {
      // Somebody else's job: it is not ours to do, nor to throw away. It stays among the failed ones.
      job.opts.removeOnFail = false;
      throw new UnrecoverableError(
        `a job that is no ticket of Bida's was found on its queue: ${JSON.stringify(job.name).slice(0, 100)}, id ${id}; producers enqueue through the API or the command line`,
      );
    }
    const fate = await this.#serve(id);
    // A long wait needs no ticket: the sweeper brings one when the time is near.
    if (fate.kind === "served" || fate.delayMs > TICKET_HORIZON_MS) return;
    const options = { skipAttempt: true };
    await this.#worker.getBackend().moveToDelayed(id, Date.now(), fate.delayMs, token ?? "", options);
    throw new DelayedError();
  }

  /** Takes no new tickets and resolves when those at work are done, or after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    const closing = this.#worker
      .close()
      .catch((error: unknown) => this.#worker.emit("error", asError(error)));
    // BullMQ's close has no deadline of its own and hangs when Redis is away.
    await within(graceMs, closing);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
