/**
 * Carries out the plan: begins and ends each disturbance at its time.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { FleetWorker } from "./fleet.ts";
import { nameOf, wordsOf, type Disturbance, type Planned, type Whose } from "./plan.ts";
import type { RedisPair } from "./redis-pair.ts";
import type { Relay } from "./relay.ts";
import type { SandboxControl } from "./sandbox.ts";

interface Scene {
  readonly redis: RedisPair;
  readonly sandbox: SandboxControl;
  readonly workers: readonly FleetWorker[];
  readonly intake: FleetWorker;
  /** The relay between the producers and Redis. */
  readonly producers: Relay;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface Disturbed {
  /** When the disturbances ended, in milliseconds of the wall clock. */
  readonly ends: readonly number[];
  /** Their names in the report. */
  readonly names: readonly string[];
}

/** Resolves when the last disturbance has ended. */
export async function disturb(plan: readonly Planned[], scene: Scene): Promise<Disturbed> {
  const startedAt = performance.now();
  const ends: number[] = [];
  const names: string[] = [];
  const turns = new Turns();
  await Promise.all(
    plan.map(async (planned) => {
      await sleep(Math.max(0, startedAt + planned.atMs - performance.now()), undefined, {
        signal: scene.signal,
      });
      // Two disturbances of one thing run one after the other; those of different things overlap.
      await turns.take(thingOf(planned), async () => {
        scene.say(wordsOf(planned));
        names.push(nameOf(await carryOut(planned, scene)));
        ends.push(Date.now());
      });
    }),
  );
  return { ends, names };
}

/** Returns the disturbance as it was carried out. */
async function carryOut(disturbance: Disturbance, scene: Scene): Promise<Disturbance> {
  const { redis, sandbox } = scene;
  switch (disturbance.kind) {
    case "worker.kill": {
      const worker = workerOf(disturbance.worker, scene);
      await worker.kill();
      await sleep(disturbance.forMs);
      worker.start();
      return disturbance;
    }
    case "worker.stop": {
      const worker = workerOf(disturbance.worker, scene);
      worker.dismiss();
      await sleep(disturbance.forMs);
      worker.start();
      return disturbance;
    }
    case "worker.freeze": {
      const worker = workerOf(disturbance.worker, scene);
      const at = await worker.freeze(disturbance.at);
      await sleep(disturbance.forMs);
      worker.thaw();
      return { ...disturbance, at };
    }
    case "worker.clock": {
      const worker = workerOf(disturbance.worker, scene);
      worker.stepClock(disturbance.stepMs);
      await sleep(disturbance.forMs);
      worker.stepClock(-disturbance.stepMs);
      return disturbance;
    }
    case "intake.kill":
      await scene.intake.kill();
      await sleep(disturbance.forMs);
      scene.intake.start();
      return disturbance;
    case "account.away":
      for (const worker of scene.workers) worker.reconfigure(disturbance.account);
      await sleep(disturbance.forMs);
      for (const worker of scene.workers) worker.reconfigure(null);
      return disturbance;
    case "redis.kill":
      await redis.kill();
      await sleep(disturbance.forMs);
      await redis.restart();
      return disturbance;
    case "redis.wire":
    case "platform.wire": {
      const relays = relaysOf(disturbance.kind, disturbance.whose, scene);
      await Promise.all(relays.map((relay) => relay.begin(disturbance.trouble)));
      await sleep(disturbance.forMs);
      await Promise.all(relays.map((relay) => relay.end()));
      return disturbance;
    }
    case "platform.fault":
      await sandbox.misbehaveFor(disturbance.fault, disturbance.forMs);
      await sleep(disturbance.forMs);
      return disturbance;
    case "redis.promote":
      await redis.promote(disturbance.how, disturbance.forMs);
      return disturbance;
    case "platform.readings":
      await sandbox.readTheOtherWay();
      return disturbance;
    case "tokens.die":
      await sandbox.killTokens();
      return disturbance;
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
  return [...scene.workers.map(of), of(scene.intake), ...(kind === "redis.wire" ? [scene.producers] : [])];
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
    case "redis.kill":
    case "redis.promote":
      return "redis";
    case "intake.kill":
    case "account.away":
    case "platform.fault":
    case "platform.readings":
    case "tokens.die":
      return disturbance.kind;
  }
}

/** Runs the actions of one name one after the other. */
class Turns {
  readonly #last = new Map<string, Promise<void>>();

  async take(name: string, act: () => Promise<void>): Promise<void> {
    const mine = (this.#last.get(name) ?? Promise.resolve()).then(act);
    this.#last.set(name, mine);
    await mine;
  }
}
