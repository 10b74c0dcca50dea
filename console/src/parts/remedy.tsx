/** What to do about a dead letter, in plain words, and where it is said step by step. */
import type { JSX } from "preact";
import { REMEDIES } from "../../../src/doors/client/remedies.ts";
import type { DeadReason } from "../../../src/doors/client/types.ts";
import { language } from "../words/words.ts";
import { RunbookLink } from "./runbook-link.tsx";

export function Remedy({ reason }: { reason: DeadReason }): JSX.Element {
  const remedy = REMEDIES[reason];
  return (
    <>
      {remedy[language.value]} <RunbookLink name={remedy.runbook} />
    </>
  );
}
