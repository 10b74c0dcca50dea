/** Rows of a list that a person has selected: one by one, from one to another, or all that match, across pages. */
import { useEffect, useRef, useState } from "preact/hooks";
import { currentRow, useKeys } from "./keys.ts";

export interface Selection {
  /** All that match, also those on other pages. */
  readonly isAll: boolean;
  /** Of the rows that are shown, in their order; empty where all that match are meant. */
  readonly chosen: readonly string[];
  readonly isWholePage: boolean;
  readonly has: (id: string) => boolean;
  readonly toggle: (id: string) => void;
  readonly turnPage: (isOn: boolean) => void;
}

interface Selectable {
  /** Another list begins with nothing selected. */
  readonly name: string;
  /** What is gone from them is not selected any more. */
  readonly ids: readonly string[];
  /** Whether there is an act on all that match. */
  readonly hasAll: boolean;
  readonly isOffered?: boolean;
}

export function useSelection({ name, ids, hasAll, isOffered = true }: Selectable): Selection {
  const [selected, select] = useState<ReadonlySet<string>>(new Set());
  const [isAll, setAll] = useState(false);
  const latest = useRef<string | null>(null);
  const choose = (wanted: ReadonlySet<string>): void => {
    setAll(false);
    select(wanted);
  };
  useEffect(() => choose(new Set()), [name]);
  const toggle = (id: string): void => {
    latest.current = id;
    choose(
      selected.has(id) ? new Set([...selected].filter((one) => one !== id)) : new Set([...selected, id]),
    );
  };
  /** From the row that was chosen last to this one, as in a file manager. */
  const range = (id: string): void => {
    const places = [ids.indexOf(latest.current ?? ""), ids.indexOf(id)];
    const [from, to] = [Math.min(...places), Math.max(...places)];
    if (from < 0) return toggle(id);
    choose(new Set([...selected, ...ids.slice(from, to + 1)]));
  };
  const ofRow = (act: (id: string) => void) => () => {
    const row = currentRow();
    if (isOffered && row !== null && ids.includes(row)) act(row);
  };
  useKeys({
    x: ofRow(toggle),
    X: ofRow(range),
    "* a": () => {
      if (isOffered && hasAll && ids.length > 0) setAll(true);
    },
  });
  const chosen = isAll ? [] : ids.filter((id) => selected.has(id));
  return {
    isAll,
    chosen,
    isWholePage: isAll || (ids.length > 0 && chosen.length === ids.length),
    has: (id) => isAll || selected.has(id),
    toggle,
    turnPage: (isOn) => choose(new Set(isOn ? ids : [])),
  };
}
