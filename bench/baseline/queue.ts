/**
 * The baseline's queue: one job for each delivery, with its next step.
 */
import type { Todo } from "../todo.ts";

export const QUEUE = "todos";

export interface TodoJob {
  readonly step: "send" | "check";
  readonly todo: Todo;
}

/** Transient failures are retried. Nothing of a finished delivery is kept. */
export const JOB_OPTIONS = {
  attempts: 5,
  backoff: { type: "exponential", delay: 1_000 },
  removeOnComplete: true,
} as const;
