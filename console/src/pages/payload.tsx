/** Masked until somebody asks for it; only then is it fetched. After a while it is masked again. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { writeExact } from "../data/exact-json.ts";
import { parseTree } from "../data/json-tree.ts";
import { changes, type Change } from "../data/payload-changes.ts";
import { useQuery } from "../data/query.ts";
import { bida } from "../data/session.ts";
import { words } from "../words/words.ts";
import { Changes } from "../parts/changes.tsx";
import { Json } from "../parts/json.tsx";
import { Loaded } from "../parts/state.tsx";

/** Nobody leaves other people's data on a screen for a night. */
const SHOWN_MS = 300_000;

export function Payload({ id }: { id: string }): JSX.Element {
  const w = words.value.delivery;
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (!isShown) return;
    const timer = setTimeout(() => setShown(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isShown, id]);
  const query = useQuery(isShown ? `payload ${id}` : null, {
    read: async () => bida.get(id, { include: ["payload"] }),
    everyMs: 0,
  });
  return (
    <section aria-labelledby="payload">
      <h2 id="payload">{w.payload}</h2>
      <p>
        <button type="button" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
          {isShown ? w.hide : w.reveal}
        </button>{" "}
        <span class="faint">{isShown ? w.hidesItself : w.masked}</span>
      </p>
      {isShown && (
        <Loaded query={query}>
          {({ payload, trimmed, originals = [] }) => (
            <>
              {trimmed === true ? <p class="faint">{w.trimmed}</p> : <Json value={payload} />}
              {originals.map((original, at) => (
                <details>
                  <summary>{w.original(at + 1)}</summary>
                  <Json value={original} />
                  {trimmed !== true && (
                    <>
                      <h3>{w.changed(at + 1)}</h3>
                      <Changes changed={changesOf(original, originals[at + 1] ?? payload)} />
                    </>
                  )}
                </details>
              ))}
            </>
          )}
        </Loaded>
      )}
    </section>
  );
}

function changesOf(before: unknown, after: unknown): readonly Change[] {
  const [old, now] = [parseTree(writeExact(before)), parseTree(writeExact(after))];
  return old.kind === "tree" && now.kind === "tree" ? changes(old.root, now.root) : [];
}
