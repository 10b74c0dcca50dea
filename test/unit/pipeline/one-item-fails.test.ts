/**
 * ARCHITECTURE section 5: one item that throws ends alone. It hands back nobody else's check, or the round would be
 * repeated, and the platform asked, without end.
 */
import { describe, expect, it } from "vitest";
import { runCheckRound } from "../../../src/pipeline/confirm-round.ts";
import type { Channel } from "../../../src/platforms/channel.ts";
import { sendLeased } from "../../../src/pipeline/send-round.ts";
import { aState, confirming, NOW } from "../../support/builders.ts";
import { aDelivery, aPipeline, aRound, aSending } from "../../support/pipeline.ts";

const proven: Channel["check"] = async (requests) =>
  requests.map(({ outstanding }) => ({
    recipients: outstanding.map(({ id: recipient }) => ({
      kind: "proven" as const,
      recipient,
      evidence: { kind: "list" as const, at: NOW, digest: "d" },
    })),
    calls: 1,
    retryAfterMs: null,
  }));

const NEVER = new AbortController().signal;
const ids = ["d-1", "d-2", "d-3"];

/** A round of three, in which one call of the storage fails for the first of them. */
async function checkedWhere(name: "save" | "payload", error: Error) {
  const pipeline = aPipeline({ check: proven });
  const { deliveries } = pipeline.context;
  const saved: string[] = [];
  const failsFor = (id: string): void => {
    if (id === "d-1") throw error;
  };
  Object.assign(deliveries, {
    save: async ({ request }: { readonly request: { readonly id: string } }) => {
      if (name === "save") failsFor(request.id);
      saved.push(request.id);
      return { kind: "saved", rings: false };
    },
    payload: async (id: string) => {
      if (name === "payload") failsFor(id);
      return "{}";
    },
  });
  const checks = ids.map((id) => ({
    id,
    version: 1,
    delivery: aDelivery(confirming("accepted"), { id }),
    expiredLeases: 0,
  }));
  await runCheckRound(aRound(checks), { context: pipeline.context, signal: new AbortController().signal });
  return { ...pipeline, saved };
}

describe.each(["save", "payload"] as const)("where %s fails for one", (name) => {
  it("in a way that says nothing about Redis, the others are saved, and it waits for its lease", async () => {
    const wrong = new Error("WRONGTYPE Operation against a key holding the wrong kind of value");

    const { saved, released, events } = await checkedWhere(name, wrong);

    expect(saved.toSorted()).toEqual(["d-2", "d-3"]);
    expect({ released, events: events.filter((event) => event === "bug") }).toEqual({
      released: [],
      events: ["bug"],
    });
  });

  it("because Redis is away, the round is handed back", async () => {
    const { released, events } = await checkedWhere(name, new Error("Connection is closed."));

    expect(released).toEqual(ids);
    expect(events).not.toContain("bug");
  });
});

describe("a send whose decision cannot be saved", () => {
  it.each([
    ["WRONGTYPE Operation against a key holding the wrong kind of value", "bug"],
    ["Connection is closed.", "redis.failed"],
  ])("is reported, and left to its lease: %s", async (words, told) => {
    const { context, events } = aPipeline({});
    Object.assign(context.deliveries, { save: async () => Promise.reject(new Error(words)) });

    await sendLeased(aSending(aDelivery(aState())), { context, signals: { leaving: NEVER, signal: NEVER } });

    expect(events).toContain(told);
  });
});
