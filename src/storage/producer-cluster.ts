/**
 * A cluster for callers who wait for an answer.
 *
 * ioredis limits the time of a command only once a node has it. A command that waits for the cluster itself
 * would be kept for as long as the cluster is away, and executed when it returns, long after its caller was
 * told that it had failed.
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
      // "close" is emitted again for each failed attempt to connect.
      if (this.#awaySince === Infinity) this.#awaySince = performance.now();
    });
    this.on("ready", () => {
      this.#awaySince = Infinity;
    });
  }

  override sendCommand(...[command, stream, node]: Parameters<Cluster["sendCommand"]>): unknown {
    const withinMs = this.options.redisOptions?.commandTimeout ?? Infinity;
    const leftMs = leftOf(command, withinMs);
    // A command that was queued, or is retried after a failure at a node, while nobody waits for it any more.
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

/** When a command is given up. A retry does not extend this time. */
const until = new WeakMap<Command, number>();

function leftOf(command: Command, withinMs: number): number {
  const now = performance.now();
  const end = until.get(command) ?? now + withinMs;
  until.set(command, end);
  return end - now;
}

const kept = new WeakSet<Command>();

/**
 * A node whose connection is cut rejects its commands. The cluster would send one that has already timed out to
 * another node.
 */
function keepSettled(command: Command): void {
  if (kept.has(command)) return;
  kept.add(command);
  const reject = command.reject.bind(command);
  command.reject = (error) => {
    if (!command.isSettled) reject(error);
  };
}
