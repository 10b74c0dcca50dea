/**
 * The package (实例) that an assignee's task belongs to: the first reply names it, every later call of the
 * delivery repeats it (document 003, 备注).
 */
import type { SendRequest } from "../../channel.ts";
import type { TaskInput } from "./input.ts";

export type Place =
  | { readonly kind: "join"; readonly packageUuid: string }
  /** Nobody has a task yet: the platform makes the package. */
  | { readonly kind: "open" }
  /** Somebody has a task, and its package was in an answer that nobody got. */
  | { readonly kind: "lost" };

type Known = Pick<SendRequest<TaskInput>, "input" | "receipt" | "reference" | "recipients">;

/** Named by the producer, or by the delivery that `of` names, or by the first of this one's own tasks. */
export function placeFor({ input, receipt, reference, recipients }: Known): Place {
  const packageUuid = input.packageUuid ?? reference?.["packageUuid"] ?? receipt?.["packageUuid"];
  if (packageUuid !== undefined) return { kind: "join", packageUuid };
  const isLost = input.of != null || recipients.some(({ status }) => status === "confirmed");
  return { kind: isLost ? "lost" : "open" };
}
