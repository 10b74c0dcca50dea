/**
 * The platform's own code of a refusal, as the ledger keeps it: "505: no such openId" has code 505.
 */
import type { DeliveryState } from "../delivery/record.ts";

export function platformCode({ recipients }: DeliveryState): string | null {
  for (const { status, detail } of recipients) {
    const code = status === "rejected" ? /^([\w.-]{1,64}): /.exec(detail ?? "")?.[1] : undefined;
    if (code !== undefined) return code;
  }
  return null;
}
