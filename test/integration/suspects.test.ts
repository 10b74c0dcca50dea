/**
 * What was in flight when its worker died is retried alone in its process. The slot for that is shared by all
 * accounts, whose loops look in step: that must keep nobody waiting for ever.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { wireAccount, type WiredAccount } from "../../src/app/compose.ts";
import { decideAfterSend } from "../../src/delivery/decide-send.ts";
import { decisionContext } from "../../src/pipeline/account-context.ts";
import { QuarantineSlot } from "../../src/pipeline/quarantine-slot.ts";
import { handBackLeased, leaseSendRound, type SendRound } from "../../src/pipeline/send-round.ts";
import { connect, type ScriptedRedis } from "../../src/storage/connection.ts";
import { RedisClock } from "../../src/storage/redis-clock.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { FAST, startSystem, type System } from "../support/system.ts";

const IDLE = ["idle1", "idle2"] as const;

let system: System;
let redis: ScriptedRedis;
let clock: RedisClock;
/** All accounts of one process, the one with deliveries last. */
let accounts: WiredAccount[];
beforeAll(async () => {
  const other = (name: string): string =>
    `  ${name}: { platform: yunzhijia, baseUrl: "http://127.0.0.1:9", allowHttp: true, appId: "1", appSecret: sandbox-app-secret, eid: "1" }\n`;
  system = await startSystem({ withoutWorker: true, accounts: IDLE.map(other).join("") });
  redis = connect(system.config.redis, "worker", () => undefined);
  clock = new RedisClock(redis);
  await clock.calibrate();
  const suspects = new QuarantineSlot();
  accounts = [...IDLE, "yzj"].map((name) => aWorkersAccount(name, suspects));
});
afterAll(async () => {
  await Promise.all(accounts.map(({ close }) => close()));
  redis.disconnect();
  await system.close();
});

function aWorkersAccount(name: string, suspects = new QuarantineSlot()): WiredAccount {
  const { config } = system;
  const settings = config.accounts[name];
  if (settings === undefined) throw new Error(`${name} is not configured`);
  const parts = { redis, queueRedis: redis, clock, emit: () => undefined, suspects };
  return wireAccount({ name, settings, config, tuning: FAST, ...parts });
}

/** A delivery that is to be sent again, and whose worker died while it sent it. */
async function aSuspect(): Promise<string> {
  const id = await system.enqueue(aTodo());
  const { context, close } = aWorkersAccount("yzj");
  const { sends } = await eventually(
    () => leaseSendRound(10, context),
    (round) => round.sends.some((found) => found.id === id),
  );
  const delivery = sends.find((found) => found.id === id)?.delivery;
  if (delivery === null || delivery === undefined) throw new Error("it was not leased");
  const basis = decisionContext(context, { delivery, spec: null, now: context.runtime.now() });
  const died = { ...delivery.state, interruptions: 1 };
  const notSent = { kind: "unreachable", detail: "nothing listens" } as const;
  await context.deliveries.save(
    delivery,
    decideAfterSend(died, { targets: ["ann"], outcome: notSent }, basis),
    {
      leavesLane: false,
      policy: context.policy,
    },
  );
  await close();
  return id;
}

/** As the loops of one process look: all in one tick, and again whoever is called. */
async function lookInStep(): Promise<SendRound[]> {
  const called = new Set<WiredAccount>();
  for (const account of accounts) account.listeners.nudgeSends = () => called.add(account);
  const rounds = await Promise.all(accounts.map(({ context }) => leaseSendRound(10, context)));
  const again = await Promise.all([...called].map(({ context }) => leaseSendRound(10, context)));
  return [...rounds, ...again];
}

const suspectIn = ({ sends }: SendRound): boolean => sends.some(({ kind }) => kind === "go");

it("is found by its account although other accounts look in the same tick, always", async () => {
  const id = await aSuspect();

  const found = await eventually(lookInStep, (rounds) => rounds.some(suspectIn));

  const round = found.find(suspectIn);
  expect(round?.sends).toMatchObject([{ id, kind: "go", isSuspect: true }]);
  round?.hold?.release();
});

it("that is handed back leaves the slot to the next", async () => {
  const context = accounts.at(-1)?.context;
  if (context === undefined) throw new Error("there is no account");
  const ids = [await aSuspect(), await aSuspect()];
  const leasedSuspect = async (): Promise<SendRound> =>
    eventually(
      () => leaseSendRound(10, context),
      (round) => suspectIn(round),
    );
  const round = await leasedSuspect();
  const [found] = round.sends;
  if (found?.kind !== "go") throw new Error("it was not leased");

  expect((await leaseSendRound(10, context)).sends).toEqual([]);
  await handBackLeased({ found, round, hold: round.hold }, context);

  expect(ids).toContain((await leasedSuspect()).sends[0]?.id);
});
