/**
 * What is going to be disturbed, and when: a pure function of the seed and the duration.
 */
import { Dice } from "./dice.ts";

/** How a wire is disturbed: see relay.ts. */
export type WireTrouble = "reset" | "refuse" | "freeze" | "mute" | "deaf";
/** The index of a worker, or everybody's wire, the producers' included. */
export type Whose = number | "everybody";

export type Disturbance =
  | { readonly kind: "worker.kill"; readonly worker: number; readonly forMs: number }
  | { readonly kind: "worker.stop"; readonly worker: number; readonly forMs: number }
  | { readonly kind: "worker.freeze"; readonly worker: number; readonly forMs: number }
  | {
      readonly kind: "worker.clock";
      readonly worker: number;
      readonly stepMs: number;
      readonly forMs: number;
    }
  | { readonly kind: "account.away"; readonly account: string; readonly forMs: number }
  | { readonly kind: "redis.kill"; readonly forMs: number }
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
/** There and, when it is over, back again. */
const CLOCK_STEPS_MS = [-3_600_000, -30_000, -2_000, 2_000, 30_000, 3_600_000];
/** Between two disturbances, on average; less where the whole run is short, so that it has some. */
const PAUSE_MS = 1_500;
const LEAST_DISTURBANCES = 8;
/** Workers need some seconds to start, and the last disturbance is seen by somebody. */
const QUIET_MS = 1_000;
/** Longer than a ticket's lock lives: somebody else takes over what this worker has begun. */
const PARTITION_MS = { least: 12_000, most: 18_000 };
const PARTITION_EVERY_MS = 60_000;

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
  return [...planned, ...partitions(dice, durationMs, workers)].toSorted((a, b) => a.atMs - b.atMs);
}

/** Every kind once before any comes twice. */
class Deck {
  readonly #dice: Dice;
  readonly #workers: number;
  #cards: (() => Disturbance)[] = [];

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

  #all(): (() => Disturbance)[] {
    const dice = this.#dice;
    const worker = (): number => dice.below(this.#workers);
    const whose = (): Whose => (dice.chance(0.4) ? "everybody" : worker());
    const ms = (least: number, most: number): number => Math.round(dice.between(least, most));
    const redis: readonly WireTrouble[] = ["reset", "refuse", "freeze"];
    const platform: readonly WireTrouble[] = ["reset", "refuse", "mute", "deaf"];
    return [
      () => ({ kind: "worker.kill", worker: worker(), forMs: ms(100, 1_500) }),
      () => ({ kind: "worker.kill", worker: worker(), forMs: ms(100, 1_500) }),
      () => ({ kind: "worker.stop", worker: worker(), forMs: ms(0, 500) }),
      () => ({ kind: "worker.freeze", worker: worker(), forMs: ms(500, 4_000) }),
      () => ({
        kind: "worker.clock",
        worker: worker(),
        stepMs: dice.pick(CLOCK_STEPS_MS),
        forMs: ms(500, 3_000),
      }),
      () => ({ kind: "account.away", account: dice.pick(["yzj", "hn"]), forMs: ms(1_500, 4_000) }),
      () => ({ kind: "redis.kill", forMs: ms(100, 2_500) }),
      () => ({ kind: "redis.wire", whose: whose(), trouble: dice.pick(redis), forMs: ms(100, 1_500) }),
      () => ({ kind: "redis.wire", whose: whose(), trouble: "reset", forMs: ms(0, 100) }),
      () => ({ kind: "platform.wire", whose: whose(), trouble: dice.pick(platform), forMs: ms(200, 2_000) }),
      () => ({ kind: "platform.wire", whose: whose(), trouble: "deaf", forMs: ms(200, 1_000) }),
      () => ({ kind: "platform.fault", fault: dice.pick(FAULTS), forMs: ms(300, 1_500) }),
      () => ({ kind: "tokens.die", forMs: 0 }),
    ];
  }
}

/** One worker alone loses Redis for long, while it still reaches the platform. */
function partitions(dice: Dice, durationMs: number, workers: number): Planned[] {
  const count = Math.floor(durationMs / PARTITION_EVERY_MS);
  return Array.from({ length: count }, (_, index): Planned => {
    const forMs = Math.round(dice.between(PARTITION_MS.least, PARTITION_MS.most));
    const atMs = Math.round(
      dice.between(index * PARTITION_EVERY_MS, (index + 1) * PARTITION_EVERY_MS - forMs),
    );
    return {
      atMs,
      kind: "redis.wire",
      whose: dice.below(workers),
      trouble: dice.pick(["refuse", "freeze"]),
      forMs,
    };
  });
}

/** One line for the person who watches. */
export function wordsOf(disturbance: Disturbance): string {
  const lasting = disturbance.forMs === 0 ? "" : ` for ${disturbance.forMs} ms`;
  const who = (whose: Whose): string => (whose === "everybody" ? whose : `worker ${whose}`);
  switch (disturbance.kind) {
    case "worker.kill":
      return `SIGKILL worker ${disturbance.worker}, gone${lasting}`;
    case "worker.stop":
      return `SIGTERM worker ${disturbance.worker}, gone${lasting}`;
    case "worker.freeze":
      return `SIGSTOP worker ${disturbance.worker}${lasting}`;
    case "worker.clock":
      return `the clock of worker ${disturbance.worker} steps by ${disturbance.stepMs} ms${lasting}`;
    case "account.away":
      return `the account ${disturbance.account} leaves every configuration${lasting}`;
    case "redis.kill":
      return `SIGKILL Redis, gone${lasting}`;
    case "redis.wire":
    case "platform.wire":
      return `${disturbance.kind} of ${who(disturbance.whose)}: ${disturbance.trouble}${lasting}`;
    case "platform.fault":
      return `platform: ${disturbance.fault}${lasting}`;
    case "tokens.die":
      return "all tokens die";
  }
}
