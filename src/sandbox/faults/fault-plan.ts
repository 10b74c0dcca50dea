/**
 * Which faults will happen: a script, used up in order by the calls that it matches, and random faults, with
 * one seeded draw for each call.
 *
 * Invariant: for one seed, the n-th call to an endpoint under the same rates
 * meets the same random fault, whatever happens at the other endpoints.
 */
import { z } from "zod";
import type { Clock } from "../clock.ts";
import { type Endpoint, type EndpointName, endpointNames } from "../endpoint.ts";
import {
  appliesTo,
  type Fault,
  type FaultName,
  faultNames,
  faultSchema,
  faultWith,
  parameterNames,
} from "./catalogue.ts";
import { type RandomStream, randomStream } from "./random-stream.ts";

const endpointPattern = z.enum(["*", ...endpointNames]);
const faultName = z.enum(faultNames);

const scriptEntrySchema = z
  .looseObject({
    endpoint: endpointPattern.default("*"),
    account: z.string().optional(),
    times: z.union([z.literal(-1), z.number().int().positive()]).optional(),
    forMs: z.number().positive().optional(),
  })
  .transform(({ endpoint, account, times, forMs, ...rest }, context) => {
    const fault = faultSchema.safeParse(rest);
    if (!fault.success) {
      context.addIssue({ code: "custom", message: z.prettifyError(fault.error) });
      return z.NEVER;
    }
    // A fault with a duration and no count lasts for that duration.
    return { fault: fault.data, endpoint, account, times: times ?? (forMs === undefined ? 1 : -1), forMs };
  });

const randomSchema = z
  .strictObject({
    rates: z.partialRecord(faultName, z.number().min(0).max(1)),
    endpoints: z.array(endpointPattern).default(["*"]),
    account: z.string().optional(),
    forMs: z.number().positive().optional(),
    parameters: z
      .record(z.string(), z.unknown())
      .refine((given) => Object.keys(given).every((name) => parameterNames.has(name)), {
        message: `known parameters: ${[...parameterNames].join(", ")}`,
      })
      .default({}),
  })
  .transform(({ rates, parameters, ...rest }, context) => {
    const slices: { fault: Fault; rate: number }[] = [];
    for (const name of faultNames) {
      const fault = faultSchema.safeParse(faultWith(name, parameters));
      if (!fault.success) {
        context.addIssue({ code: "custom", message: `${name}: ${z.prettifyError(fault.error)}` });
        return z.NEVER;
      }
      const rate = rates[name] ?? 0;
      if (rate > 0) slices.push({ fault: fault.data, rate });
    }
    const sum = slices.reduce((total, slice) => total + slice.rate, 0);
    if (sum > 1 + 1e-9) context.addIssue({ code: "custom", message: `rates add up to ${sum}, more than 1` });
    return { slices, ...rest };
  });

export const faultRequestSchema = z.strictObject({
  clear: z.boolean().default(false),
  script: z.array(scriptEntrySchema).max(10_000).default([]),
  random: randomSchema.nullish(),
});

type FaultRequest = z.infer<typeof faultRequestSchema>;
type ScriptEntry = FaultRequest["script"][number] & { readonly until: number };
type RandomPlan = NonNullable<FaultRequest["random"]> & { readonly until: number };

export class FaultPlan {
  readonly #seed: string;
  readonly #clock: Clock;
  #script: ScriptEntry[] = [];
  #random: RandomPlan | null = null;
  #streams = new Map<EndpointName, RandomStream>();

  constructor(seed: string, clock: Clock) {
    this.#seed = seed;
    this.#clock = clock;
  }

  change(request: FaultRequest): void {
    if (request.clear) this.#forget();
    const until = (forMs: number | undefined): number =>
      forMs === undefined ? Number.POSITIVE_INFINITY : this.#clock.now() + this.#clock.scaled(forMs);
    for (const entry of request.script) this.#script.push({ ...entry, until: until(entry.forMs) });
    if (request.random === null) this.#random = null;
    else if (request.random) this.#random = { ...request.random, until: until(request.random.forMs) };
  }

  reset(): void {
    this.#forget();
    this.#streams.clear();
  }

  describe(): { script: unknown[]; random: unknown } {
    return {
      script: this.#script.map(({ fault, endpoint, account, times }) => ({
        ...fault,
        endpoint,
        account,
        times,
      })),
      random: this.#random && { slices: this.#random.slices, endpoints: this.#random.endpoints },
    };
  }

  draw(
    endpoint: Endpoint,
    { account, at }: { readonly account: string | null; readonly at: number },
  ): Fault | null {
    const random = this.#drawRandom(endpoint, { account, at });
    return this.#takeScripted(endpoint, { account, at }) ?? random;
  }

  #takeScripted(
    endpoint: Endpoint,
    { account, at }: { readonly account: string | null; readonly at: number },
  ): Fault | null {
    if (this.#script.length === 0) return null;
    this.#script = this.#script.filter((entry) => at < entry.until);
    const index = this.#script.findIndex(
      (entry) =>
        covers({ patterns: [entry.endpoint], wantedAccount: entry.account }, { endpoint, account }) &&
        fits(entry.fault, endpoint),
    );
    const entry = this.#script[index];
    if (!entry) return null;
    if (entry.times === 1) this.#script.splice(index, 1);
    else if (entry.times > 1) this.#script[index] = { ...entry, times: entry.times - 1 };
    return entry.fault;
  }

  #drawRandom(
    endpoint: Endpoint,
    { account, at }: { readonly account: string | null; readonly at: number },
  ): Fault | null {
    const plan = this.#random;
    if (
      !plan ||
      at >= plan.until ||
      !covers({ patterns: plan.endpoints, wantedAccount: plan.account }, { endpoint, account })
    )
      return null;
    let point = this.#streamOf(endpoint.name)();
    for (const { fault, rate } of plan.slices) {
      if (point < rate) return fits(fault, endpoint) ? fault : null;
      point -= rate;
    }
    return null;
  }

  #streamOf(endpoint: EndpointName): RandomStream {
    const known = this.#streams.get(endpoint);
    if (known) return known;
    const stream = randomStream(`${this.#seed}:${endpoint}`);
    this.#streams.set(endpoint, stream);
    return stream;
  }

  #forget(): void {
    this.#script = [];
    this.#random = null;
  }
}

function fits(fault: { readonly fault: FaultName }, endpoint: Endpoint): boolean {
  return appliesTo(fault.fault, endpoint);
}

function covers(
  {
    patterns,
    wantedAccount,
  }: { readonly patterns: readonly string[]; readonly wantedAccount: string | undefined },
  { endpoint, account }: { readonly endpoint: Endpoint; readonly account: string | null },
): boolean {
  const named = patterns.includes("*") || patterns.includes(endpoint.name);
  return named && (wantedAccount === undefined || wantedAccount === account);
}
