/**
 * Keeps a receipt that came after its send had been given up, in every state and through every later decision.
 */
import { decideLateReceipt, type LateReceipt } from "../delivery/late-receipt.ts";
import type { Delivery } from "../delivery/record.ts";
import { decisionContext, type AccountContext } from "./account-context.ts";
import { saveDecision } from "./save-decision.ts";

/** Another worker may move the delivery on between our read and our write; then it is read again. */
const TRIES = 20;

export async function keepLateReceipt(
  { request }: Pick<Delivery, "request">,
  { late, context }: { readonly late: LateReceipt; readonly context: AccountContext },
): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const current = await context.deliveries.current(request.id);
    if (current === null) return;
    const { delivery, isBeingSent } = current;
    if (isBeingSent) {
      if (await context.deliveries.keepLate({ id: request.id, version: delivery.version }, late)) return;
      continue;
    }
    const basis = decisionContext(context, { delivery, spec: null, now: context.runtime.now() });
    const saving = await saveDecision(delivery, {
      decision: decideLateReceipt(delivery.state, { late, context: basis }),
      context,
    });
    if (saving === "saved" || saving === "gone") return;
  }
  const detail = `a receipt that came late could not be kept after ${TRIES} tries`;
  context.runtime.emit({
    event: "bug",
    where: "a late receipt",
    account: request.account,
    id: request.id,
    detail,
  });
}
