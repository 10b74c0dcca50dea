import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { words } from "../words/words.ts";

const SAID_MS = 1_500;

export function Copy({ text, label }: { text: string; label: string }): JSX.Element | null {
  const [isCopied, setCopied] = useState(false);
  // Over plain HTTP, other than on this machine, browsers keep the clipboard from pages.
  if (!window.isSecureContext) return null;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_MS);
  };
  return (
    <button type="button" class="quiet" onClick={() => void copy()}>
      <span role="status">{isCopied ? words.value.delivery.copied : label}</span>
    </button>
  );
}
