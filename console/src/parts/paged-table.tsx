/** A list that is read page by page, the latest first; the page is in the address. */
import type { ComponentChildren, JSX } from "preact";
import { useNavigation } from "../data/navigate.ts";
import { useQuery } from "../data/query.ts";
import { words } from "../words/words.ts";
import { Pager } from "./pager.tsx";
import { Empty, Loaded } from "./state.tsx";
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
  /** Above the rows, for what is done to all of them. */
  readonly above?: (rows: readonly T[]) => ComponentChildren;
}

export function PagedTable<T>(props: PagedTableProps<T>): JSX.Element {
  const { name, read, label, empty, columns, idOf, limit = 50, above } = props;
  const { query, change } = useNavigation();
  const cursor = query["cursor"];
  const page = useQuery(`${name} ${cursor ?? ""}`, async () =>
    read({ limit, ...(cursor === undefined ? {} : { cursor }) }),
  );
  return (
    <Loaded query={page}>
      {({ items, nextCursor }) => (
        <>
          {items.length === 0 ? (
            <Empty>{nextCursor === null ? empty : words.value.list.goOn}</Empty>
          ) : (
            <>
              {above?.(items)}
              <Table label={label} rows={items} idOf={idOf} columns={columns} />
            </>
          )}
          <Pager cursor={cursor} next={nextCursor} onGo={(to) => change({ cursor: to })} />
        </>
      )}
    </Loaded>
  );
}
