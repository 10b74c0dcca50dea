import type { JSX } from "preact";
import type { Delivery, DeliveryFilter } from "../../../src/doors/client/types.ts";
import { simpleAct } from "../data/acts.ts";
import { useCopyKeys } from "../data/copied.ts";
import { actOnEach } from "../data/each.ts";
import { useNavigation } from "../data/navigate.ts";
import { isReason } from "../data/dead-letter-filter.ts";
import { pathTo } from "../data/place.ts";
import { useQuery } from "../data/query.ts";
import { readAccounts } from "../data/stream.ts";
import { bida, me } from "../data/session.ts";
import { number } from "../data/show.ts";
import { useSelection } from "../data/selection.ts";
import { useSteadyRows } from "../data/steady-rows.ts";
import { zh } from "../words/zh.ts";
import { words } from "../words/words.ts";
import { useColumns } from "../parts/columns.tsx";
import { FilterRow, useAccountField, useOperationField } from "../parts/filter-row.tsx";
import { Page } from "../parts/page.tsx";
import { Pager } from "../parts/pager.tsx";
import { choiceColumn, SelectPage } from "../parts/select-page.tsx";
import { Empty, Fresh, Loaded } from "../parts/state.tsx";
import { Table, type Column } from "../parts/table.tsx";
import { reasonWords, StatusTag } from "../parts/tag.tsx";
import { Moment, Short } from "../parts/text.tsx";
import { countOf } from "./account-state.ts";

type Status = Delivery["status"];

const STATUSES = Object.keys(zh.status).filter(isStatus);

export function Deliveries(): JSX.Element {
  const w = words.value;
  const { query, change } = useNavigation();
  const filter = filterOf(query);
  const cursor = query["cursor"];
  const name = `deliveries ${JSON.stringify(filter)} ${cursor ?? ""}`;
  const page = useQuery(name, {
    read: async () => bida.list({ ...filter, limit: 50, ...(cursor === undefined ? {} : { cursor }) }),
  });
  const { rows, fresh, show } = useSteadyRows(name, {
    items: page.data?.items ?? null,
    idOf: ({ id }) => id,
  });
  return (
    <Page title={w.deliveries.title}>
      <StatusTabs current={filter.status} account={filter.account} />
      <Filters />
      <Loaded query={page}>
        {({ nextCursor }) => (
          <>
            <Fresh count={fresh} onShow={show} />
            {rows.length === 0 ? (
              <Empty>{nextCursor === null ? w.list.empty : w.list.goOn}</Empty>
            ) : (
              <Rows name={name} rows={rows} isQueued={filter.status === "queued"} />
            )}
            <Pager cursor={cursor} next={nextCursor} onGo={(to) => change({ cursor: to })} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** What was never sent can be cancelled, also several at once. */
function Rows({
  name,
  rows,
  isQueued,
}: {
  name: string;
  rows: readonly Delivery[];
  isQueued: boolean;
}): JSX.Element {
  const w = words.value;
  const isShown = isQueued && me.value?.role !== "viewer";
  const selection = useSelection({
    name,
    ids: rows.filter(isUnsent).map(({ id }) => id),
    hasAll: false,
    isOffered: isShown,
  });
  const { chosen } = selection;
  useCopyKeys();
  return (
    <>
      {isShown && (
        <div class="act-row">
          <SelectPage selection={selection} />
          <button type="button" disabled={chosen.length === 0} onClick={() => cancelAll(chosen)}>
            {w.act.cancelSelected(chosen.length)}
          </button>
        </div>
      )}
      <DeliveryTable rows={rows} before={isShown ? [choiceColumn(selection, isUnsent)] : []} />
    </>
  );
}

function isUnsent({ sends }: Delivery): boolean {
  return sends === 0;
}

function cancelAll(ids: readonly string[]): void {
  const label = words.value.act.cancelSelected(ids.length);
  simpleAct.value = {
    title: label,
    label,
    meaning: (w) => w.act.cancelMeaning,
    needsReason: true,
    tone: "danger",
    carryOut: async (note) => actOnEach(ids, async (id) => bida.cancel(id, note)),
  };
}

function DeliveryTable({
  rows,
  before,
}: {
  rows: readonly Delivery[];
  before: readonly Column<Delivery>[];
}): JSX.Element {
  const w = words.value;
  const { shown, chooser } = useColumns<Delivery>([
    ...before,
    {
      title: w.filter.key,
      of: ({ id, key }) => (
        <a class="primary-link" href={pathTo(`/d/${id}`)}>
          <Short value={key ?? id} />
        </a>
      ),
    },
    { name: "status", title: w.filter.status, of: ({ status }) => <StatusTag status={status} /> },
    { name: "reason", title: w.filter.reason, of: ({ reason }) => reasonWords(reason) },
    { name: "account", title: w.filter.account, of: ({ account }) => account },
    { name: "operation", title: w.filter.operation, of: ({ operation }) => <code>{operation}</code> },
    {
      name: "recipients",
      title: w.dead.recipients,
      kind: "number",
      of: ({ recipients }) =>
        `${recipients.filter(({ status }) => status === "confirmed").length} / ${recipients.length}`,
    },
    { name: "tries", title: w.dead.tries, kind: "number", of: ({ sends, checks }) => `${sends} / ${checks}` },
    { name: "created", title: w.delivery.created, of: ({ createdAt }) => <Moment iso={createdAt} /> },
    { name: "next", title: w.delivery.nextDue, of: ({ nextAt }) => <NextDue at={nextAt} /> },
  ]);
  return (
    <>
      {chooser}
      <Table label={w.deliveries.title} rows={rows} idOf={({ id }) => id} columns={shown} />
    </>
  );
}

/** What is due by now is done as soon as its account and its lane allow it. */
function NextDue({ at }: { at: string | null }): JSX.Element {
  if (at !== null && Date.parse(at) <= Date.now()) return <>{words.value.delivery.soon}</>;
  return <Moment iso={at} isRelative />;
}

function StatusTabs({
  current,
  account,
}: {
  current: Status | undefined;
  account: string | undefined;
}): JSX.Element {
  const w = words.value;
  const { query } = useNavigation();
  const accounts = useQuery("accounts", { read: readAccounts });
  const counted = (accounts.data ?? []).filter(({ name }) => account === undefined || name === account);
  const count = (status: Status): number => counted.reduce((sum, one) => sum + countOf(one, status), 0);
  const to = (status: Status | null): string => pathTo("/deliveries", { ...query, cursor: null, status });
  return (
    <nav class="tabs" aria-label={w.filter.status}>
      <a href={to(null)} aria-current={current === undefined ? "page" : undefined}>
        {w.deliveries.all}
      </a>
      {STATUSES.map((status) => (
        <a href={to(status)} aria-current={current === status ? "page" : undefined}>
          {w.status[status]}{" "}
          {counted.some(({ counts }) => status in counts) && <small>{number(count(status))}</small>}
        </a>
      ))}
    </nav>
  );
}

function Filters(): JSX.Element {
  const w = words.value.filter;
  const account = useAccountField();
  const operation = useOperationField();
  return (
    <FilterRow
      fields={[
        account,
        operation,
        { name: "key", label: w.key, type: "text" },
        { name: "recipient", label: w.recipient, type: "text" },
        { name: "lane", label: w.lane, type: "text", isRare: true },
        { name: "code", label: w.code, type: "text" },
        { name: "text", label: w.text, type: "text" },
        { name: "producer", label: w.producer, type: "text", isRare: true },
        { name: "requestId", label: w.requestId, type: "text", isRare: true },
        { name: "since", label: w.since, type: "datetime-local" },
        { name: "until", label: w.until, type: "datetime-local" },
      ]}
    />
  );
}

function filterOf(query: Readonly<Record<string, string>>): DeliveryFilter {
  const { account, operation, key, recipient, lane, code, text, since, until, status, reason } = query;
  const { producer, requestId } = query;
  return {
    ...given({ account, operation, key, recipient, lane, code, text, producer, requestId, since, until }),
    ...(status !== undefined && isStatus(status) ? { status } : {}),
    ...(isReason(reason) ? { reason } : {}),
  };
}

function given(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [[name, value]],
    ),
  );
}

function isStatus(status: string): status is Status {
  return Object.hasOwn(zh.status, status);
}
