/**
 * Which dead letters are meant.
 */
import { z } from "zod";
import { DEAD_REASONS } from "../delivery/record.ts";
import { moment } from "./moment.ts";
import { platformCode } from "./platform-code.ts";
import type { StoredDelivery } from "./ports.ts";

export const letterFilter = z.strictObject({
  account: z.string().min(1).max(64).optional(),
  reason: z.enum(DEAD_REASONS).optional(),
  operation: z.string().min(1).max(64).optional(),
  /** The platform's own code of a refusal. */
  code: z.string().min(1).max(64).optional(),
  /** Died at or after this moment. */
  since: moment.optional(),
  /** Died at or before this moment. */
  until: moment.optional(),
});

export type LetterFilter = z.output<typeof letterFilter>;

/** What the lists themselves cannot filter. */
export function fitsFilter({ delivery }: StoredDelivery, { operation, code }: LetterFilter): boolean {
  if (operation !== undefined && delivery.request.operation !== operation) return false;
  return code === undefined || platformCode(delivery.state) === code;
}
