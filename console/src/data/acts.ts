/** What a person is about to do; the dialog shows it, and does it once they confirm. */
import { signal } from "@preact/signals";
import type { DeadLetterFilter } from "../../../src/doors/client/types.ts";
import type { Words } from "../words/en.ts";

type Target =
  | { readonly kind: "some"; readonly ids: readonly string[] }
  | { readonly kind: "matching"; readonly filter: DeadLetterFilter };

export interface DeadLetterAct {
  readonly act: "replay" | "discard" | "verify";
  readonly target: Target;
}

/** Acts on one thing that need nothing but a reason. */
export interface SimpleAct {
  readonly title: string;
  readonly meaning: (words: Words) => string;
  readonly label: string;
  readonly needsReason: boolean;
  readonly tone: "primary" | "danger";
  /** How many it is about, where it is about several: above a hundred it is typed. */
  readonly count?: number;
  /** Something that is typed beside the reason. */
  readonly field?: {
    readonly label: (words: Words) => string;
    readonly value?: string;
    readonly type?: "text" | "number" | "datetime-local";
    /** What becomes of what is left empty. */
    readonly hint?: (words: Words) => string;
    readonly isOptional?: boolean;
  };
  /** Something that is agreed to beside it. */
  readonly choice?: (words: Words) => string;
  readonly carryOut: (
    note: string | undefined,
    given: { readonly field: string; readonly isChosen: boolean },
  ) => Promise<unknown>;
}

export const deadLetterAct = signal<DeadLetterAct | null>(null);
export const simpleAct = signal<SimpleAct | null>(null);

/** Above this, and for a discard of more than one, the count is typed. */
const TYPED_ABOVE = 100;

export function needsTypedCount(act: DeadLetterAct["act"], count: number): boolean {
  return count > TYPED_ABOVE || (act === "discard" && count > 1);
}

export function needsReason(act: DeadLetterAct["act"], count: number): boolean {
  return act === "discard" || count > 1;
}
