/**
 * What was in flight when its worker died is retried alone in its process. The slot for that is shared by all
 * accounts, whose loops look in step: that must keep nobody waiting for ever.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { wireAccount, type WiredAccount } from "../../src/app/compose.ts";
import { decideAfterSend } from "../../src/delivery/decide-send.ts";
import { die } from "../../src/delivery/decision.ts";
import { decisionContext } from "../../src/pipeline/account-context.ts";
import { QuarantineSlot, type Quarantine } from "../../src/pipeline/quarantine-slot.ts";
import { handBackLeased, leaseSendRound, type SendRound } from "../../src/pipeline/send-round.ts";
import { connect, type ScriptedRedis } from "../../src/storage/connection.ts";
import { RedisClock } from "../../src/storage/redis-clock.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { keysOf } from "../support/keys-of.ts";
import { FAST, startSystem, type System } from "../support/system.ts";

const IDLE = ["idle1", "idle2"] as const;

let system: System;
let redis: ScriptedRedis;
let clock: RedisClock;
let slot: QuarantineSlot;
/** All accounts of one process, the one with deliveries last. */
let accounts: WiredAccount[];
beforeEach(async () => {
  const other = (name: string): string =>
    `  ${name}: { platform: yunzhijia, baseUrl: "http://127.0.0.1:9", allowHttp: true, appId: "1", appSecret: sandbox-app-secret, eid: "1" }\n`;
  system = await startSystem({ withoutWorker: true, accounts: IDLE.map(other).join("") });
  redis = connect(system.config.redis, { role: "worker", onError: () => undefined });
  clock = new RedisClock(redis);
  await clock.calibrate();
  slot = new QuarantineSlot();
  accounts = [...IDLE, "yzj"].map((name) => aWorkersAccount(name, slot));
});
afterEach(async () => {
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

/** A delivery that is to be sent again, and with which so many workers died. */
async function aSuspect(interruptions = 1): Promise<string> {
  const id = await system.enqueue(aTodo());
  const { context, close } = aWorkersAccount("yzj");
  const { sends } = await eventually(
    () => leaseSendRound({ most: 10 }, context),
    (round) => round.sends.some((found) => found.id === id),
  );
  const delivery = sends.find((found) => found.id === id)?.delivery;
  if (delivery === null || delivery === undefined) throw new Error("it was not leased");
  const basis = decisionContext(context, { delivery, spec: null, now: context.runtime.now() });
  const died = { ...delivery.state, interruptions };
  const notSent = { kind: "unreachable", detail: "nothing listens" } as const;
  await context.deliveries.save(delivery, {
    decision: decideAfterSend(died, { targets: ["ann"], outcome: notSent, context: basis }),
    leaving: {
      leavesLane: false,
      policy: context.policy,
    },
  });
  await close();
  return id;
}

/** As the loops of one process look: all in one tick, and again whoever is called. */
async function lookInStep(): Promise<SendRound[]> {
  const called = new Set<WiredAccount>();
  for (const account of accounts) account.listeners.nudgeSends = () => called.add(account);
  const rounds = await Promise.all(accounts.map(({ context }) => leaseSendRound({ most: 10 }, context)));
  const again = await Promise.all([...called].map(({ context }) => leaseSendRound({ most: 10 }, context)));
  return [...rounds, ...again];
}

const suspectIn = ({ sends }: SendRound): boolean => sends.some(({ kind }) => kind === "go");

it("a suspect is found by its account although other accounts look in the same tick", async () => {
  const id = await aSuspect();

  const found = await eventually(lookInStep, (rounds) => rounds.some(suspectIn));

  const round = found.find(suspectIn);
  expect(round?.sends).toMatchObject([{ id, kind: "go", isSuspect: true }]);
  if (round !== undefined) await handBack(round);
});

it("a suspect that is handed back leaves the slot to the next", async () => {
  const ids = [await aSuspect(2), await aSuspect(2)];
  const round = await leasedSuspects();

  expect((await leaseSendRound({ most: 10 }, account())).sends).toEqual([]);
  await handBack(round);

  expect(ids).toContain((await leasedSuspects()).sends[0]?.id);
});

it("a suspect is leased with others whose worker died once, and alone after the second death", async () => {
  const twice = await aSuspect(2);
  const once = [await aSuspect(), await aSuspect(), await aSuspect()];
  // All are due, in this order, whatever pause each was given.
  const due = [twice, ...once].flatMap((id, at) => [at + 1, id]);
  await redis.zadd(keysOf(system).sendSuspects, ...due);

  const first = await leasedSuspects();
  expect(first.sends.map(({ id }) => id)).toEqual([twice]);
  expect((await leaseSendRound({ most: 10 }, account())).sends).toEqual([]);
  await end(first);

  const second = await leasedSuspects();
  expect(second.sends.map(({ id }) => id).toSorted()).toEqual(once.toSorted());
  const [one, ...others] = quarantinesOf(second);
  others.forEach((quarantine) => quarantine.release());
  others.forEach((quarantine) => quarantine.release());
  expect(slot.tryTake()).toBeNull();
  one?.release();
  expect(slot.tryTake()).not.toBeNull();
});

function account(): WiredAccount["context"] {
  const context = accounts.at(-1)?.context;
  if (context === undefined) throw new Error("there is no account");
  return context;
}

async function leasedSuspects(): Promise<SendRound> {
  return eventually(
    () => leaseSendRound({ most: 10 }, account()),
    (round) => suspectIn(round),
  );
}

async function handBack(round: SendRound): Promise<void> {
  for (const found of round.sends) {
    if (found.kind === "go")
      await handBackLeased({ found, round, quarantine: round.quarantineFor(found) }, account());
  }
}

function quarantinesOf(round: SendRound): Quarantine[] {
  return round.sends.flatMap((found) => round.quarantineFor(found) ?? []);
}

/** They are dead, and their slot is free. */
async function end(round: SendRound): Promise<void> {
  const { deliveries, policy, runtime } = account();
  for (const { delivery } of round.sends) {
    if (delivery === null) throw new Error("it is gone");
    const ended = die(delivery.state, {
      reason: "rejected",
      detail: "no",
      entries: [],
      context: { now: runtime.now() },
    });
    await deliveries.save(delivery, { decision: ended, leaving: { leavesLane: true, policy } });
  }
  quarantinesOf(round).forEach((quarantine) => quarantine.release());
}
