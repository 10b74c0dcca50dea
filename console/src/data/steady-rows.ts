/**
 * Rows that do not move under the hand: a row keeps its place while its content is renewed; new ones wait until they
 * are asked for.
 */
import { useRef, useState } from "preact/hooks";
import { merge } from "./merge-rows.ts";

interface SteadyRows<T> {
  readonly rows: readonly T[];
  /** How many wait to be shown. */
  readonly fresh: number;
  readonly show: () => void;
}

/** @param name changes with the filter: then everything is shown as it comes */
export function useSteadyRows<T>(
  name: string,
  { items, idOf }: { readonly items: readonly T[] | null; readonly idOf: (item: T) => string },
): SteadyRows<T> {
  const shown = useRef<{ name: string; rows: readonly T[] } | null>(null);
  const [, again] = useState(0);
  if (items === null)
    return { rows: shown.current?.name === name ? shown.current.rows : [], fresh: 0, show: noop };
  if (shown.current === null || shown.current.name !== name || shown.current.rows.length === 0)
    shown.current = { name, rows: items };
  const { rows, fresh } = merge(shown.current.rows, { items, idOf });
  shown.current = { name, rows };
  return {
    rows,
    fresh,
    show: () => {
      shown.current = { name, rows: items };
      again((before) => before + 1);
    },
  };
}

function noop(): void {
  return;
}
