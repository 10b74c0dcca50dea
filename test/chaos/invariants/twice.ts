/**
 * The platform did each order once for each recipient, and one key is one delivery.
 */
import { recordOf, type Breach, type Judge } from "./evidence.ts";

export const twice: Judge = (evidence) => [
  ...evidence.history.all.flatMap(({ id, order, workload }) =>
    (recordOf(evidence, id)?.state.recipients ?? []).flatMap((recipient): Breach[] => {
      const { deeds } = workload.effect(order, recipient.id, evidence.ledger);
      const seqs = deeds.map(({ seq }) => seq).join(", ");
      return deeds.slice(1).map(() => ({
        invariant: "twice",
        id,
        what: `${order.operation} for ${recipient.id} was done ${deeds.length} times (at ${seqs})`,
      }));
    }),
  ),
  ...evidence.history.doubles.map(({ what, ids }): Breach => {
    const keys = ids.map((id) => recordOf(evidence, id)?.request.key ?? "none");
    return {
      invariant: "twice",
      id: null,
      what: `one key, two ids: ${what}; the keys of their records: ${keys.join(", ")}`,
    };
  }),
];
