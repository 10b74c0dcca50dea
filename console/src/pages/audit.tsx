import type { JSX } from "preact";
import type { AuditEntry, ExportFormat } from "../../../src/doors/client/types.ts";
import { useNavigation } from "../data/navigate.ts";
import { apiUrl, pathTo } from "../data/place.ts";
import { bida, mayAct } from "../data/session.ts";
import { number } from "../data/show.ts";
import { words } from "../words/words.ts";
import { FilterRow } from "../parts/filter-row.tsx";
import { Page } from "../parts/page.tsx";
import { PagedTable } from "../parts/paged-table.tsx";
import { Moment, Short, Text } from "../parts/text.tsx";

const FILTERS = ["by", "act", "account", "id", "since", "until"] as const;

export function Audit(): JSX.Element {
  const w = words.value.audit;
  const { query } = useNavigation();
  const filter = Object.fromEntries(
    FILTERS.flatMap((name) => (query[name] === undefined || query[name] === "" ? [] : [[name, query[name]]])),
  ) as Partial<Record<(typeof FILTERS)[number], string>>;
  return (
    <Page title={w.title}>
      <FilterRow
        fields={[
          { name: "by", label: w.by, type: "text" },
          { name: "act", label: w.act, type: "text" },
          { name: "account", label: words.value.filter.account, type: "text" },
          { name: "id", label: w.on, type: "text" },
          { name: "since", label: words.value.filter.since, type: "datetime-local" },
          { name: "until", label: words.value.filter.until, type: "datetime-local" },
        ]}
      />
      {mayAct.value && (
        <p class="act-row">
          <a href={exportOf(filter, "jsonl")} download="audit.jsonl">
            {w.export}
          </a>
          <a href={exportOf(filter, "csv")} download="audit.csv">
            CSV
          </a>
        </p>
      )}
      <PagedTable
        name={`audit ${JSON.stringify(filter)}`}
        read={async (paging) => bida.audit({ ...filter, ...paging })}
        limit={200}
        label={w.title}
        empty={w.empty}
        idOf={({ at, by, act, id }) => [at, by, act, id].join("\n")}
        columns={[
          { title: w.at, of: ({ at }) => <Moment iso={at} /> },
          { title: w.by, of: ({ by }) => <Text value={by} long={60} /> },
          {
            title: w.from,
            of: ({ from }) => (
              <span class="line">
                <Text value={from} long={60} />
              </span>
            ),
          },
          { title: w.act, of: ({ act }) => <code>{act}</code> },
          { title: w.on, of: (entry) => <Subject entry={entry} /> },
          {
            title: w.count,
            kind: "number",
            of: ({ count, matched }) => howMany(count, matched),
          },
          { title: w.note, kind: "wide", of: ({ note }) => <Text value={note} long={200} /> },
        ]}
      />
    </Page>
  );
}

/** The URL of the export. It only reads, so the browser's session is enough. */
function exportOf(filter: Readonly<Record<string, string>>, format: ExportFormat): string {
  return `${apiUrl}/v1/audit/export?${new URLSearchParams({ ...filter, format }).toString()}`;
}

/** `3 / 5`: done to three of the five that were meant. */
function howMany(count: number | null, matched: number | null): string {
  if (count === null) return "";
  return matched === null || matched === count ? number(count) : `${number(count)} / ${number(matched)}`;
}

function Subject({ entry: { id, account, act } }: { entry: AuditEntry }): JSX.Element {
  const page = /bulk|action/i.test(act) ? "/actions/" : "/d/";
  return (
    <>
      {account !== null && <a href={pathTo(`/accounts/${account}`)}>{account}</a>}{" "}
      {id !== null && (
        <a href={pathTo(page + id)}>
          <Short value={id} long={40} />
        </a>
      )}
    </>
  );
}
