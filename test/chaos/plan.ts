/**
 * The plan of disturbances and their times: a pure function of the seed and the duration.
 */
import { Dice } from "./dice.ts";

/** How a wire is disturbed: see relay.ts. */
export type WireTrouble = "reset" | "refuse" | "freeze" | "mute" | "deaf" | "forget";
/** The index of a worker, or the connections of all workers and the producers. */
export type Whose = number | "everybody";

/** By FAILOVER, or by SIGKILL of the master just after its replica has stopped replicating. */
export type Promotion = "in order" | "by death";
/** Where a worker is stopped: see stops.ts. `anywhere`: wherever it happens to be. */
export type StopPoint = "connect" | "connected" | "sent" | "answered" | "anywhere";

export type Disturbance =
  | { readonly kind: "worker.kill"; readonly worker: number; readonly forMs: number }
  | { readonly kind: "worker.stop"; readonly worker: number; readonly forMs: number }
  | {
      readonly kind: "worker.freeze";
      readonly worker: number;
      readonly at: StopPoint;
      readonly forMs: number;
    }
  | {
      readonly kind: "worker.clock";
      readonly worker: number;
      readonly stepMs: number;
      readonly forMs: number;
    }
  | { readonly kind: "intake.kill"; readonly forMs: number }
  | { readonly kind: "account.away"; readonly account: string; readonly forMs: number }
  | { readonly kind: "redis.kill"; readonly forMs: number }
  | { readonly kind: "redis.promote"; readonly how: Promotion; readonly forMs: number }
  | {
      readonly kind: "redis.wire";
      readonly whose: Whose;
      readonly trouble: WireTrouble;
      readonly forMs: number;
    }
  | {
      readonly kind: "platform.wire";
      readonly whose: Whose;
      readonly trouble: WireTrouble;
      readonly forMs: number;
    }
  | { readonly kind: "platform.fault"; readonly fault: string; readonly forMs: number }
  | { readonly kind: "platform.readings"; readonly forMs: 0 }
  | { readonly kind: "tokens.die"; readonly forMs: 0 };

export type Planned = Disturbance & { readonly atMs: number };

const FAULTS = [
  "unavailable",
  "throttled",
  "error-before",
  "error-after",
  "token-down",
  "hang-after",
  "slow-drip",
  "lying-proxy",
  "encoded",
];
/** The clock steps by this much, and back when the disturbance ends. */
const CLOCK_STEPS_MS = [-3_600_000, -30_000, -2_000, 2_000, 30_000, 3_600_000];
const STOP_POINTS: readonly StopPoint[] = ["connect", "connected", "sent", "answered", "anywhere"];
/** Longer than a lease: when the worker continues, another one has taken over. */
const LONG_STOP_MS = { least: 11_000, most: 15_000 };
/** Average pause between two disturbances; shorter in a short run, so that it has enough of them. */
const PAUSE_MS = 1_500;
const LEAST_DISTURBANCES = 8;
/** No disturbance at the very beginning and end of the run: workers need time to start, and to meet the last one. */
const QUIET_MS = 1_000;
/** Longer than a lease lives: another worker takes over what this one has begun. */
const PARTITION_MS = { least: 12_000, most: 18_000 };
const PARTITION_EVERY_MS = 60_000;
/** An intake is killed this often, and at least once. */
const INTAKE_KILLED_EVERY_MS = 12_000;

export function planOf(
  seed: number,
  { durationMs, workers }: { durationMs: number; workers: number },
): Planned[] {
  const dice = new Dice(`plan ${seed}`);
  const disturbedMs = durationMs - 2 * QUIET_MS;
  const count = Math.max(LEAST_DISTURBANCES, Math.floor(disturbedMs / PAUSE_MS));
  const slot = disturbedMs / count;
  const deck = new Deck(dice, workers);
  const planned = Array.from({ length: count }, (_, index) => ({
    atMs: Math.round(QUIET_MS + index * slot + dice.between(0, slot)),
    ...deck.draw(),
  }));
  // From the middle of the run the platform follows the other reading of each document.
  const readings: Planned = { kind: "platform.readings", atMs: Math.round(durationMs / 2), forMs: 0 };
  const long = [...partitions(dice, durationMs, workers), ...longStops(dice, durationMs, workers)];
  return [...planned, ...long, ...intakeKills(seed, durationMs), readings].toSorted(
    (a, b) => a.atMs - b.atMs,
  );
}

/** Draws every kind once before any comes a second time. */
class Deck {
  readonly #dice: Dice;
  readonly #workers: number;
  #cards: (() => Disturbance)[] = [];
  #steps: number[] = [];

  constructor(dice: Dice, workers: number) {
    this.#dice = dice;
    this.#workers = workers;
  }

  draw(): Disturbance {
    if (this.#cards.length === 0) this.#cards = this.#dice.shuffled(this.#all());
    const card = this.#cards.pop();
    if (card === undefined) throw new Error("the deck is empty");
    return card();
  }

  /** Draws each clock step once before any comes a second time. */
  #nextStep(): number {
    if (this.#steps.length === 0) this.#steps = this.#dice.shuffled(CLOCK_STEPS_MS);
    return this.#steps.pop() ?? 0;
  }

  #all(): (() => Disturbance)[] {
    const dice = this.#dice;
    const worker = (): number => dice.below(this.#workers);
    const whose = (): Whose => (dice.chance(0.4) ? "everybody" : worker());
    const ms = (least: number, most: number): number => Math.round(dice.between(least, most));
    const redis: readonly WireTrouble[] = ["reset", "refuse", "freeze", "forget"];
    const platform: readonly WireTrouble[] = ["reset", "refuse", "mute", "deaf", "forget"];
    return [
      () => ({ kind: "worker.kill", worker: worker(), forMs: ms(100, 1_500) }),
      () => ({ kind: "worker.kill", worker: worker(), forMs: ms(100, 1_500) }),
      () => ({ kind: "worker.stop", worker: worker(), forMs: ms(0, 500) }),
      ...STOP_POINTS.map((at) => (): Disturbance => ({
        kind: "worker.freeze",
        worker: worker(),
        at,
        forMs: ms(500, 4_000),
      })),
      () => ({
        kind: "worker.clock",
        worker: worker(),
        stepMs: this.#nextStep(),
        forMs: ms(500, 3_000),
      }),
      () => ({ kind: "account.away", account: dice.pick(["yzj", "hn"]), forMs: ms(1_500, 4_000) }),
      () => ({ kind: "redis.kill", forMs: ms(100, 2_500) }),
      () => ({ kind: "redis.promote", how: "in order", forMs: ms(0, 1_500) }),
      () => ({ kind: "redis.promote", how: "by death", forMs: ms(0, 1_500) }),
      () => ({ kind: "redis.wire", whose: whose(), trouble: dice.pick(redis), forMs: ms(100, 1_500) }),
      () => ({ kind: "redis.wire", whose: whose(), trouble: "reset", forMs: ms(0, 100) }),
      () => ({ kind: "platform.wire", whose: whose(), trouble: dice.pick(platform), forMs: ms(200, 2_000) }),
      () => ({ kind: "platform.wire", whose: whose(), trouble: "deaf", forMs: ms(200, 1_000) }),
      () => ({ kind: "platform.fault", fault: dice.pick(FAULTS), forMs: ms(300, 1_500) }),
      () => ({ kind: "tokens.die", forMs: 0 }),
    ];
  }
}

/** A single worker loses Redis for a long time but still reaches the platform. */
function partitions(dice: Dice, durationMs: number, workers: number): Planned[] {
  const count = Math.floor(durationMs / PARTITION_EVERY_MS);
  return Array.from({ length: count }, (_, index): Planned => {
    const stretch = stretchOf(dice, index, PARTITION_MS);
    return {
      ...stretch,
      kind: "redis.wire",
      whose: dice.below(workers),
      trouble: dice.pick(["refuse", "freeze"]),
    };
  });
}

/** A random time span within the `index`-th period of `PARTITION_EVERY_MS`. */
function stretchOf(
  dice: Dice,
  index: number,
  { least, most }: { readonly least: number; readonly most: number },
): { readonly atMs: number; readonly forMs: number } {
  const forMs = Math.round(dice.between(least, most));
  const from = index * PARTITION_EVERY_MS;
  return { forMs, atMs: Math.round(dice.between(from, from + PARTITION_EVERY_MS - forMs)) };
}

/** A single worker is stopped for longer than its leases live, at the points where that does the most harm. */
function longStops(dice: Dice, durationMs: number, workers: number): Planned[] {
  const count = Math.floor(durationMs / PARTITION_EVERY_MS);
  return Array.from({ length: count }, (_, index): Planned => {
    const stretch = stretchOf(dice, index, LONG_STOP_MS);
    const at = (["connect", "connected", "sent", "answered"] as const)[index % 4] ?? "connect";
    return { ...stretch, kind: "worker.freeze", worker: dice.below(workers), at };
  });
}

/** Drawn from dice of their own, so that they do not change the rest of a seed's plan. */
function intakeKills(seed: number, durationMs: number): Planned[] {
  const dice = new Dice(`intake ${seed}`);
  const count = Math.max(1, Math.floor(durationMs / INTAKE_KILLED_EVERY_MS));
  const slot = (durationMs - QUIET_MS) / count;
  return Array.from({ length: count }, (_, index): Planned => ({
    atMs: Math.round(QUIET_MS + dice.between(index * slot, (index + 0.5) * slot)),
    kind: "intake.kill",
    forMs: Math.round(dice.between(100, 1_500)),
  }));
}

/** Its name in the report. */
export function nameOf(disturbance: Disturbance): string {
  switch (disturbance.kind) {
    case "worker.freeze":
      return `SIGSTOP ${disturbance.forMs > LONG_STOP_MS.least - 1 ? "for long, " : ""}${disturbance.at}`;
    case "worker.clock":
      return `clock ${disturbance.stepMs > 0 ? "+" : ""}${disturbance.stepMs} ms`;
    case "redis.promote":
      return `replica promoted ${disturbance.how}`;
    case "platform.fault":
      return `platform: ${disturbance.fault}`;
    case "redis.wire":
    case "platform.wire":
      return `${disturbance.kind} ${disturbance.trouble}`;
    case "worker.kill":
      return "SIGKILL of a worker";
    case "worker.stop":
      return "SIGTERM of a worker";
    case "intake.kill":
      return "SIGKILL of the intake";
    case "account.away":
      return "account removed";
    case "redis.kill":
      return "SIGKILL of Redis";
    case "platform.readings":
      return "the other readings";
    case "tokens.die":
      return "tokens die";
  }
}

/** One line for the log. */
export function wordsOf(disturbance: Disturbance): string {
  const lasting = disturbance.forMs === 0 ? "" : ` for ${disturbance.forMs} ms`;
  const who = (whose: Whose): string => (whose === "everybody" ? whose : `worker ${whose}`);
  switch (disturbance.kind) {
    case "worker.kill":
      return `SIGKILL worker ${disturbance.worker}, gone${lasting}`;
    case "worker.stop":
      return `SIGTERM worker ${disturbance.worker}, gone${lasting}`;
    case "worker.freeze":
      return `SIGSTOP worker ${disturbance.worker} (${disturbance.at})${lasting}`;
    case "worker.clock":
      return `the clock of worker ${disturbance.worker} steps by ${disturbance.stepMs} ms${lasting}`;
    case "intake.kill":
      return `SIGKILL the intake, gone${lasting}`;
    case "account.away":
      return `the account ${disturbance.account} leaves every configuration${lasting}`;
    case "redis.kill":
      return `SIGKILL Redis, gone${lasting}`;
    case "redis.promote":
      return `the replica is promoted ${disturbance.how}, not led to${lasting}`;
    case "platform.readings":
      return "the platform reads its documents the other way";
    case "redis.wire":
    case "platform.wire":
      return `${disturbance.kind} of ${who(disturbance.whose)}: ${disturbance.trouble}${lasting}`;
    case "platform.fault":
      return `platform: ${disturbance.fault}${lasting}`;
    case "tokens.die":
      return "all tokens die";
  }
}
