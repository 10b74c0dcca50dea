import { describe, expect, it } from "vitest";
import { trimmedState, trimmedTimeline } from "../../../src/delivery/trim.ts";
import type { TimelineEntry } from "../../../src/delivery/timeline.ts";
import { packTrimmed, unpackTrimmed } from "../../../src/storage/trimmed-record.ts";
import { aState, anEntry, anEvidence, NOW } from "../../support/builders.ts";

describe("the short form of a record", () => {
  const texts = {
    request: '{"operation":"todo.create","key":"订单 1 😀"}',
    state: '{"knowledge":"accepted","status":"confirmed"}',
    timeline: '{"at":1,"event":"sent"}\n{"at":2,"event":"confirmed"}',
    remains: 'two\nlines "quoted"',
  };

  it("is read as it was written, in fields that Redis stores compactly", () => {
    const pieces = packTrimmed(texts);

    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(64);
    expect(unpackTrimmed(pieces)).toEqual(texts);
    expect(unpackTrimmed(packTrimmed({ ...texts, timeline: "", remains: "" }))).toEqual({
      ...texts,
      timeline: "",
      remains: "",
    });
  });

  it("is one field where it would be too many", () => {
    const request = Array.from({ length: 3_000 }, (_, at) =>
      String.fromCharCode(33 + ((at * at * 31) % 90)),
    ).join("");
    const state = JSON.stringify(
      Array.from({ length: 3_000 }, (_, at) => ((at * 2_654_435_761) % 1e9).toString(36)),
    );
    const pieces = packTrimmed({ ...texts, request, state });

    expect(pieces).toHaveLength(1);
    expect(unpackTrimmed(pieces)).toEqual({ ...texts, request, state });
  });

  it.each([
    ["of another format", [Buffer.of(9, 1, 2)]],
    ["damaged", [Buffer.of(1, 255, 255, 255)]],
    [
      "cut",
      packTrimmed(texts)
        .slice(0, 1)
        .map((piece) => piece.subarray(0, 20)),
    ],
    ["empty", [Buffer.alloc(0)]],
  ])("that is %s is unreadable, and throws nothing", (_name, pieces) => {
    expect(unpackTrimmed(pieces)).toBeNull();
  });

  it("that was written by the first version is still read", () => {
    const written = "ASOc2l6sW/S0d6qCocKH+TMalPAkJiyRUculVFKeH5MHSozFCjFKhaX5JakpMUpKMEehhQvMsUZY3QoA";

    expect(unpackTrimmed([Buffer.from(written, "base64")])).toEqual(texts);
  });
});

describe("trimming", () => {
  it("keeps proof, receipts and what people see of a recipient", () => {
    const seen = {
      id: "ann",
      status: "confirmed",
      evidence: anEvidence(),
      at: NOW,
      sends: 2,
      detail: "d",
    } as const;
    const entry = anEntry({
      ...seen,
      sentAt: 1,
      lagFrom: 2,
      firstSentAt: 3,
      askedAt: 4,
      memo: "m",
      absences: 1,
    });
    const state = aState({ status: "confirmed", finishedAt: NOW, recipients: [entry], checkRound: 3 });

    const { recipients, ...rest } = trimmedState(state);

    expect(recipients).toEqual([anEntry({ ...seen, absences: 1 })]);
    expect(rest).toMatchObject({ status: "confirmed", finishedAt: NOW, checkRound: 0 });
  });

  it("keeps the first entries, every send, the last proof and what people did", () => {
    const checked = (at: number, proven: number): TimelineEntry => ({
      at,
      event: "checked",
      proven,
      pending: 0,
      absent: 1 - proven,
      inconclusive: 0,
    });
    const sent = (at: number): TimelineEntry => ({ at, event: "sent", outcome: "unknown", to: 1 });
    const entries: TimelineEntry[] = [
      { at: 0, event: "waiting", cause: "breaker" },
      sent(1),
      checked(2, 0),
      checked(3, 0),
      { at: 4, event: "absenceProven", recipients: 1 },
      sent(5),
      { at: 6, event: "waiting", cause: "busy" },
      { at: 7, event: "replayed", by: "zhang", generation: 2 },
      checked(8, 1),
      checked(9, 1),
      checked(10, 0),
      { at: 11, event: "confirmed" },
    ];

    expect(trimmedTimeline(entries).map(({ at }) => at)).toEqual([0, 1, 2, 5, 7, 9, 11]);
  });
});
