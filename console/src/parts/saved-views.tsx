/** Filters with names, of the page that is open: to come back to with one press. */
import { useLocation } from "preact-iso";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { consolePath, pathTo } from "../data/place.ts";
import { forgetView, saveView, views } from "../data/views.ts";
import { words } from "../words/words.ts";
import { Short } from "./text.tsx";

export function SavedViews({ isSet }: { isSet: boolean }): JSX.Element | null {
  const w = words.value.views;
  const { path, query } = useLocation();
  const [name, setName] = useState("");
  const page = path.slice(consolePath.length);
  const here = views.value.filter((view) => view.page === page);
  if (here.length === 0 && !isSet) return null;
  const { cursor: _cursor, lang: _lang, ...kept } = query;
  return (
    <div class="views">
      {here.map((view) => (
        <span>
          <a href={pathTo(page, view.query)}>
            <Short value={view.name} long={40} />
          </a>
          <button
            type="button"
            class="quiet"
            aria-label={w.forget(view.name)}
            onClick={() => forgetView(view)}
          >
            ×
          </button>
        </span>
      ))}
      {isSet && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() !== "") saveView({ name: name.trim(), page, query: kept });
            setName("");
          }}
        >
          <input
            aria-label={w.name}
            placeholder={w.name}
            value={name}
            maxLength={60}
            autocomplete="off"
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <button type="submit" class="quiet" disabled={name.trim() === ""}>
            {w.save}
          </button>
        </form>
      )}
    </div>
  );
}
