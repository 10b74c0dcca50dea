import { describe, expect, it } from "vitest";
import type { TimelineEntry } from "../../../src/delivery/timeline.ts";
import { trimmedRequest, trimmedState, trimmedTimeline } from "../../../src/delivery/trim.ts";
import { anEntry, anEvidence, aState, NOW } from "../../support/builders.ts";
import { aDelivery } from "../../support/pipeline.ts";

describe("what is kept of a delivery that ended long ago", () => {
  it("is its proof and who has it, without what only the next decision would need", () => {
    const entry = anEntry({
      status: "confirmed",
      sends: 2,
      evidence: anEvidence(),
      at: NOW,
      sentAt: NOW,
      lagFrom: NOW,
      askedAt: NOW,
    });
    const state = aState({
      status: "confirmed",
      finishedAt: NOW,
      checkRound: 7,
      interruptions: 1,
      recipients: [entry],
    });

    expect(trimmedState(state)).toMatchObject({
      status: "confirmed",
      checkRound: 0,
      interruptions: 0,
      recipients: [{ id: "ann", sends: 2, evidence: anEvidence(), at: NOW, sentAt: null, askedAt: null }],
    });
  });

  it("is what was asked for, without what only logs are searched for", () => {
    const { request } = aDelivery(aState());

    expect(trimmedRequest({ ...request, requestId: "req-1" })).toEqual({ ...request, requestId: null });
  });

  it("is the beginning of its timeline, its sends, its last proof and its end", () => {
    const checked = (at: number, proven: number): TimelineEntry => ({
      at,
      event: "checked",
      proven,
      pending: 0,
      absent: 0,
      inconclusive: 0,
    });
    const waiting = (at: number): TimelineEntry => ({ at, event: "waiting", cause: "busy" });
    const story: TimelineEntry[] = [
      waiting(1),
      waiting(2),
      waiting(3),
      waiting(4),
      { at: 5, event: "sent", outcome: "accepted", to: 1 },
      checked(6, 0),
      checked(7, 1),
      checked(8, 1),
      { at: 9, event: "confirmed" },
    ];

    expect(trimmedTimeline(story).map((entry) => entry.at)).toEqual([1, 2, 3, 5, 8, 9]);
  });
});
