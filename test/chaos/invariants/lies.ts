/**
 * Every confirmed item is on the platform, and no unproven one was visible there in time.
 */
import type { Delivery } from "../../../src/delivery/record.ts";
import type { Acknowledged } from "../history.ts";
import { recordOf, type Breach, type Evidence, type Judge } from "./evidence.ts";

export const lies: Judge = (evidence) => {
  const byId = new Map(evidence.history.all.map((acknowledged) => [acknowledged.id, acknowledged]));
  const confirmed = [...byId.values()].flatMap((acknowledged) =>
    confirmedButNotThere(acknowledged, evidence),
  );
  const dead = evidence.deaths.flatMap((death) => {
    const acknowledged = byId.get(death.request.id);
    return acknowledged === undefined ? [] : unprovenButThere(acknowledged, death, evidence);
  });
  return [...confirmed, ...dead];
};

function confirmedButNotThere({ id, order, workload }: Acknowledged, evidence: Evidence): Breach[] {
  return (recordOf(evidence, id)?.state.recipients ?? [])
    .filter(({ status }) => status === "confirmed")
    .filter((recipient) => {
      const { isSo, wasToldSo } = workload.effect(order, recipient.id, evidence.ledger);
      return !isSo && !(recipient.evidence?.kind === "reply" && wasToldSo);
    })
    .map((recipient) => ({
      invariant: "lies",
      id,
      what: `confirmed for ${recipient.id} by ${recipient.evidence?.kind ?? "nothing"}, and not there`,
    }));
}

function unprovenButThere(
  { id, order, workload }: Acknowledged,
  death: Delivery,
  { ledger }: Evidence,
): Breach[] {
  const { state, request } = death;
  if (state.reason !== "unproven") return [];
  const diedAt = state.finishedAt ?? 0;
  return state.recipients
    .filter(({ status }) => status !== "confirmed" && status !== "rejected")
    .flatMap((recipient): Breach[] => {
      const { deeds, visibleAt } = workload.effect(order, recipient.id, ledger);
      const wasThere = deeds.some(({ at }) => at < diedAt);
      if (!wasThere || visibleAt === null || visibleAt > request.deadlineAt) return [];
      return [
        { invariant: "lies", id, what: `dead unproven, but ${recipient.id} had it (${order.operation})` },
      ];
    });
}
