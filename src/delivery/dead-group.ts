/**
 * What dead letters have in common: operation, reason, and the platform's own code of its refusal. Those that
 * agree in all three form a group, which a person mends together.
 */
import { DEAD_REASONS, type DeadReason, type DeliveryState } from "./record.ts";

export interface DeadGroup {
  readonly operation: string;
  readonly reason: DeadReason;
  /** Null where no platform refused anything. */
  readonly code: string | null;
}

/** The code of the group that takes all further codes once there are too many; see `scripts/lib/groups.lua`. */
export const OTHER_CODES = "*";

/** In a filter: dead letters for which no platform gave a code. It has the form of a code, but no platform's code is ever equal to it. */
export const NO_CODE = "-";

/** The platform's own code of a refusal, as the ledger keeps it: "505: no such openId" has code 505. */
export function platformCode({ recipients }: Pick<DeliveryState, "recipients">): string | null {
  for (const { status, detail } of recipients) {
    const code = status === "rejected" ? /^(?!-:)([\w.-]{1,64}): /.exec(detail ?? "")?.[1] : undefined;
    if (code !== undefined) return code;
  }
  return null;
}

/** The name of a dead letter's group; "" for a delivery that is not one. */
export function groupNameOf(operation: string, state: DeliveryState): string {
  if (state.status !== "dead") return "";
  return groupName({ operation, reason: state.reason, code: platformCode(state) });
}

export function groupName({ operation, reason, code }: DeadGroup): string {
  return `${operation}:${reason}:${code ?? ""}`;
}

/** Null if it is not the name of a group. Neither a reason nor a code contains a colon. */
export function groupNamed(name: string): DeadGroup | null {
  const [, operation = "", reason, code = ""] = /^(.+):([a-z]+):([\w.*-]*)$/i.exec(name) ?? [];
  const known = DEAD_REASONS.find((one) => one === reason);
  return known === undefined ? null : { operation, reason: known, code: code === "" ? null : code };
}
