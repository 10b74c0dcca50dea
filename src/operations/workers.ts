/**
 * The running processes: each reports every few seconds, and is dropped when it has not reported for a while.
 */
import { isoMoment } from "./moment.ts";
import { whenReachable, type OperationsContext, type Unavailable } from "./context.ts";

export const WORKER_ROLES = ["delivery", "api", "callback", "mirror", "intake", "outbox"] as const;
export type WorkerRole = (typeof WORKER_ROLES)[number];

/** How long ago a worker looked for due sends, and was woken (null if it never was), in ms. */
export interface AccountLook {
  readonly account: string;
  readonly lookedMs: number;
  readonly wokenMs: number | null;
}

export interface WorkerEntry {
  readonly id: string;
  readonly role: WorkerRole;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly startedAt: number;
  readonly accounts: readonly string[];
  /** A digest of its configuration without secrets: processes whose digests differ run with different configurations. */
  readonly configDigest: string;
  /** Why the process is not ready; empty if it is. */
  readonly reasons: readonly string[];
  readonly memoryBytes: number;
  readonly looks: readonly AccountLook[];
}

export interface SeenWorker extends WorkerEntry {
  readonly seenAt: number;
}

/** Redis has come back with older data, or a failover has lost writes. Times in ms of Redis' clock. */
export interface LostWrites {
  /** What was written after this is lost; null if nothing is left. */
  readonly from: number | null;
  /** The latest time of which it is known that Redis had it. */
  readonly to: number;
}

export interface NoticedLoss extends LostWrites {
  readonly noticedAt: number;
}

export interface WorkerRegistry {
  announce(entry: WorkerEntry): Promise<void>;
  forget(id: string): Promise<void>;
  list(): Promise<readonly SeenWorker[]>;
  /** What running processes noticed in the last seven days; the latest, or null. */
  lostWrites(): Promise<NoticedLoss | null>;
}

type WorkersResult = { readonly kind: "workers"; readonly items: readonly WorkerView[] } | Unavailable;

export async function listWorkers(context: OperationsContext): Promise<WorkersResult> {
  return whenReachable({ context }, async (): Promise<WorkersResult> => {
    const seen = await context.workers.list();
    const usual = mostCommon(seen.map(({ configDigest }) => configDigest));
    return {
      kind: "workers",
      items: seen.map((worker) => workerView(worker, { usual, now: context.now() })),
    };
  });
}

function workerView(
  { startedAt, seenAt, looks: _looks, ...told }: SeenWorker,
  { usual, now }: { readonly usual: string | null; readonly now: number },
) {
  return {
    ...told,
    startedAt: isoMoment(startedAt),
    uptimeMs: Math.max(0, now - startedAt),
    seenAt: isoMoment(seenAt),
    hasOtherConfig: usual !== null && told.configDigest !== usual,
  };
}

type WorkerView = ReturnType<typeof workerView>;

function mostCommon(digests: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const digest of digests) counts.set(digest, (counts.get(digest) ?? 0) + 1);
  const [first] = [...counts].toSorted(([, a], [, b]) => b - a);
  return first?.[0] ?? null;
}
