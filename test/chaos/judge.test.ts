/**
 * The judge finds each kind of breach: an invariant that cannot fail proves nothing when it holds.
 */
import { describe, expect, it } from "vitest";
import { openLedger, type LedgerEntry } from "../../src/delivery/ledger.ts";
import type { Delivery } from "../../src/delivery/record.ts";
import { aState, NOW, type StateOverrides } from "../support/builders.ts";
import { Dice } from "./dice.ts";
import { History } from "./history.ts";
import type { Evidence, Invariant } from "./invariants/evidence.ts";
import { judge } from "./invariants/judge.ts";
import { todos } from "./workloads/todos.ts";
import { SandboxLedger, type PlatformCallEntry } from "./sandbox.ts";

const LANE = "todos-0-0";
const ANN = `${LANE}-p0`;
/** A lane with a create and a deal for one person. */
const ORDERS = laneOf("todo.create", "todo.update");
const PROVEN = { status: "confirmed", evidence: { kind: "check", at: NOW, digest: "d" } } as const;

function laneOf(...operations: readonly string[]) {
  for (let seed = 0; ; seed += 1) {
    const orders = todos.lane(LANE, new Dice(`judge ${seed}`));
    const one = orders[0]?.payload["params"];
    const changes = orders.slice(1).map(({ key }) => key);
    if (Array.isArray(one) && one.length === 1 && changes.join() === `${LANE}/deal`)
      return orders.slice(0, operations.length);
  }
}

function deed(seq: number, change: string, effect = true) {
  return { seq, at: NOW, change, effect };
}

function aRow(history: readonly ReturnType<typeof deed>[] = [deed(1, "store"), deed(2, "deal")]) {
  const visible = { visibleAt: NOW, dealVisibleAt: NOW, deletedVisibleAt: NOW };
  return { sourceId: LANE, openId: ANN, ...visible, deal: true, read: false, deleted: false, history };
}

interface Scene {
  readonly rows?: ReturnType<typeof aRow>[];
  readonly states?: readonly (StateOverrides | null)[];
  readonly entry?: Partial<LedgerEntry>;
  readonly calls?: readonly PlatformCallEntry[];
  readonly violations?: Record<string, number>;
  readonly deaths?: readonly StateOverrides[];
  readonly change?: Partial<Evidence>;
}

/** The breaches found in a run that delivered a create and a deal, with the given differences. */
function breachesOf(scene: Scene): Invariant[] {
  const { rows = [aRow()], states = [{}, {}], entry = {}, calls = [], violations = {}, deaths = [] } = scene;
  const history = new History();
  const records = new Map<string, Delivery | null>();
  const delivery = (id: string, change: StateOverrides): Delivery => ({
    request: {
      ...ORDERS[0],
      id,
      account: "yzj",
      operation: "todo.create",
      key: id,
      lane: LANE,
      priority: 0,
      createdAt: NOW,
      notBefore: null,
      deadlineAt: NOW + 60_000,
      callbackUrl: null,
      metadata: null,
      traceparent: null,
      producer: null,
      requestId: null,
    },
    state: aState({
      status: "confirmed",
      finishedAt: NOW + 1,
      recipients: [{ ...openLedger([ANN])[0], ...PROVEN, ...entry } as LedgerEntry],
      ...change,
    }),
    version: 1,
  });
  for (const [place, order] of ORDERS.entries()) {
    const id = `d-${place}`;
    history.acknowledge({ id, order, workload: todos, way: "direct", lane: LANE, place, at: NOW });
    const state = states[place];
    records.set(id, state === null || state === undefined ? null : delivery(id, state));
  }
  const ledger = new SandboxLedger({ todos: rows, schedules: [], tasks: [], violations }, calls);
  const dead = deaths.map((state) => delivery("d-0", { status: "dead", ...state }));
  const evidence = {
    history,
    records,
    deaths: dead,
    ledger,
    stuck: [],
    bugs: [],
    promotions: [],
    ...scene.change,
  };
  return [...new Set(judge(evidence).map(({ invariant }) => invariant))];
}

function calls(count: number, endpoint: string, everyMs: number): PlatformCallEntry[] {
  return Array.from({ length: count }, (_, seq) => ({
    seq,
    at: NOW + seq * everyMs,
    endpoint,
    account: "a",
    entity: "e",
    outcome: "absent",
    fault: null,
  }));
}

describe("the judge", () => {
  it("finds nothing where every promise was kept", () => {
    expect(breachesOf({})).toEqual([]);
  });

  it("finds a record that is gone, and one that never ended", () => {
    expect(breachesOf({ states: [{}, null] })).toContain("lost");
    expect(breachesOf({ states: [{}, { status: "confirming" }] })).toContain("lost");
  });

  it("finds what the platform did twice, although the second time changed nothing", () => {
    const rows = [aRow([deed(1, "store"), deed(2, "store", false), deed(3, "deal")])];

    expect(breachesOf({ rows })).toEqual(["twice"]);
  });

  it("finds what is called confirmed and is not there", () => {
    expect(breachesOf({ rows: [] })).toContain("lies");
  });

  it("accepts a reply as proof only where the platform pretended to store this very object", () => {
    const entry = { ...PROVEN, evidence: { ...PROVEN.evidence, kind: "reply" } } as const;
    const inVain = (entity: string): PlatformCallEntry[] =>
      ["todo.create", "todo.action"].map((endpoint, seq) => ({
        seq,
        at: NOW,
        endpoint,
        account: "a",
        entity,
        outcome: "accepted",
        fault: "not-stored",
      }));

    expect(breachesOf({ rows: [], entry, calls: inVain(LANE) })).not.toContain("lies");
    expect(breachesOf({ rows: [], entry, calls: inVain("another") })).toContain("lies");
    expect(breachesOf({ rows: [], calls: inVain(LANE) })).toContain("lies");
  });

  it("finds what is called unproven and was shown by the platform", () => {
    const entry = { status: "unproven" } as const;

    expect(breachesOf({ entry, deaths: [{ reason: "unproven" }] })).toContain("lies");
    expect(breachesOf({ entry, deaths: [{ reason: "unproven", finishedAt: NOW - 1 }] })).not.toContain(
      "lies",
    );
  });

  it("finds a dead letter that blames credentials which were right all the time", () => {
    const detail = "the platform refused it: accessToken is invalid or expired (code 990201)";

    expect(breachesOf({ deaths: [{ reason: "rejected", detail }] })).toContain("lies");
    expect(breachesOf({ deaths: [{ reason: "rejected", detail: "no such openId" }] })).toEqual([]);
  });

  it("counts apart what a promoted replica never had, and nothing else", () => {
    const lost = (key: string, whole: boolean): Partial<Evidence> => ({
      promotions: [{ at: NOW, how: "by death", lost: [{ id: "d-1", key, whole }] }],
    });
    const rows = [aRow([deed(1, "store"), deed(2, "store", false), deed(3, "deal")])];

    expect(breachesOf({ rows, change: lost(`${LANE}/deal`, false) })).toEqual([]);
    expect(breachesOf({ rows, change: lost("todos-0-1/deal", false) })).toEqual(["twice"]);
    expect(breachesOf({ states: [{}, null], change: lost(`${LANE}/deal`, true) })).not.toContain("lost");
    expect(breachesOf({ states: [{}, null], change: lost(`${LANE}/deal`, false) })).toContain("lost");
  });

  it("finds a change that overtook the order before it", () => {
    expect(breachesOf({ rows: [aRow([deed(2, "store"), deed(1, "deal")])] })).toEqual(["order"]);
  });

  it("finds an action that the platform kept because it came before its create", () => {
    const came = (seq: number, endpoint: string, outcome: string): PlatformCallEntry => ({
      seq,
      at: NOW,
      endpoint,
      account: "a",
      entity: LANE,
      outcome,
      fault: null,
    });
    const early = [came(1, "todo.action", "accepted, applied"), came(2, "todo.create", "accepted, stored 1")];

    expect(breachesOf({ calls: early })).toEqual(["order"]);
  });

  it("finds a limit that was passed: the platform's own, and the account's rate", () => {
    expect(breachesOf({ violations: { checkOverLimit: 1 } })).toEqual(["limits"]);
    expect(breachesOf({ calls: calls(400, "todo.check", 5) })).toEqual(["limits"]);
    expect(breachesOf({ calls: calls(400, "todo.check", 20) })).toEqual([]);
  });

  it("finds a delivery that had no timer, and a bug that a worker reported", () => {
    expect(breachesOf({ change: { stuck: ["queued d-0"] } })).toEqual(["stuck"]);
    expect(breachesOf({ change: { bugs: ["oh"] } })).toEqual(["bugs"]);
  });

  it("finds what expired unsent although nothing was ahead of it", () => {
    const expired = { status: "dead", reason: "expired", finishedAt: NOW + 60_000 } as const;

    expect(breachesOf({ states: [{}, expired] })).toContain("starved");
    expect(breachesOf({ states: [{ finishedAt: NOW + 59_000 }, expired] })).not.toContain("starved");
  });

  it("finds a run that delivered next to nothing", () => {
    expect(breachesOf({ states: [{ status: "dead" }, { status: "dead" }] })).toContain("vacuous");
  });
});
