import type { JSX } from "preact";
import { reasonWords } from "../parts/tag.tsx";
import { words } from "../words/words.ts";
import { Page } from "../parts/page.tsx";
import { isReason } from "../data/letter-filter.ts";

export function Help(): JSX.Element {
  const w = words.value;
  const reasons = Object.entries(w.remedy).flatMap(([reason, remedy]): [string, string][] =>
    isReason(reason) ? [[reasonWords(reason), remedy]] : [],
  );
  return (
    <Page title={w.help.title}>
      <h2>{w.help.keys}</h2>
      <Definitions rows={pairsOf(w.help.rows)} isKeys />
      <h2>{w.help.reasons}</h2>
      <Definitions rows={reasons} />
      <h2 id="steps">{w.help.stepsTitle}</h2>
      <ol class="steps">
        {w.help.steps.map((step) => (
          <li>{step}</li>
        ))}
      </ol>
      <h2>{w.help.words}</h2>
      <Definitions rows={pairsOf(w.help.glossary)} />
    </Page>
  );
}

function Definitions({
  rows,
  isKeys = false,
}: {
  rows: readonly (readonly [string, string])[];
  isKeys?: boolean;
}): JSX.Element {
  return (
    <dl class="facts">
      {rows.map(([name, meaning]) => (
        <div>
          <dt>{isKeys ? <kbd>{name}</kbd> : name}</dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}

function pairsOf(rows: readonly (readonly string[])[]): readonly (readonly [string, string])[] {
  return rows.map(([name = "", meaning = ""]) => [name, meaning]);
}
