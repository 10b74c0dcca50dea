/** What was copied by a key is said at the foot of the page for a moment: a key shows nothing by itself. */
import { signal } from "@preact/signals";
import { words } from "../words/words.ts";
import { currentRow, useKeys } from "./keys.ts";
import { apiUrl } from "./place.ts";

export const said = signal("");

const SAID_MS = 1_500;
let timer: ReturnType<typeof setTimeout> | undefined;

async function copy(text: string): Promise<void> {
  const w = words.value.delivery;
  // Over plain HTTP, other than on this machine, browsers keep the clipboard from pages.
  const isDone =
    window.isSecureContext &&
    (await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    ));
  say(isDone ? `${w.copied}: ${text.slice(0, 80)}` : w.notCopied);
}

function say(text: string): void {
  said.value = text;
  clearTimeout(timer);
  timer = setTimeout(() => (said.value = ""), SAID_MS);
}

/** `c`, `y` and `Y`: of this delivery, or of the one whose row has the focus. */
export function useCopyKeys(id?: string): void {
  const of = (textOf: (id: string) => string) => () => {
    const one = id ?? currentRow();
    if (one !== null) void copy(textOf(one));
  };
  useKeys({ c: of((one) => one), y: of(curlOf), Y: of(commandOf) });
}

export function curlOf(id: string): string {
  return `curl -H "Authorization: Bearer $BIDA_KEY" "${apiUrl}/v1/deliveries/${id}?include=timeline,callback"`;
}

export function commandOf(id: string): string {
  return `bida status ${id} --timeline --callback`;
}
