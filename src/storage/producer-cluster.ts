/**
 * A cluster for callers who wait for an answer.
 *
 * ioredis limits a command's time once a node has it. One that waits for the cluster itself would be kept for as long as
 * the cluster is away, and be carried out when it returns, long after its caller was told that it was not taken.
 */
import { Cluster, type ClusterNode, type ClusterOptions, type Command } from "ioredis";

interface Options extends Omit<ClusterOptions, "redisOptions"> {
  readonly redisOptions: Omit<NonNullable<ClusterOptions["redisOptions"]>, "replyMapping">;
}

export class ProducerCluster extends Cluster {
  #awaySince = performance.now();

  constructor(startupNodes: ClusterNode[], options: Options) {
    super(startupNodes, options);
    this.on("close", () => {
      // Each attempt to connect that fails closes it again.
      if (this.#awaySince === Infinity) this.#awaySince = performance.now();
    });
    this.on("ready", () => {
      this.#awaySince = Infinity;
    });
  }

  override sendCommand(...[command, stream, node]: Parameters<Cluster["sendCommand"]>): unknown {
    const withinMs = this.options.redisOptions?.commandTimeout ?? Infinity;
    const leftMs = leftOf(command, withinMs);
    // It was queued, or failed at a node and is tried again, and nobody waits for it any more.
    if (command.isSettled) return command.promise;
    // Keeps the queue from growing while the cluster is away.
    const isAway = this.status !== "ready" && performance.now() - this.#awaySince > withinMs;
    // This is how ioredis asks whether the cluster is ready again.
    if (leftMs <= 0 || (isAway && command.name !== "cluster")) {
      command.reject(new Error("Command timed out"));
      return command.promise;
    }
    if (leftMs < Infinity) command.setTimeout(leftMs);
    const sent = super.sendCommand(command, stream, node);
    keepSettled(command);
    return sent;
  }
}

/** When a command is given up; a command that is tried again does not begin anew. */
const until = new WeakMap<Command, number>();

function leftOf(command: Command, withinMs: number): number {
  const now = performance.now();
  const end = until.get(command) ?? now + withinMs;
  until.set(command, end);
  return end - now;
}

const kept = new WeakSet<Command>();

/** A node that is cut rejects what it has; the cluster would send that to another one though it has timed out. */
function keepSettled(command: Command): void {
  if (kept.has(command)) return;
  kept.add(command);
  const reject = command.reject.bind(command);
  command.reject = (error) => {
    if (!command.isSettled) reject(error);
  };
}
