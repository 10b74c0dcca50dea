/**
 * Plays a scenario: orders, a platform that behaves in some way, and what must come of it. Whatever the
 * scenario, ARCHITECTURE section 1 holds: what is confirmed is so, nothing is done twice, what is called unproven
 * is not there, lanes keep their order, no limit is passed and no secret is told.
 *
 * No test framework in here: a broken promise is thrown, so that mutants are judged by the same code.
 */
import { AssertionError } from "node:assert";
import { isDeepStrictEqual } from "node:util";
import type { AccountSettings } from "../../../src/platforms/account-access.ts";
import type { Channel } from "../../../src/platforms/channel.ts";
import type { EndpointName } from "../../../src/sandbox/endpoint.ts";
import type { SandboxOptions } from "../../../src/sandbox/options.ts";
import { startSandbox } from "../../../src/sandbox/server.ts";
import type { Settings } from "../../../src/sandbox/settings.ts";
import { sandboxControl, type SandboxControl } from "../../support/sandbox-control.ts";
import { openAccount } from "./account.ts";
import { recordOf, NotAccepted, runAll, type Order, type Run } from "./engine.ts";

type Row = Readonly<Record<string, unknown>>;

interface Deed {
  readonly seq: number;
  readonly change: string;
  readonly effect: boolean;
}

export interface Ledger {
  readonly todos: readonly (Row & { readonly history: readonly Deed[] })[];
  readonly schedules: readonly (Row & { readonly history: readonly Deed[] })[];
  readonly tasks: readonly (Row & { readonly history: readonly Deed[] })[];
  readonly messages: readonly Row[];
  readonly violations: Readonly<Record<string, number>>;
}

/** What the platform did of an order for one recipient. */
export interface Effect {
  /** Everything that the order wants is so, or was so once. */
  readonly isSo: boolean;
  /** Each time that it was done, or asked for once more. */
  readonly deeds: readonly { readonly seq: number }[];
}

export interface Suite {
  readonly channel: Channel;
  readonly settings: AccountSettings;
  /** Under the sandbox' address. */
  readonly base: string;
  readonly effect: (order: Order, recipient: string, ledger: Ledger, runs: readonly Run[]) => Effect;
}

export interface Act {
  /** Once this holds… */
  readonly when: (runs: readonly Run[]) => boolean;
  /** …somebody does this, once. */
  readonly act: (platform: Platform) => Promise<unknown>;
}

export interface Scenario {
  readonly name: string;
  /** How the platform is built, and how it misbehaves. */
  readonly sandbox?: Partial<Settings>;
  readonly seed?: number;
  readonly faults?: unknown;
  readonly account?: Partial<AccountSettings>;
  readonly orders: readonly Order[];
  readonly acts?: readonly Act[];
  /** How each order ends: its status, or the reason of its death; several where it may depend. "refused": it is not accepted. */
  readonly ends: readonly (string | readonly string[])[];
  /** How often an endpoint is called, exactly. */
  readonly calls?: Readonly<Partial<Record<EndpointName, number>>>;
  /** What must stand in the words of a dead one, by order. */
  readonly words?: Readonly<Record<number, RegExp>>;
  /** What else is wrong, in words. */
  readonly also?: (runs: readonly Run[], ledger: Ledger) => string | null;
  /** Where nobody outside can see it, or somebody else has changed it since: not judged by its effect. */
  readonly unseen?: boolean;
  /** Somebody else does the same things: how often they were done is not judged, nor what is left of them. */
  readonly others?: boolean;
}

/** Orders that Bida refuses before it acknowledges anything. */
export function refused(
  what: string,
  orders: readonly (readonly [name: string, order: Order])[],
): Scenario[] {
  return orders.map(([name, order]) => ({
    name: `${what} ${name} is not accepted`.trim(),
    orders: [order],
    ends: ["refused"],
  }));
}

interface Platform {
  readonly control: SandboxControl;
  /** Somebody else's call, with a token if the path is behind Yunzhijia's gateway. */
  readonly post: (path: string, body: unknown) => Promise<Row>;
}

const SECRETS = ["sandbox-app-secret", "sandbox-schedule-secret", "sandbox-token-", "sandbox-sk"];
export const START = Date.UTC(2026, 0, 5, 1);

export async function play(
  scenario: Scenario,
  suite: Suite,
  channel: Channel = suite.channel,
): Promise<void> {
  const clock = { ms: START };
  const options: SandboxOptions = {
    now: () => clock.ms,
    settings: { ...scenario.sandbox },
    ...(scenario.seed === undefined ? {} : { seed: scenario.seed, readings: "bySeed" as const }),
  };
  const sandbox = await startSandbox(options);
  let running: readonly Run[] = [];
  const account = openAccount({
    settings: { ...suite.settings, ...scenario.account },
    baseUrl: `${sandbox.url}${suite.base}`,
    clock,
    isSlow: /hang|slow-drip/.test(JSON.stringify(scenario.faults ?? null)),
    delivery: async (id) => recordOf(running.find((run) => run.id === id)),
  });
  try {
    const platform = platformOf(sandbox.url, clock);
    if (scenario.faults !== undefined) await platform.control("faults", scenario.faults);
    const acts = [...(scenario.acts ?? [])];
    const meanwhile = async (runs: readonly Run[]): Promise<void> => {
      running = runs;
      for (const act of acts.filter(({ when }) => when(runs))) {
        acts.splice(acts.indexOf(act), 1);
        await act.act(platform);
      }
    };
    const runs = await runAll(scenario.orders, { channel, account: account.access, clock, meanwhile });
    const ledger = await platform.control<Ledger>("ledger");
    const calls = await platform.control<{ endpoint: EndpointName }[]>("calls");
    judge(scenario, suite, { runs, ledger, calls });
    if (acts.length > 0) fail(scenario, "an act never had its moment", null);
  } catch (error) {
    if (!(error instanceof NotAccepted)) throw error;
    if (!scenario.ends.includes("refused")) fail(scenario, "it is not accepted", error.message);
  } finally {
    await account.close();
    await sandbox.close();
  }
}

function platformOf(url: string, clock: { readonly ms: number }): Platform {
  const control = sandboxControl({ url });
  const send = async (path: string, body: unknown): Promise<Row> => {
    const answer = await fetch(`${url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Row;
  };
  const post = async (path: string, body: unknown): Promise<Row> => {
    const isTodo = path.startsWith("/gateway/newtodo");
    const who = isTodo
      ? { appId: "500041933", secret: "sandbox-app-secret", scope: "app" }
      : { eid: "123456", secret: "sandbox-schedule-secret", scope: "resGroupSecret" };
    const token = await send("/gateway/oauth2/token/getAccessToken", { ...who, timestamp: clock.ms });
    const { accessToken } = token["data"] as { accessToken: string };
    return send(`${path}?accessToken=${accessToken}`, body);
  };
  return { control, post };
}

interface Evidence {
  readonly runs: readonly Run[];
  readonly ledger: Ledger;
  readonly calls: readonly { readonly endpoint: EndpointName }[];
}

function judge(scenario: Scenario, suite: Suite, { runs, ledger, calls }: Evidence): void {
  for (const [index, { state }] of runs.entries()) {
    const end = state.reason ?? state.status;
    const allowed = [scenario.ends[index] ?? "confirmed"].flat();
    if (!allowed.includes(end)) fail(scenario, `order ${index} ended ${end}: ${state.detail}`, state);
    const words = scenario.words?.[index];
    const said = [state.detail, ...state.recipients.map(({ detail }) => detail)].join(" ");
    if (words !== undefined && !words.test(said)) fail(scenario, `order ${index} says: ${said}`, state);
  }
  for (const run of runs) judgeRun(run, scenario, suite, { runs, ledger });
  judgeOrder(runs, scenario, suite, ledger);
  const violations = Object.entries(ledger.violations).filter(([, count]) => count > 0);
  if (violations.length > 0) fail(scenario, "a limit was passed", violations);
  const wrong = scenario.also?.(runs, ledger) ?? null;
  if (wrong !== null) fail(scenario, wrong, null);
  for (const [endpoint, count] of Object.entries(scenario.calls ?? {})) {
    const made = calls.filter((call) => call.endpoint === endpoint).length;
    if (made !== count) fail(scenario, `${endpoint} was called ${made} times and not ${count}`, null);
  }
}

function judgeRun(
  { order, state, told }: Run,
  scenario: Scenario,
  suite: Suite,
  { runs, ledger }: Pick<Evidence, "runs" | "ledger">,
): void {
  for (const { id, status, evidence } of state.recipients) {
    const { isSo, deeds } = suite.effect(order, id, ledger, runs);
    const what = `${order.operation} for ${id}`;
    if (deeds.length > 1 && scenario.others !== true)
      fail(scenario, `${what} was done ${deeds.length} times`, deeds);
    if (status === "confirmed" && evidence === null) fail(scenario, `${what} has no evidence`, state);
    if (scenario.unseen === true || scenario.others === true) continue;
    if (status === "confirmed" && !isSo) fail(scenario, `${what} is called confirmed and is not so`, state);
    if (status === "unproven" && isSo) fail(scenario, `${what} is called unproven and is so`, state);
  }
  const text = JSON.stringify(told);
  const secret = SECRETS.find((each) => text.includes(each));
  if (secret !== undefined) fail(scenario, `${order.operation} tells a secret: ${secret}`, null);
}

function judgeOrder(runs: readonly Run[], scenario: Scenario, { effect }: Suite, ledger: Ledger): void {
  if (scenario.others === true) return;
  const seqs = runs.map(({ order, state }) =>
    state.recipients.flatMap(({ id }) => effect(order, id, ledger, runs).deeds.map(({ seq }) => seq)),
  );
  for (const [index, { lane }] of runs.entries()) {
    const before = runs.findLastIndex(
      (other, place) => place < index && other.lane === lane && lane !== null,
    );
    const [first, last] = [Math.min(...(seqs[index] ?? [])), Math.max(...(seqs[before] ?? []))];
    const isSameThing = isDeepStrictEqual(seqs[index], seqs[before]);
    if (before !== -1 && first < last && !isSameThing)
      fail(scenario, `order ${index} overtook order ${before}`, seqs);
  }
}

function fail(scenario: Scenario, what: string, evidence: unknown): never {
  throw new AssertionError({
    message: `${scenario.name}: ${what} ${JSON.stringify(evidence)?.slice(0, 1_500)}`,
  });
}
