/** Producers that could not be told, until they were given up: told again one by one, selected, or all that match. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { DeadCallback } from "../../../src/doors/client/types.ts";
import { simpleAct } from "../data/acts.ts";
import { useCopyKeys } from "../data/copied.ts";
import { actOnEach } from "../data/each.ts";
import { currentRow, useKeys } from "../data/keys.ts";
import { useNavigation } from "../data/navigate.ts";
import { pathTo } from "../data/place.ts";
import { useSelection } from "../data/selection.ts";
import { bida, mayAct } from "../data/session.ts";
import { words } from "../words/words.ts";
import { FilterRow, useAccountField } from "../parts/filter-row.tsx";
import { Page } from "../parts/page.tsx";
import { PagedTable } from "../parts/paged-table.tsx";
import { RunbookLink } from "../parts/runbook-link.tsx";
import { choiceColumn, SelectPage } from "../parts/select-page.tsx";
import { Problem } from "../parts/state.tsx";
import { Table, type Column } from "../parts/table.tsx";
import { StatusTag } from "../parts/tag.tsx";
import { Short, Text } from "../parts/text.tsx";

const FILTERS = ["account", "since", "until"] as const;
type Filter = Partial<Record<(typeof FILTERS)[number], string>>;

export function Callbacks(): JSX.Element {
  const w = words.value.callbacks;
  const { query } = useNavigation();
  const filter: Filter = Object.fromEntries(
    FILTERS.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])),
  );
  const name = `callbacks ${JSON.stringify(filter)} ${query["cursor"] ?? ""}`;
  return (
    <Page title={w.title}>
      <p class="faint">
        {w.intro} <RunbookLink name="callbacks-given-up" />
      </p>
      <Filters />
      <PagedTable<DeadCallback>
        name={`callbacks ${JSON.stringify(filter)}`}
        read={async (paging) => bida.deadLetters.callbacks({ ...filter, ...paging })}
        label={w.title}
        empty={w.empty}
        idOf={({ id }) => id}
        columns={[]}
      >
        {(rows) => <Rows name={name} rows={rows} filter={filter} />}
      </PagedTable>
    </Page>
  );
}

function Filters(): JSX.Element {
  const w = words.value.filter;
  const account = useAccountField();
  return (
    <FilterRow
      fields={[
        account,
        { name: "since", label: w.since, type: "datetime-local" },
        { name: "until", label: w.until, type: "datetime-local" },
      ]}
    />
  );
}

function Rows({
  name,
  rows,
  filter,
}: {
  name: string;
  rows: readonly DeadCallback[];
  filter: Filter;
}): JSX.Element {
  const w = words.value;
  const selection = useSelection({
    name,
    ids: rows.map(({ id }) => id),
    hasAll: true,
    isOffered: mayAct.value,
  });
  const { isAll, chosen } = selection;
  const [failure, setFailure] = useState<unknown>(null);
  const repeatAll = async (): Promise<void> => {
    setFailure(null);
    await allThatMatch(filter).then(callAgain, setFailure);
  };
  useKeys({
    r: () => {
      const row = currentRow();
      if (!mayAct.value) return;
      if (isAll) void repeatAll();
      else if (chosen.length > 0) callAgain(chosen);
      else if (row !== null) callAgain([row]);
    },
  });
  useCopyKeys();
  return (
    <>
      {mayAct.value && (
        <div class="act-row">
          <SelectPage selection={selection} />
          {chosen.length > 0 ? (
            <button type="button" class="primary" onClick={() => callAgain(chosen)}>
              {w.act.retrySelected(chosen.length)}
            </button>
          ) : (
            <button type="button" class={isAll ? "primary" : undefined} onClick={() => void repeatAll()}>
              {w.act.retryMatching}
            </button>
          )}
        </div>
      )}
      {failure !== null && <Problem error={failure} />}
      <Table
        label={w.callbacks.title}
        rows={rows}
        idOf={({ id }) => id}
        isSelected={({ id }) => selection.has(id)}
        columns={
          mayAct.value ? [choiceColumn<DeadCallback>(selection), ...columns(), retryColumn()] : columns()
        }
      />
    </>
  );
}

function columns(): readonly Column<DeadCallback>[] {
  const w = words.value.callbacks;
  return [
    {
      title: words.value.filter.key,
      of: ({ id, key }) => (
        <a class="primary-link" href={pathTo(`/d/${id}`)}>
          <Short value={key ?? id} />
        </a>
      ),
    },
    { title: words.value.filter.status, of: ({ status }) => <StatusTag status={status} /> },
    { title: words.value.filter.account, of: ({ account }) => account },
    { title: w.url, of: ({ callback }) => <Text value={callback.url} long={120} /> },
    { title: w.attempts, kind: "number", of: ({ callback }) => callback.attempts },
    { title: w.detail, kind: "wide", of: ({ callback }) => <Text value={callback.detail} long={160} /> },
  ];
}

function retryColumn(): Column<DeadCallback> {
  return {
    title: words.value.act.column,
    of: ({ id }) => (
      <button type="button" onClick={() => callAgain([id])}>
        {words.value.act.retry}
      </button>
    ),
  };
}

const PAGE = 200;
const MOST_PAGES = 50;

/** The ids of all callbacks that match now; those that are given up later are left out. */
async function allThatMatch(filter: Filter): Promise<readonly string[]> {
  const until = filter.until ?? new Date().toISOString();
  const ids: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const paging: { readonly limit: number; readonly cursor?: string } =
      cursor === null ? { limit: PAGE } : { limit: PAGE, cursor };
    const { items, nextCursor } = await bida.deadLetters.callbacks({ ...filter, until, ...paging });
    ids.push(...items.map(({ id }) => id));
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return ids;
}

function callAgain(ids: readonly string[]): void {
  const { act } = words.value;
  const label = ids.length === 1 ? act.retry : act.retryCount(ids.length);
  simpleAct.value = {
    title: label,
    label,
    meaning: (all) => all.act.retryMeaning,
    needsReason: ids.length > 1,
    count: ids.length,
    tone: "primary",
    carryOut: async (note) =>
      actOnEach(ids, async (id) => bida.deadLetters.retryCallback(id, note === undefined ? {} : { note })),
  };
}
