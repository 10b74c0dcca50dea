/**
 * Keeps a receipt that came after its send had been given up: no state, and nobody's next decision, loses it.
 */
import { decideLateReceipt, type LateReceipt } from "../delivery/late-receipt.ts";
import type { Delivery } from "../delivery/record.ts";
import { decisionContext, type AccountLine } from "./account-line.ts";
import { saveDecision } from "./save-decision.ts";

/** Others may move the delivery on between our reading and our writing; then it is read again. */
const TRIES = 20;

export async function keepLateReceipt(
  { request }: Pick<Delivery, "request">,
  late: LateReceipt,
  line: AccountLine,
): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const standing = await line.deliveries.standing(request.id);
    if (standing === null) return;
    const { delivery, isBeingSent } = standing;
    if (isBeingSent) {
      if (await line.deliveries.keepLate({ id: request.id, version: delivery.version }, late)) return;
      continue;
    }
    const context = decisionContext(line, delivery, null, line.world.now());
    const saving = await saveDecision(delivery, decideLateReceipt(delivery.state, late, context), line);
    if (saving === "saved" || saving === "gone") return;
  }
  const detail = `a receipt that came late could not be kept after ${TRIES} tries`;
  line.world.emit({
    event: "bug",
    where: "a late receipt",
    account: request.account,
    id: request.id,
    detail,
  });
}
