/** What a person is about to do; the dialog shows it, and does it once they confirm. */
import { signal } from "@preact/signals";
import type { LetterFilter } from "../../../src/doors/client/types.ts";
import type { Words } from "../words/en.ts";

export type Target =
  | { readonly kind: "some"; readonly ids: readonly string[] }
  | { readonly kind: "matching"; readonly filter: LetterFilter };

export interface LetterAct {
  readonly act: "replay" | "discard";
  readonly target: Target;
}

/** Acts on one thing that need nothing but a reason. */
export interface SimpleAct {
  readonly title: string;
  readonly meaning: (words: Words) => string;
  readonly label: string;
  readonly needsReason: boolean;
  readonly tone: "primary" | "danger";
  readonly carryOut: (note: string | undefined) => Promise<unknown>;
}

export const letterAct = signal<LetterAct | null>(null);
export const simpleAct = signal<SimpleAct | null>(null);

/** Above this, and for a discard of more than one, the count is typed. */
const TYPED_ABOVE = 100;

export function needsTypedCount(act: LetterAct["act"], count: number): boolean {
  return count > TYPED_ABOVE || (act === "discard" && count > 1);
}

export function needsReason(act: LetterAct["act"], count: number): boolean {
  return act === "discard" || count > 1;
}
