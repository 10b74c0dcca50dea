/**
 * Compares every index and counter of an account with its records, and returns a line for each disagreement.
 */
import type { Redis } from "ioredis";
import { groupNamed, groupNameOf } from "../../src/delivery/dead-group.ts";
import { lookupName } from "../../src/delivery/lookup-names.ts";
import { isEnded, type DeliveryState } from "../../src/delivery/record.ts";

interface Stored {
  readonly id: string;
  readonly operation: string;
  readonly state: DeliveryState;
  readonly lane: string | null;
  readonly isLeased: boolean;
}

/** Works only while no script changes the account. @param base of the account's keys */
export async function indexDisagreements(redis: Redis, base: string): Promise<string[]> {
  const keys = (await keysOf(redis, base)).map((key) => key.slice(base.length));
  const records = await Promise.all(
    keys.filter((key) => key.startsWith("d:")).map((key) => readRecord(redis, base, key.slice(2))),
  );
  const faults: string[] = [];
  const compare = async (list: string, expected: readonly string[]): Promise<void> => {
    const found = (await redis.zrange(`${base}${list}`, 0, "-1")).toSorted();
    if (JSON.stringify(found) !== JSON.stringify([...expected].toSorted()))
      faults.push(`${list}: has ${found.join()}, not ${[...expected].toSorted().join()}`);
  };
  const compareAll = async (
    prefix: string,
    namesOf: (record: Stored) => readonly string[],
  ): Promise<void> => {
    const expected = new Map<string, string[]>();
    for (const record of records)
      for (const name of new Set(namesOf(record)))
        expected.set(`${prefix}${name}`, [...(expected.get(`${prefix}${name}`) ?? []), record.id]);
    const lists = new Set([...expected.keys(), ...keys.filter((key) => key.startsWith(prefix))]);
    for (const list of lists) await compare(list, expected.get(list) ?? []);
  };

  await compareAll("recipient:", ({ state }) => state.recipients.map(({ id }) => lookupName(id)));
  await compareAll("status:", ({ state, isLeased }) => (isLeased ? [] : [state.status]));
  await compareAll("reason:", ({ state }) => (state.status === "dead" ? [state.reason] : []));
  await compareAll("group:", ({ operation, state }) => [groupNameOf(operation, state)].filter(isGiven));
  const unfinished = records.filter(({ state }) => !isEnded(state.status));
  await compare(
    "deadlines",
    unfinished.map(({ id }) => id),
  );
  const groups = await redis.smembers(`${base}groups`);
  const lists = keys.filter((key) => key.startsWith("group:")).map((key) => key.slice("group:".length));
  if (JSON.stringify(groups.toSorted()) !== JSON.stringify(lists.toSorted()))
    faults.push(`groups: has ${groups.join()}, not ${lists.join()}`);
  for (const group of groups)
    if (groupNamed(group) === null) faults.push(`groups: ${group} is no name of a group`);
  faults.push(...(await heldFaults(redis, base, records, keys)));
  for (const key of keys.filter((one) => one.startsWith("stats:")))
    if ((await redis.pttl(`${base}${key}`)) <= 0) faults.push(`${key} has no end`);
  return faults;
}

async function heldFaults(
  redis: Redis,
  base: string,
  records: readonly Stored[],
  keys: readonly string[],
): Promise<string[]> {
  const dead = new Set(records.filter(({ state }) => state.status === "dead").map(({ id }) => id));
  const expected: Record<string, string> = {};
  for (const key of keys.filter((one) => one.startsWith("lane:"))) {
    const ids = await redis.zrange(`${base}${key}`, 0, "-1");
    if (dead.has(ids[0] ?? "")) expected[key.slice("lane:".length)] = String(ids.length - 1);
  }
  const sum = Object.values(expected).reduce((total, waits) => total + Number(waits), 0);
  const [held, waits, waiting] = await Promise.all([
    redis.zrange(`${base}lanes:held`, 0, "-1"),
    redis.hgetall(`${base}lanes:waits`),
    redis.get(`${base}lanes:waiting`),
  ]);
  const faults: string[] = [];
  const same = (one: object, other: object): boolean =>
    JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
  if (!same(waits, expected)) faults.push(`lanes:waits: has ${show(waits)}, not ${show(expected)}`);
  if (held.toSorted().join() !== Object.keys(expected).toSorted().join())
    faults.push(`lanes:held: has ${held.join()}, not ${Object.keys(expected).join()}`);
  if (Number(waiting ?? "0") !== sum) faults.push(`lanes:waiting: is ${waiting}, not ${sum}`);
  return faults;
}

function sorted(fields: object): [string, unknown][] {
  return Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function show(fields: object): string {
  return JSON.stringify(Object.fromEntries(sorted(fields)));
}

function isGiven(name: string): boolean {
  return name !== "";
}

async function readRecord(redis: Redis, base: string, id: string): Promise<Stored> {
  const [request, state, lane, mark] = await redis.hmget(
    `${base}d:${id}`,
    "request",
    "state",
    "lane",
    "mark",
  );
  const { operation } = JSON.parse(request ?? "{}") as { operation: string };
  const stored = JSON.parse(state ?? "{}") as DeliveryState;
  return { id, operation, state: stored, lane: lane ?? null, isLeased: mark?.startsWith("L:") ?? false };
}

async function keysOf(redis: Redis, base: string): Promise<string[]> {
  const found: string[] = [];
  for await (const some of redis.scanStream({ match: `${base}*`, count: 1_000 }))
    found.push(...(some as string[]));
  return found;
}
