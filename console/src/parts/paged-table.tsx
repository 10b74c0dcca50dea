/** A list that is read page by page, the latest first; the page is in the address. */
import type { ComponentChildren, JSX } from "preact";
import { useNavigation } from "../data/navigate.ts";
import { useQuery } from "../data/query.ts";
import { useSteadyRows } from "../data/steady-rows.ts";
import { words } from "../words/words.ts";
import { Pager } from "./pager.tsx";
import { Empty, Fresh, Loaded } from "./state.tsx";
import { Table, type Column } from "./table.tsx";

interface ReadPage<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

interface PagedTableProps<T> {
  /** Changes with what is asked for. */
  readonly name: string;
  readonly read: (paging: { readonly limit: number; readonly cursor?: string }) => Promise<ReadPage<T>>;
  readonly label: string;
  readonly empty: string;
  readonly columns: readonly Column<T>[];
  readonly idOf: (row: T) => string;
  readonly limit?: number;
  /** In place of a table of these columns. */
  readonly children?: (rows: readonly T[]) => ComponentChildren;
}

export function PagedTable<T>(props: PagedTableProps<T>): JSX.Element {
  const { name, read, label, empty, columns, idOf, limit = 50, children } = props;
  const { query, change } = useNavigation();
  const cursor = query["cursor"];
  const asked = `${name} ${cursor ?? ""}`;
  const page = useQuery(asked, {
    read: async () => read({ limit, ...(cursor === undefined ? {} : { cursor }) }),
  });
  const { rows, fresh, show } = useSteadyRows(asked, { items: page.data?.items ?? null, idOf });
  return (
    <Loaded query={page}>
      {({ nextCursor }) => (
        <>
          <Fresh count={fresh} onShow={show} />
          {rows.length === 0 ? (
            <Empty>{nextCursor === null ? empty : words.value.list.goOn}</Empty>
          ) : (
            (children?.(rows) ?? <Table label={label} rows={rows} idOf={idOf} columns={columns} />)
          )}
          <Pager cursor={cursor} next={nextCursor} onGo={(to) => change({ cursor: to })} />
        </>
      )}
    </Loaded>
  );
}
