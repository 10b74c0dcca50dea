/** Which columns of a table are shown: a person chooses, and the address keeps it. */
import type { JSX } from "preact";
import { useNavigation } from "../data/navigate.ts";
import { words } from "../words/words.ts";
import type { Column } from "./table.tsx";

interface ChosenColumns<T> {
  readonly shown: readonly Column<T>[];
  readonly chooser: JSX.Element;
}

/** In the address, where nothing is left out: no column is called like this. */
const NONE = "none";

/** The columns that a person has chosen; only columns with a name can be hidden. */
export function useColumns<T>(columns: readonly Column<T>[]): ChosenColumns<T> {
  const { query, change } = useNavigation();
  const usual = columns.flatMap(({ name, isSpare }) => (name !== undefined && isSpare ? [name] : []));
  const hidden = new Set(query["hide"]?.split(",") ?? usual);
  const turn = (name: string, isShown: boolean): void => {
    const next = isShown ? [...hidden].filter((one) => one !== name) : [...hidden, name];
    // It is the same page of the same list.
    change({ hide: next.length === 0 ? NONE : next.join(","), cursor: query["cursor"] ?? null });
  };
  const chooser = (
    <details class="columns">
      <summary>{words.value.list.columns}</summary>
      {columns.map(
        ({ name, title }) =>
          name !== undefined && (
            <label class="check">
              <input
                type="checkbox"
                checked={!hidden.has(name)}
                onChange={(event) => turn(name, event.currentTarget.checked)}
              />{" "}
              {title}
            </label>
          ),
      )}
    </details>
  );
  return { shown: columns.filter(({ name }) => name === undefined || !hidden.has(name)), chooser };
}
