/**
 * A receipt that came late: its send had been taken over, or its delivery had ended, when the answer arrived.
 * Pure.
 *
 * Invariants: a receipt that has reached Redis is never lost, whatever the state. A delivery with a receipt is
 * verified, never sent again. A new receipt restarts the lag, and a check under way that then says `absent`
 * does not count.
 */
import { nextCheckAt, settle, type Decision, type DecisionContext } from "./decision.ts";
import { isFinal, type Evidence, type LedgerEntry } from "./ledger.ts";
import { move } from "./lifecycle.ts";
import { isEnded, type DeliveryState, type Receipt } from "./record.ts";

export interface LateReceipt {
  /** When it came, in ms of Redis' clock. */
  readonly at: number;
  readonly targets: readonly string[];
  readonly receipt: Receipt | null;
  readonly recipientReceipts: Readonly<Record<string, Receipt>>;
  /** Where the answer itself is proof. */
  readonly evidence: Evidence | null;
}

/** The state with the late receipt in it; its status stays the same. */
export function withLateReceipt(state: DeliveryState, late: LateReceipt): DeliveryState {
  const isOver = isEnded(state.status);
  const recipients = state.recipients.map((entry) =>
    late.targets.includes(entry.id) ? lateEntry(entry, { late, isOver }) : entry,
  );
  const receipt = late.receipt === null ? state.receipt : { ...state.receipt, ...late.receipt };
  return { ...state, recipients, receipt, knowledge: "accepted" };
}

function lateEntry(
  entry: LedgerEntry,
  {
    late: { at, recipientReceipts, evidence },
    isOver,
  }: { readonly late: LateReceipt; readonly isOver: boolean },
): LedgerEntry {
  const receipt = recipientReceipts[entry.id] ?? entry.receipt;
  if (isOver || isFinal(entry)) return { ...entry, receipt };
  const sends = Math.max(1, entry.sends);
  if (evidence !== null) return { ...entry, receipt, status: "confirmed", sends, evidence, at };
  if (entry.status === "accepted") return { ...entry, receipt };
  return { ...entry, receipt, status: "accepted", sends, sentAt: at, absences: 0, askedAt: null };
}

/** What happens to a delivery that is not leased when the receipt of an earlier send arrives. */
export function decideLateReceipt(
  state: DeliveryState,
  { late, context }: { readonly late: LateReceipt; readonly context: DecisionContext },
): Decision {
  const known = withLateReceipt(state, late);
  const entries: Decision["entries"] = [{ at: late.at, event: "receiptCameLate", to: late.targets.length }];
  if (isEnded(known.status)) return { state: known, entries };
  if (known.recipients.every(isFinal))
    return settle(known, { recipients: known.recipients, entries, context });
  const checked = { ...known, checkRound: 0, waits: 0, waitCause: null };
  const nextAt = nextCheckAt(checked, context);
  return { state: move(checked, { changed: {}, standing: { status: "confirming", nextAt } }), entries };
}
