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

/** What it comes to at each of these moments, each look knowing what the one before has noted. */
async function ask(
  actiontype: object,
  status: LedgerEntry["status"],
  ...afterMs: readonly number[]
): Promise<string[]> {
  const account = bareAccess(settings, { call: async () => ABSENT, close: async () => undefined });
  const kinds: string[] = [];
  let memo: string | null = null;
  for (const after of afterMs) {
    const { check }: { readonly check: RecipientCheck | null } = await askAboutEverybody(
      anEntry({ id: "*", status, sends: 1, sentAt: NOW, memo }),
      {
        todo: { appId: "a", sourceId: "s" },
        input: updateInput.parse({ sourcetype: "a", sourceitemid: "s", actiontype }),
        known: ["ann", "bob"],
        lagMs: LAG,
        asking: { account, now: NOW + after, signal: AbortSignal.timeout(5_000) },
      },
    );
    kinds.push(check?.kind ?? "none");
    memo = check !== null && "memo" in check ? (check.memo ?? null) : null;
  }
  return kinds;
}

describe.each([
  ["done", { deal: 1 }],
  ["read", { read: 1 }],
] as const)("a todo that is to be %s", (_, actiontype) => {
  it.each(["accepted", "unknown"] as const)(
    "and is not there, with the update %s, is gone once it was not there for a lag",
    async (status) => {
      expect(await ask(actiontype, status, 2_000, LAG, LAG + 2_000)).toEqual([
        "pending",
        "pending",
        "proven",
      ]);
      expect(await ask(actiontype, status, LAG, LAG + 5_000)).toEqual(["pending", "pending"]);
    },
  );
});

describe("a todo that is to be deleted", () => {
  it("and is not there proves a delete that was taken", async () => {
    expect(await ask({ delete: 1 }, "accepted", 2_000)).toEqual(["proven"]);
  });

  it("and is not there proves one whose answer was lost once it was not there for a lag", async () => {
    expect(await ask({ delete: 1 }, "unknown", 2_000, LAG + 2_000)).toEqual(["pending", "proven"]);
    expect(await ask({ delete: 1 }, "unknown", LAG)).toEqual(["pending"]);
  });
});
