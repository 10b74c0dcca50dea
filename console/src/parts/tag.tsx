/** A state as a word with a colour and a sign: never by colour alone. */
import type { Tone } from "../data/tone.ts";
import type { JSX } from "preact";
import type { Delivery } from "../../../src/doors/client/types.ts";
import { words } from "../words/words.ts";

export type { Tone };

const SIGNS: Readonly<Record<Tone, string>> = { good: "✓", bad: "✕", warn: "!", busy: "◔", calm: "·" };

export function Tag({ tone, children }: { tone: Tone; children: string }): JSX.Element {
  return (
    <span class={`tag ${tone}`}>
      <span aria-hidden="true">{SIGNS[tone]}</span> {children}
    </span>
  );
}

const TONES: Readonly<Record<Delivery["status"], Tone>> = {
  queued: "calm",
  sending: "busy",
  retrying: "warn",
  confirming: "busy",
  confirmed: "good",
  dead: "bad",
  discarded: "calm",
  cancelled: "calm",
};

export function StatusTag({ status }: { status: Delivery["status"] }): JSX.Element {
  return <Tag tone={TONES[status]}>{words.value.status[status]}</Tag>;
}

const RECIPIENT_TONES: Readonly<Record<Delivery["recipients"][number]["status"], Tone>> = {
  waiting: "calm",
  accepted: "busy",
  unknown: "warn",
  confirmed: "good",
  rejected: "bad",
  unproven: "bad",
};

export function RecipientTag({ status }: { status: Delivery["recipients"][number]["status"] }): JSX.Element {
  return <Tag tone={RECIPIENT_TONES[status]}>{words.value.recipientStatus[status]}</Tag>;
}

export function reasonWords(reason: Delivery["reason"]): string {
  return reason === null ? "–" : words.value.reason[reason];
}
