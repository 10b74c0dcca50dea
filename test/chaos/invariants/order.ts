/**
 * The platform did the orders of each lane in the order in which they were acknowledged.
 */
import type { Acknowledged } from "../history.ts";
import { recordOf, type Breach, type Evidence, type Judge } from "./evidence.ts";

interface Span {
  readonly acknowledged: Acknowledged;
  readonly first: number;
  readonly last: number;
}

export const order: Judge = (evidence) => {
  const lanes = Map.groupBy(evidence.history.all, ({ lane }) => lane);
  return [...lanes].flatMap(([lane, all]) => [...overtakers(all, evidence), ...early(lane, all, evidence)]);
};

function overtakers(lane: readonly Acknowledged[], evidence: Evidence): Breach[] {
  const spans = lane
    .toSorted((a, b) => a.place - b.place)
    .map((acknowledged) => spanOf(acknowledged, evidence))
    .filter((span) => span !== null);
  return spans.flatMap((span, index): Breach[] => {
    const next = spans[index + 1];
    if (next === undefined || span.last < next.first) return [];
    const what = `${next.acknowledged.order.operation} was done at ${next.first}, before ${span.acknowledged.order.operation} at ${span.last}`;
    return [{ invariant: "order", id: next.acknowledged.id, what }];
  });
}

/** The first and the last time that the platform did it; null if it never did. */
function spanOf(acknowledged: Acknowledged, evidence: Evidence): Span | null {
  const { id, order, workload } = acknowledged;
  const recipients = recordOf(evidence, id)?.state.recipients ?? [];
  const seqs = recipients.flatMap((recipient) =>
    workload.effect(order, recipient.id, evidence.ledger).deeds.map(({ seq }) => seq),
  );
  return seqs.length === 0 ? null : { acknowledged, first: Math.min(...seqs), last: Math.max(...seqs) };
}

function early(lane: string, [first]: readonly Acknowledged[], { ledger }: Evidence): Breach[] {
  const count = first?.workload.tooEarly?.(lane, ledger) ?? 0;
  return Array.from({ length: count }, () => ({
    invariant: "order" as const,
    id: null,
    what: `${lane}: a change reached the platform before its create`,
  }));
}
