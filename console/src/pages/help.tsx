import type { ComponentChildren, JSX } from "preact";
import { REMEDIES } from "../../../src/doors/client/remedies.ts";
import { isReason } from "../data/dead-letter-filter.ts";
import { pathTo } from "../data/place.ts";
import { words } from "../words/words.ts";
import { Page } from "../parts/page.tsx";
import { Remedy } from "../parts/remedy.tsx";
import { reasonWords } from "../parts/tag.tsx";

export function Help(): JSX.Element {
  const w = words.value;
  return (
    <Page title={w.help.title}>
      <h2>{w.help.keys}</h2>
      <Definitions rows={pairsOf(w.help.rows)} isKeys />
      <h2>{w.help.reasons}</h2>
      <Definitions
        rows={Object.keys(REMEDIES)
          .filter(isReason)
          .map((reason) => [reasonWords(reason), <Remedy reason={reason} />])}
      />
      <p>
        <a href={pathTo("/runbooks")}>{w.runbooks.all}</a>
      </p>
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

type Definition = readonly [name: string, meaning: ComponentChildren];

function Definitions({
  rows,
  isKeys = false,
}: {
  rows: readonly Definition[];
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

function pairsOf(rows: readonly (readonly string[])[]): readonly Definition[] {
  return rows.map(([name = "", meaning = ""]) => [name, meaning]);
}
