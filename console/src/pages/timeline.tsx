import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { words } from "../words/words.ts";
import { Moment, Text } from "../parts/text.tsx";
import { entryText, fold, isProblem, type Entry } from "./fold-timeline.ts";

export function Timeline({ entries }: { entries: readonly Entry[] }): JSX.Element {
  const w = words.value.delivery;
  const [isOnlyProblems, setOnlyProblems] = useState(false);
  const rows = fold(isOnlyProblems ? entries.filter(isProblem) : entries);
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">{w.timeline}</h2>
      <label class="check">
        <input
          type="checkbox"
          checked={isOnlyProblems}
          onChange={(event) => setOnlyProblems(event.currentTarget.checked)}
        />{" "}
        {w.problems}
      </label>
      <ol class="timeline">
        {rows.map(({ first, last, times }) => (
          <li class={isProblem(first) ? "is-problem" : undefined}>
            <span class="when">
              <Moment iso={first.at} />
              {times > 1 && (
                <>
                  {" – "}
                  <Moment iso={last.at} />
                </>
              )}
            </span>
            <span>
              <strong>{eventWords(first.event)}</strong>
              {times > 1 && <span class="times"> {w.times(times)}</span>} <Said entry={first} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Said({ entry }: { entry: Entry }): JSX.Element | null {
  const text = entryText({ ...entry }, words.value);
  if (text === "") return null;
  return (
    <span class="faint">
      <Text value={text} long={240} />
    </span>
  );
}

function eventWords(event: string): string {
  const known: Readonly<Record<string, string>> = words.value.event;
  return known[event] ?? event;
}
