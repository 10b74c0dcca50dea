/**
 * Payloads, requests and an account whose answers a test scripts.
 */
import type { AccountAccess } from "../../../../../src/platforms/account-access.ts";
import type { CheckRequest, SendRequest } from "../../../../../src/platforms/channel.ts";
import type { TaskInput } from "../../../../../src/platforms/hainan/task/input.ts";
import type { PlatformAnswer, PlatformCall } from "../../../../../src/platforms/platform-http.ts";
import { openLedger, type LedgerEntry } from "../../../../../src/delivery/ledger.ts";
import { NOW } from "../../../../support/builders.ts";
import { SHARED_TASK } from "../../../../support/hainan-tasks.ts";
import { fake } from "../../../../support/fake.ts";

/** Document 003's example, without what this project derives. */
export function aTask(overrides: Readonly<Record<string, unknown>> = {}): TaskInput {
  const all = {
    ...SHARED_TASK,
    assigneeInfo: { imgId: "", name: "张三" },
    assigneeId: "2001",
    sourceAppkey: "xxx",
    detailLinkOpenType: "ddtab",
    ...overrides,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

export function aTaskFor(...assigneeIds: readonly string[]): TaskInput {
  const assignees = assigneeIds.map((assigneeId) => ({ assigneeId }));
  return aTask({ assigneeId: undefined, assigneeInfo: undefined, assignees });
}

export function entries(...changes: readonly (Partial<LedgerEntry> & { id: string })[]): LedgerEntry[] {
  const opened = openLedger(changes.map(({ id }) => id));
  return opened.map((entry, index) => ({ ...entry, ...changes[index] }));
}

type Shared = SendRequest<TaskInput> & CheckRequest<TaskInput>;

/** A request for both a send (to `targets`) and a check (of what is `outstanding`). */
export function aRequest(overrides: Partial<Shared> = {}): Shared {
  const recipients = overrides.recipients ?? openLedger(["2001"]);
  return {
    deliveryId: "d-1",
    operation: "task.create",
    input: aTask(),
    key: "oa-1",
    targets: recipients
      .filter(({ status }) => status === "waiting")
      .slice(0, 1)
      .map(({ id }) => id),
    outstanding: recipients.filter(({ status }) => status === "unknown"),
    recipients,
    receipt: null,
    reference: null,
    createdAt: NOW,
    now: NOW,
    ...overrides,
  };
}

interface ScriptedAccount {
  readonly account: AccountAccess;
  readonly calls: PlatformCall[];
  /** What is claimed, and by which delivery. */
  readonly claims: Map<string, string>;
}

const NO_ANSWER: PlatformAnswer = { kind: "unreachable", detail: "the test gave no answer" };

/** Answers in order; whoever asks for more gets the last one again. */
export function scripted(
  answers: readonly PlatformAnswer[],
  onLostPackage: "newPackage" | "dead" = "newPackage",
): ScriptedAccount {
  const calls: PlatformCall[] = [];
  const claims = new Map<string, string>();
  const account = fake<AccountAccess>({
    name: "hn",
    settings: { platform: "hainan", onLostPackage },
    permitCall: async () => ({ kind: "granted" }),
    claim: async (thing, deliveryId) => {
      if (!claims.has(thing)) claims.set(thing, deliveryId);
      return claims.get(thing) === deliveryId;
    },
    release: async (things, owner) => {
      for (const thing of things) if (claims.get(thing) === owner) claims.delete(thing);
    },
    claimedBy: async (things) => things.map((thing) => claims.get(thing) ?? null),
    call: async (call) => {
      calls.push(call);
      return answers[Math.min(calls.length, answers.length) - 1] ?? NO_ANSWER;
    },
  });
  return { account, calls, claims };
}

export function answered(body: unknown, status = 200): PlatformAnswer {
  return { kind: "answered", status, retryAfter: null, text: JSON.stringify(body) };
}

export function created(taskUuid: string, packageUuid = "p-1", subject = "请假审批"): PlatformAnswer {
  return answered({ success: true, content: { success: true, data: { taskUuid, packageUuid, subject } } });
}

export const EMPTY = answered({ success: true, content: { success: true, data: {} } });
export const REFUSED = answered({
  success: true,
  content: { success: false, responseCode: "E1", responseMessage: "no" },
});

interface Shown {
  readonly bizTaskId?: string;
  readonly assigneeId?: string | number;
  readonly subject?: string;
  readonly field?: string;
}

/** A task as the platform shows it, in either reading of the document's table. */
export function shown(
  taskUuid: string,
  { bizTaskId, assigneeId = "2001", subject = "请假审批", field = "assigneeUserInfo" }: Shown = {},
): PlatformAnswer {
  const person = { [field]: { userId: assigneeId, name: "张三" } };
  const data = { taskUuid, packageUuid: "p-1", bizTaskId, subject, ...person };
  return answered({ success: true, content: { success: true, data } });
}
