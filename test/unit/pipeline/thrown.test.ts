/**
 * A channel never throws for what a platform does. One from outside may all the same, and may talk to its
 * platform by other means than its account: what may have left is never called not sent.
 */
import { describe, expect, it } from "vitest";
import { runCheckRound } from "../../../src/pipeline/confirm-round.ts";
import { sendLeased } from "../../../src/pipeline/send-round.ts";
import type { Channel } from "../../../src/platforms/channel.ts";
import { SendGuard } from "../../../src/platforms/http/send-guard.ts";
import type { Wire } from "../../../src/platforms/platform-http.ts";
import { aState, confirming, NOW } from "../../support/builders.ts";
import { accountOn, aDelivery, aPipeline, silentWire, type Acting, aRound } from "../../support/pipeline.ts";

const aborted = new DOMException("This operation was aborted", "AbortError");
const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
const fetchFailed = new TypeError("fetch failed", { cause: reset });
const NEVER = new AbortController().signal;
async function sent(acting: Acting, signal = NEVER): Promise<ReturnType<typeof aPipeline>> {
  const pipeline = aPipeline(acting);
  const found = {
    kind: "go",
    id: "d-1",
    version: 1,
    delivery: aDelivery(aState()),
    leaveAt: NOW,
    isSuspect: false,
    payload: "{}",
  } as const;
  const sending = {
    found,
    round: { now: NOW, isProbe: false },
    guard: new SendGuard(5_000),
    quarantine: null,
  };
  await sendLeased(sending, { context: pipeline.context, signals: { leaving: NEVER, signal } });
  return pipeline;
}

async function checked(acting: Acting, signal = NEVER): Promise<ReturnType<typeof aPipeline>> {
  const pipeline = aPipeline(acting);
  const check = { id: "d-1", version: 1, delivery: aDelivery(confirming("accepted")), expiredLeases: 0 };
  await runCheckRound(aRound([check]), { context: pipeline.context, signal });
  return pipeline;
}

const answering: Wire = {
  ...silentWire,
  call: async () => ({ kind: "answered", status: 200, retryAfter: null, text: "" }),
};
const throws = (error: unknown) => async (): Promise<never> => {
  throw error;
};

describe("a channel that throws while it sends", () => {
  it.each([
    ["an abort that is not ours", aborted],
    ["a time-out", new DOMException("The operation timed out", "TimeoutError")],
    ["a broken connection, with a code that Redis has too", reset],
    ["what fetch throws", fetchFailed],
    ["an answer that is no JSON", new SyntaxError("Unexpected token <")],
    ["no error at all", "oops"],
  ])("%s: it may have arrived", async (_name, error) => {
    const { saved } = await sent({ send: throws(error) });

    expect(saved).toMatchObject([
      { status: "confirming", knowledge: "unknown", sends: 1, recipients: [{ status: "unknown" }] },
    ]);
  });

  it("a mistake in the program before anything leaves is not a send", async () => {
    const { saved, events } = await sent({ send: throws(new TypeError("x is not a function")) });

    expect(saved).toMatchObject([{ status: "dead", reason: "invalid", knowledge: "notSent", sends: 0 }]);
    expect(events).toContain("bug");
  });

  it("a mistake after a call that left: it may have arrived", async () => {
    const send: Channel["send"] = async (_request, { account, signal }) => {
      await account.call({ method: "POST", path: "/notes" }, signal);
      throw new TypeError("x is not a function");
    };

    expect((await sent({ send, wire: answering })).saved).toMatchObject([{ knowledge: "unknown", sends: 1 }]);
  });

  it("an abort of ours, at a call that it makes by itself: it may have arrived", async () => {
    const aborting = new AbortController();
    const send: Channel["send"] = async (_request, { signal }) => {
      aborting.abort();
      throw signal.reason;
    };

    expect((await sent({ send }, aborting.signal)).saved).toMatchObject([{ knowledge: "unknown", sends: 1 }]);
  });

  it("at the harmless call after a refusal: it is tried again, as what never left", async () => {
    const { saved } = await sent({
      send: async (_request, { account, signal }) => {
        await account.call({ method: "POST", path: "/notes" }, signal);
        return { kind: "unauthorized", detail: "HTTP 403" };
      },
      tryCredentials: throws(aborted),
      wire: answering,
    });

    expect(saved).toMatchObject([{ status: "queued", knowledge: "notSent", waitCause: "unreachable" }]);
  });

  it("Redis is away before anything could leave: nothing was sent", async () => {
    const { saved, events } = await sent({
      send: async (_request, { account }) => {
        await account.recall("anything");
        return { kind: "accepted" };
      },
      recall: throws(reset),
    });

    expect(saved).toMatchObject([{ status: "queued", knowledge: "notSent", sends: 0 }]);
    expect(events).toContain("redis.failed");
  });
});

describe("Redis that refuses something with an unknown error", () => {
  const refused = new Error("WRONGTYPE Operation against a key holding the wrong kind of value");

  it("before anything could leave: it is tried again, and reported", async () => {
    const { saved, events } = await sent({
      send: async (_request, { account }) => {
        await account.recall("anything");
        return { kind: "accepted" };
      },
      recall: throws(refused),
    });

    expect(saved).toMatchObject([{ status: "queued", knowledge: "notSent", sends: 0 }]);
    expect(events).toContain("bug");
  });

  it("during a check: nothing was learnt, and it is asked again", async () => {
    const { saved, events } = await checked({
      check: async (_batch, { account }) => {
        await account.recall("anything");
        return [];
      },
      recall: throws(refused),
    });

    expect(saved).toMatchObject([
      { status: "confirming", recipients: [{ status: "accepted", absences: 0 }] },
    ]);
    expect(events).toContain("bug");
  });
});

describe("a wire from outside", () => {
  const send: Channel["send"] = async (_request, { account, signal }) => {
    const answer = await account.call({ method: "POST", path: "/notes" }, signal);
    if (answer.kind === "lost") return { kind: "unknown", cause: answer.cause, detail: answer.detail };
    return { kind: "accepted" };
  };

  it("that throws has lost the answer", async () => {
    const { saved } = await sent({ send, wire: { ...silentWire, call: throws(aborted) } });

    expect(saved).toMatchObject([{ knowledge: "unknown", sends: 1 }]);
  });

  it("that knows no guards: what it was given counts as having left", async () => {
    const guard = new SendGuard(5_000);
    const account = accountOn({ ...silentWire, call: throws(aborted) });

    const answer = await account.call({ method: "POST", path: "/notes", guard }, NEVER);

    expect(answer).toMatchObject({ kind: "lost" });
    expect(guard.bar()).toBe(false);
  });

  it("that knows no guards is given nothing that may not leave any more", async () => {
    const account = accountOn({ ...silentWire, call: throws(new Error("it was called")) });

    const call = { method: "POST", path: "/notes", guard: new SendGuard(0) } as const;

    expect(await account.call(call, NEVER)).toMatchObject({ kind: "unreachable" });
  });
});

describe("a channel that throws while it asks", () => {
  it.each([
    ["an abort that is not ours", aborted],
    ["a broken connection, with a code that Redis has too", reset],
    ["what fetch throws", fetchFailed],
  ])("%s: nothing was learnt, and it is asked again", async (_name, error) => {
    const { saved, events, released } = await checked({ check: throws(error) });

    expect(saved).toMatchObject([
      { status: "confirming", recipients: [{ status: "accepted", absences: 0 }] },
    ]);
    expect(events).toContain("bug");
    expect(released).toEqual([]);
  });

  it("no outcome at all: nothing was learnt, and it is asked again", async () => {
    const { saved, events } = await checked({ check: async () => [] });

    expect(saved).toMatchObject([
      { status: "confirming", recipients: [{ status: "accepted", absences: 0 }] },
    ]);
    expect(events).toContain("bug");
  });

  it("a mistake in the program ends it, in words that lead to the log", async () => {
    const { saved } = await checked({ check: throws(new TypeError("x is not a function")) });

    expect(saved).toMatchObject([{ detail: "checking it fails inside Bida; see the log" }]);
  });

  it("an abort of ours hands the round back, and is not a failure", async () => {
    const aborting = new AbortController();
    aborting.abort();
    const acting: Acting = {
      check: async (_batch, { account }) => {
        await account.recall("anything");
        return [];
      },
      recall: throws(aborting.signal.reason),
    };
    const { saved, events, released } = await checked(acting, aborting.signal);

    expect({ saved, events, released }).toEqual({ saved: [], events: [], released: ["d-1"] });
  });
});
