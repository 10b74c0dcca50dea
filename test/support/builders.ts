/**
 * Builders: a test names the values that matter to it, and these add the rest.
 */
import type { DecisionContext } from "../../src/delivery/decision.ts";
import { openLedger, type Evidence, type LedgerEntry } from "../../src/delivery/ledger.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/delivery/policy.ts";
import { newState, type DeliveryState, type Progress, type Standing } from "../../src/delivery/record.ts";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";

export const NOW = 1_800_000_000_000;

export type StateOverrides = Partial<Progress> & {
  readonly [Field in keyof Standing]?: DeliveryState[Field];
};

/** Queued and due now, unless overridden. An ended one is not due. */
export function aState(overrides: StateOverrides = {}): DeliveryState {
  const { nextAt, ...fresh } = newState(openLedger(["ann"]), NOW);
  const due = overrides.finishedAt === undefined ? { nextAt } : {};
  return { ...fresh, ...due, ...overrides } as DeliveryState;
}

export function anEntry(overrides: Partial<LedgerEntry> = {}): LedgerEntry {
  const [entry] = openLedger(["ann"]);
  if (entry === undefined) throw new Error("a ledger of one has one entry");
  return { ...entry, ...overrides };
}

/** A delivery whose only send is being verified. */
export function confirming(
  knowledge: "accepted" | "unknown",
  entry: Partial<LedgerEntry> = {},
): DeliveryState {
  const recipients = [anEntry({ status: knowledge, sends: 1, sentAt: NOW, ...entry })];
  return aState({ status: "confirming", knowledge, sends: 1, nextAt: NOW, recipients });
}

export function aContext(overrides: Partial<DecisionContext> = {}): DecisionContext {
  return {
    policy: DEFAULT_POLICY,
    now: NOW,
    jitter: 0.5,
    deadlineAt: NOW + DEFAULT_POLICY.deadlineMs,
    oneByOne: false,
    ...overrides,
  };
}

export function aPolicy(overrides: Partial<Policy> = {}): Policy {
  return { ...DEFAULT_POLICY, ...overrides };
}

export function anEvidence(overrides: Partial<Evidence> = {}): Evidence {
  return { kind: "check", at: NOW, digest: "abc", ...overrides };
}

let todos = 0;

/** A todo as document 000, section 1.3 has it. */
export function aTodo(
  overrides: Record<string, unknown> = {},
  recipients: readonly string[] = ["ann"],
): EnqueueInput {
  todos += 1;
  return {
    account: "yzj",
    operation: "todo.create",
    payload: {
      content: "成建蒋的请假单据需要您审批",
      title: "待办测试",
      itemtitle: "请假审批",
      headImg: "https://www.yunzhijia.com/space/c/photo/load?id=5a2f7ad750f8dd7810e79981",
      appId: "500041933",
      senderId: "5a41b292e4b058cf3d0cf314",
      params: recipients.map((openId) => ({ status: { DO: 0, READ: 0 }, openId })),
      url: "http://www.baidu.com",
      sourceId: `todo-${process.pid}-${todos}`,
      ...overrides,
    },
  };
}
