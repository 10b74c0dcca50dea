/**
 * The package (实例) of an assignee's task: the first reply names it, and every later call of the delivery
 * repeats it (document 003, 备注).
 */
import type { LedgerEntry } from "../../../delivery/ledger.ts";
import type { AccountAccess } from "../../account-access.ts";
import type { SendRequest } from "../../channel.ts";
import type { TaskInput } from "./input.ts";

export type PackageChoice =
  | { readonly kind: "join"; readonly packageUuid: string }
  /** No assignee has a task yet: the platform makes the package. */
  | { readonly kind: "open" }
  /** An assignee has a task, or may have one, and the answer that named its package was lost. */
  | { readonly kind: "lost" };

/** Whether the account opens another package when that of the earlier assignees is lost. */
export function mayOpenAnother({ settings }: AccountAccess): boolean {
  return settings.platform === "hainan" && settings["onLostPackage"] === "newPackage";
}

export const LOST_PACKAGE =
  "the package of the earlier assignees is lost with an answer, or with a refusal that may have come after the store, and this account opens no second one";

type Known = Pick<SendRequest<TaskInput>, "input" | "receipt" | "reference" | "recipients">;

/**
 * The memo of a create that a status refused twice, perhaps after the platform had stored it: nobody outside can see
 * whether it did.
 */
export const TRIED_TWICE = "tried twice";

function mayHaveTask({ status, memo }: LedgerEntry): boolean {
  return status === "confirmed" || status === "unproven" || (status === "rejected" && memo === TRIED_TWICE);
}

/**
 * The package: named by the producer, by the delivery that `of` names, or by the reply to the first of this
 * delivery's own tasks.
 */
export function placeFor({ input, receipt, reference, recipients }: Known): PackageChoice {
  const packageUuid = input.packageUuid ?? reference?.["packageUuid"] ?? receipt?.["packageUuid"];
  if (packageUuid !== undefined) return { kind: "join", packageUuid };
  const isLost = input.of != null || recipients.some(mayHaveTask);
  return { kind: isLost ? "lost" : "open" };
}
