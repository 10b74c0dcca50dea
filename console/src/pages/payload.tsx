/** Masked until somebody asks for it; only then is it fetched. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useQuery } from "../data/query.ts";
import { bida } from "../data/session.ts";
import { words } from "../words/words.ts";
import { Json } from "../parts/json.tsx";
import { Loaded } from "../parts/state.tsx";

export function Payload({ id }: { id: string }): JSX.Element {
  const w = words.value.delivery;
  const [isShown, setShown] = useState(false);
  const query = useQuery(
    isShown ? `payload ${id}` : null,
    async () => bida.get(id, { include: ["payload"] }),
    0,
  );
  return (
    <section aria-labelledby="payload">
      <h2 id="payload">{w.payload}</h2>
      <p>
        <button type="button" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
          {isShown ? w.hide : w.reveal}
        </button>{" "}
        {!isShown && <span class="faint">{w.masked}</span>}
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
                </details>
              ))}
            </>
          )}
        </Loaded>
      )}
    </section>
  );
}
