/**
 * Carries out the plan: each disturbance at its time, and its end.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { PrivateRedis } from "../../src/dev/private-redis/private-redis.ts";
import type { FleetWorker } from "./fleet.ts";
import { wordsOf, type Disturbance, type Planned, type Whose } from "./plan.ts";
import type { Relay } from "./relay.ts";
import type { SandboxControl } from "./sandbox.ts";

export interface Scene {
  readonly redis: PrivateRedis;
  readonly sandbox: SandboxControl;
  readonly workers: readonly FleetWorker[];
  /** The producers' way to Redis. */
  readonly producers: Relay;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Resolves with the moments at which disturbances ended, when the last one has. */
export async function disturb(plan: readonly Planned[], scene: Scene): Promise<number[]> {
  const startedAt = performance.now();
  const ends: number[] = [];
  const turns = new Turns();
  await Promise.all(
    plan.map(async (planned) => {
      await sleep(Math.max(0, startedAt + planned.atMs - performance.now()), undefined, {
        signal: scene.signal,
      });
      // Two on the same thing come one after the other; on different things they overlap.
      await turns.take(thingOf(planned), async () => {
        scene.say(wordsOf(planned));
        await carryOut(planned, scene);
        ends.push(Date.now());
      });
    }),
  );
  return ends;
}

async function carryOut(disturbance: Disturbance, scene: Scene): Promise<void> {
  const { redis, sandbox } = scene;
  switch (disturbance.kind) {
    case "worker.kill": {
      const worker = workerOf(disturbance.worker, scene);
      await worker.kill();
      await sleep(disturbance.forMs);
      worker.start();
      return;
    }
    case "worker.stop": {
      const worker = workerOf(disturbance.worker, scene);
      worker.dismiss();
      await sleep(disturbance.forMs);
      worker.start();
      return;
    }
    case "worker.freeze": {
      const worker = workerOf(disturbance.worker, scene);
      worker.freeze();
      await sleep(disturbance.forMs);
      worker.thaw();
      return;
    }
    case "worker.clock": {
      const worker = workerOf(disturbance.worker, scene);
      worker.stepClock(disturbance.stepMs);
      await sleep(disturbance.forMs);
      worker.stepClock(-disturbance.stepMs);
      return;
    }
    case "account.away":
      for (const worker of scene.workers) worker.reconfigure(disturbance.account);
      await sleep(disturbance.forMs);
      for (const worker of scene.workers) worker.reconfigure(null);
      return;
    case "redis.kill":
      await redis.kill();
      await sleep(disturbance.forMs);
      await redis.restart();
      return;
    case "redis.wire":
    case "platform.wire": {
      const relays = relaysOf(disturbance.kind, disturbance.whose, scene);
      await Promise.all(relays.map((relay) => relay.begin(disturbance.trouble)));
      await sleep(disturbance.forMs);
      await Promise.all(relays.map((relay) => relay.end()));
      return;
    }
    case "platform.fault":
      await sandbox.misbehaveFor(disturbance.fault, disturbance.forMs);
      await sleep(disturbance.forMs);
      return;
    case "tokens.die":
      await sandbox.killTokens();
      return;
  }
}

function workerOf(index: number, { workers }: Scene): FleetWorker {
  const worker = workers[index];
  if (worker === undefined) throw new RangeError(`there is no worker ${index}`);
  return worker;
}

function relaysOf(kind: "redis.wire" | "platform.wire", whose: Whose, scene: Scene): readonly Relay[] {
  const of = (worker: FleetWorker): Relay => (kind === "redis.wire" ? worker.redis : worker.platform);
  if (whose !== "everybody") return [of(workerOf(whose, scene))];
  return [...scene.workers.map(of), ...(kind === "redis.wire" ? [scene.producers] : [])];
}

function thingOf(disturbance: Disturbance): string {
  switch (disturbance.kind) {
    case "worker.kill":
    case "worker.stop":
    case "worker.freeze":
    case "worker.clock":
      return `worker ${disturbance.worker}`;
    case "redis.wire":
    case "platform.wire":
      return disturbance.kind;
    case "account.away":
    case "redis.kill":
    case "platform.fault":
    case "tokens.die":
      return disturbance.kind;
  }
}

/** One after the other for each name. */
class Turns {
  readonly #last = new Map<string, Promise<void>>();

  async take(name: string, act: () => Promise<void>): Promise<void> {
    const mine = (this.#last.get(name) ?? Promise.resolve()).then(act);
    this.#last.set(name, mine);
    await mine;
  }
}
