/**
 * The baseline's queue: one job a delivery, which says what its next step is.
 */
import type { Todo } from "../todo.ts";

export const QUEUE = "todos";

export interface TodoJob {
  readonly step: "send" | "check";
  readonly todo: Todo;
}

/** Transient failures are tried again; nothing of a delivery is kept when it is done. */
export const JOB_OPTIONS = {
  attempts: 5,
  backoff: { type: "exponential", delay: 1_000 },
  removeOnComplete: true,
} as const;
