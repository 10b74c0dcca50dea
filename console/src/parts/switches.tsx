import type { JSX } from "preact";
import { nextTheme, theme } from "../data/theme.ts";
import { switchLanguage, words } from "../words/words.ts";

const SIGNS = { system: "◐", light: "☀", dark: "☾" } as const;

export function Switches(): JSX.Element {
  const w = words.value;
  return (
    <>
      <button
        type="button"
        class="quiet"
        onClick={nextTheme}
        aria-label={w.theme[theme.value]}
        title={w.theme[theme.value]}
      >
        <span aria-hidden="true">{SIGNS[theme.value]}</span>
      </button>
      <button type="button" class="quiet" onClick={() => void switchLanguage()} title={w.languageLabel}>
        {w.language}
      </button>
    </>
  );
}
