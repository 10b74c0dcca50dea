/** Production or a test: the configuration's word and colour, in the frame and on the login page. */
import type { JSX } from "preact";
import { about } from "../data/session.ts";

export function Environment(): JSX.Element | null {
  const environment = about.value?.environment ?? null;
  if (environment === null) return null;
  return (
    <span class="environment">
      <span class="dot" style={{ background: environment.colour }} aria-hidden="true" /> {environment.name}
    </span>
  );
}
