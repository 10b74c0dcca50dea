/**
 * How the sandbox misbehaves: scripted call by call, or by seeded probability (DESIGN section 10).
 *
 * Scripted faults come first, in the order they were set. Each endpoint has a random stream of its own,
 * so that one endpoint's traffic does not change another's luck.
 */
import { z } from "zod";

export const FAULTS = [
  "refuse",
  "hang",
  "cut-before",
  "cut-after",
  "error-before",
  "error-after",
  "throttled",
  "unavailable",
  "not-stored",
  "late",
  "bad-recipients",
  "busy",
  "token-expired",
  "token-down",
  "check-throttled",
  "broken-json",
  "huge-body",
  "slow-drip",
] as const;
export type FaultName = (typeof FAULTS)[number];

const parameters = {
  /** Of error-before and error-after. Default 500. */
  status: z.union([z.literal(500), z.literal(502), z.literal(504)]).optional(),
  /** Of throttled and unavailable. Default 1. */
  retryAfterSeconds: z.number().min(0).optional(),
  /** Retry-After as a date instead of seconds. */
  httpDate: z.boolean().optional(),
  /** Of late: how long a stored item stays invisible (before the time scale). Default 20,000. */
  lateMs: z.number().min(0).optional(),
  /** Of bad-recipients: who is bad. */
  openIds: z.array(z.string()).optional(),
  /** Of slow-drip: how long the answer takes. Default 30,000. */
  totalMs: z.number().min(0).optional(),
};

const scripted = z.strictObject({
  fault: z.enum(FAULTS),
  /** `token`, `todo.create`, `todo.action`, `todo.check` or `*`. */
  endpoint: z.string().default("*"),
  account: z.string().optional(),
  /** How many calls it hits; -1 until cleared. */
  times: z.number().int().min(-1).default(1),
  ...parameters,
});

export const faultsInput = z.strictObject({
  clear: z.boolean().default(false),
  script: z.array(scripted).default([]),
  random: z
    .strictObject({
      rates: z.partialRecord(z.enum(FAULTS), z.number().min(0).max(1)),
      endpoints: z.array(z.string()).optional(),
      parameters: z.strictObject(parameters).default({}),
    })
    .nullable()
    .optional(),
});

export type Fault = { readonly name: FaultName } & {
  readonly [Name in keyof typeof parameters]?: z.output<(typeof parameters)[Name]>;
};
type Scripted = z.output<typeof scripted>;
type RandomFaults = NonNullable<z.output<typeof faultsInput>["random"]>;

/** Faults that make sense for an endpoint; a random one is drawn only from these. */
const APPLIES: Partial<Record<FaultName, RegExp>> = {
  "cut-after": /^todo\.(create|action)$/,
  "error-after": /^todo\.(create|action)$/,
  "not-stored": /^todo\.(create|action)$/,
  late: /^todo\.create$/,
  "bad-recipients": /^todo\.create$/,
  busy: /^todo\.(create|action)$/,
  "check-throttled": /^todo\.check$/,
  "token-expired": /^todo\./,
  "token-down": /^token$/,
};

export class Faults {
  readonly #seed: number;
  readonly #streams = new Map<string, () => number>();
  #script: Scripted[] = [];
  #random: RandomFaults | null = null;

  constructor(seed: number) {
    this.#seed = seed;
  }

  set(input: z.output<typeof faultsInput>): void {
    if (input.clear) this.#script = [];
    if (input.clear || input.random === null) this.#random = null;
    this.#script.push(...input.script.map((fault) => ({ ...fault })));
    if (input.random !== undefined) this.#random = input.random;
  }

  show(): unknown {
    return { script: this.#script, random: this.#random };
  }

  /** The fault that hits this call, if any. */
  next(endpoint: string, account: string): Fault | null {
    return this.#nextScripted(endpoint, account) ?? this.#nextRandom(endpoint);
  }

  #nextScripted(endpoint: string, account: string): Fault | null {
    const index = this.#script.findIndex(
      (fault) =>
        (fault.endpoint === "*" || fault.endpoint === endpoint) &&
        (fault.account === undefined || fault.account === account),
    );
    const hit = this.#script[index];
    if (hit === undefined) return null;
    if (hit.times === 1) this.#script.splice(index, 1);
    else if (hit.times > 1) hit.times -= 1;
    const { fault: name, endpoint: _endpoint, account: _account, times: _times, ...rest } = hit;
    return { name, ...rest } as Fault;
  }

  #nextRandom(endpoint: string): Fault | null {
    const random = this.#random;
    if (random === null || (random.endpoints !== undefined && !random.endpoints.includes(endpoint))) return null;
    let luck = this.#stream(endpoint)();
    for (const name of FAULTS) {
      const rate = random.rates[name] ?? 0;
      if (rate === 0 || !(APPLIES[name]?.test(endpoint) ?? true)) continue;
      if (luck < rate) return { name, ...random.parameters } as Fault;
      luck -= rate;
    }
    return null;
  }

  #stream(endpoint: string): () => number {
    let stream = this.#streams.get(endpoint);
    if (stream === undefined) {
      const seed = [...endpoint].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16777619), this.#seed);
      stream = mulberry32(seed);
      this.#streams.set(endpoint, stream);
    }
    return stream;
  }
}

/** A small seeded generator of numbers from 0 to 1 (Tommy Ettinger's mulberry32, public domain). */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
