/**
 * The package (实例) that an assignee's task belongs to: the first reply names it, every later call of the
 * delivery repeats it (document 003, 备注).
 */
import type { AccountAccess } from "../../account-access.ts";
import type { SendRequest } from "../../channel.ts";
import type { TaskInput } from "./input.ts";

export type Place =
  | { readonly kind: "join"; readonly packageUuid: string }
  /** Nobody has a task yet: the platform makes the package. */
  | { readonly kind: "open" }
  /** Somebody has a task, or may have one, and its package was in an answer that nobody got. */
  | { readonly kind: "lost" };

/** Whether the account opens another package where that of the earlier assignees is lost. */
export function mayOpenAnother({ settings }: AccountAccess): boolean {
  return settings.platform === "hainan" && settings["onLostPackage"] === "newPackage";
}

export const LOST_PACKAGE =
  "the package of the earlier assignees is lost with an answer, and this account opens no second one";

type Known = Pick<SendRequest<TaskInput>, "input" | "receipt" | "reference" | "recipients">;

/** Named by the producer, or by the delivery that `of` names, or by the first of this one's own tasks. */
export function placeFor({ input, receipt, reference, recipients }: Known): Place {
  const packageUuid = input.packageUuid ?? reference?.["packageUuid"] ?? receipt?.["packageUuid"];
  if (packageUuid !== undefined) return { kind: "join", packageUuid };
  const isLost =
    input.of != null || recipients.some(({ status }) => status === "confirmed" || status === "unproven");
  return { kind: isLost ? "lost" : "open" };
}
