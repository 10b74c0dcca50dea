/**
 * A timeline as people read it: times in ISO 8601, with a first entry for the acknowledgement, which is not
 * stored.
 */
import type { TimelineEntry } from "../delivery/timeline.ts";
import { isoMoment } from "./moment.ts";

export type TimelineView = Readonly<Record<string, unknown>> & {
  readonly at: string;
  readonly event: string;
};

export function timelineView(createdAt: number, entries: readonly TimelineEntry[]): TimelineView[] {
  const isWhole = entries[0]?.event === "enqueued";
  const all: readonly TimelineEntry[] = isWhole
    ? entries
    : [{ at: createdAt, event: "enqueued" }, ...entries];
  return all.map((entry) => ({ ...entry, at: isoMoment(atOf(entry, createdAt)) }));
}

/** An entry that cannot be read is never shown as older than its delivery. */
function atOf({ at, event }: TimelineEntry, createdAt: number): number {
  return event === "unreadable" ? Math.max(at, createdAt) : at;
}
