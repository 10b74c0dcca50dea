/**
 * An update that names nobody: what it means that one of those whom this account's creates addressed has no such todo.
 */
import { describe, expect, it } from "vitest";
import type { LedgerEntry } from "../../../../../src/delivery/ledger.ts";
import type { RecipientCheck } from "../../../../../src/delivery/outcome.ts";
import type { WireAnswer } from "../../../../../src/platforms/platform-http.ts";
import { askAboutEverybody } from "../../../../../src/platforms/yunzhijia/todo/everybody.ts";
import { updateInput } from "../../../../../src/platforms/yunzhijia/todo/input.ts";
import { bareAccess } from "../../../../../src/testing/bare-account.ts";
import { anEntry, NOW } from "../../../../support/builders.ts";

const LAG = 60_000;
const settings = { platform: "yunzhijia", appId: "a", todoMode: "async", scheduleLookup: "auto" };
const ABSENT: WireAnswer = {
  kind: "answered",
  status: 200,
  retryAfter: null,
  text: JSON.stringify({ success: "true", errorCode: 0, error: "", data: { dealCount: 0, undelCount: 0 } }),
};

async function ask(
  actiontype: object,
  status: LedgerEntry["status"],
  afterMs: number,
): Promise<RecipientCheck["kind"] | undefined> {
  const account = bareAccess(settings, { call: async () => ABSENT, close: async () => undefined });
  const { check } = await askAboutEverybody(
    anEntry({ id: "*", status, sends: 1, sentAt: NOW }),
    {
      todo: { appId: "a", sourceId: "s" },
      input: updateInput.parse({ sourcetype: "a", sourceitemid: "s", actiontype }),
      known: ["ann", "bob"],
      lagMs: LAG,
    },
    { account, now: NOW + afterMs, signal: AbortSignal.timeout(5_000) },
  );
  return check?.kind;
}

describe.each([
  ["done", { deal: 1 }],
  ["read", { read: 1 }],
] as const)("a todo that is to be %s", (_, actiontype) => {
  it("and is not there may be too new to be shown: it is gone after a lag alone", async () => {
    for (const status of ["accepted", "unknown"] as const) {
      expect(await ask(actiontype, status, 2_000)).toBe("pending");
      expect(await ask(actiontype, status, LAG)).toBe("proven");
    }
  });
});

describe("a todo that is to be deleted", () => {
  it("and is not there proves a delete that was taken, and after a lag one whose answer was lost", async () => {
    expect(await ask({ delete: 1 }, "accepted", 2_000)).toBe("proven");
    expect(await ask({ delete: 1 }, "unknown", 2_000)).toBe("pending");
    expect(await ask({ delete: 1 }, "unknown", LAG)).toBe("proven");
  });
});
