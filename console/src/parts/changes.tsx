/** What is other than before, field by field. */
import type { JSX } from "preact";
import type { Change } from "../data/payload-changes.ts";
import { words } from "../words/words.ts";
import { Short } from "./text.tsx";

export function Changes({ changed }: { changed: readonly Change[] }): JSX.Element {
  if (changed.length === 0) return <p class="faint">{words.value.act.unchanged}</p>;
  return (
    <dl class="changes" aria-live="polite">
      {changed.map(({ pointer, before, after }) => (
        <div key={pointer}>
          <dt>
            <code>
              <Short value={pointer} />
            </code>
          </dt>
          <dd>
            <del>
              <Short value={before ?? "–"} long={120} />
            </del>{" "}
            →{" "}
            <ins>
              <Short value={after ?? "–"} long={120} />
            </ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
