/** The boxes by which rows are selected: one for the page, one a row. */
import type { JSX } from "preact";
import type { Selection } from "../data/selection.ts";
import { words } from "../words/words.ts";
import type { Column } from "./table.tsx";

export function SelectPage({ selection }: { selection: Selection }): JSX.Element {
  const w = words.value.dead;
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={selection.isWholePage}
        onChange={(event) => selection.turnPage(event.currentTarget.checked)}
      />{" "}
      {selection.isAll ? w.allMatching : w.selectAll}
    </label>
  );
}

export function choiceColumn<T extends { readonly id: string; readonly key: string | null }>(
  selection: Selection,
  mayBe: (row: T) => boolean = () => true,
): Column<T> {
  const w = words.value.dead;
  return {
    title: w.selectAll,
    kind: "choice",
    of: (row) => (
      <input
        type="checkbox"
        aria-label={w.select((row.key ?? row.id).slice(0, 80))}
        checked={mayBe(row) && selection.has(row.id)}
        disabled={!mayBe(row)}
        onChange={() => selection.toggle(row.id)}
      />
    ),
  };
}
