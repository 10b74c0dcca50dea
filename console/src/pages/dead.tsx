import type { JSX } from "preact";
import type { DeadLetterFilter } from "../../../src/doors/client/types.ts";
import type { DeadLetterAct } from "../data/acts.ts";
import { editingField } from "../data/dialogs.ts";
import { currentRow, useKeys } from "../data/keys.ts";
import { deadLetterFilter } from "../data/dead-letter-filter.ts";
import { useNavigation } from "../data/navigate.ts";
import { useQuery } from "../data/query.ts";
import { pathTo } from "../data/place.ts";
import { bida, mayAct } from "../data/session.ts";
import { number } from "../data/show.ts";
import { useSteadyRows } from "../data/steady-rows.ts";
import { words } from "../words/words.ts";
import { FilterRow, useAccountField, useOperationField, type FilterField } from "../parts/filter-row.tsx";
import { managing } from "../parts/group-dialog.tsx";
import { actOnGroup, filterOf, groupId, GroupTable, type Group } from "../parts/group-table.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Fresh, Loaded } from "../parts/state.tsx";
import { DeadLetterList } from "./dead-letter-list.tsx";

export function Dead(): JSX.Element {
  const w = words.value.dead;
  const { query } = useNavigation();
  const filter = deadLetterFilter(query);
  const isDeadLetters = query["tab"] === "letters";
  return (
    <Page title={w.title}>
      <nav class="tabs" aria-label={w.title}>
        <a
          href={pathTo("/dead", { ...without(query), tab: null })}
          aria-current={isDeadLetters ? undefined : "page"}
        >
          {w.groups}
        </a>
        <a
          href={pathTo("/dead", { ...without(query), tab: "letters" })}
          aria-current={isDeadLetters ? "page" : undefined}
        >
          {w.letters}
        </a>
      </nav>
      <FilterRow fields={useFields()} />
      {isDeadLetters ? (
        <DeadLetterList filter={filter} cursor={query["cursor"]} />
      ) : (
        <Groups filter={filter} />
      )}
    </Page>
  );
}

function without({ cursor: _cursor, ...query }: Readonly<Record<string, string>>): Record<string, string> {
  return query;
}

function useFields(): readonly FilterField[] {
  const w = words.value;
  const account = useAccountField();
  const operation = useOperationField();
  return [
    account,
    operation,
    { name: "reason", label: w.filter.reason, options: Object.entries(w.reason) },
    { name: "code", label: w.filter.code, type: "text" },
    { name: "key", label: w.filter.key, type: "text" },
    { name: "recipient", label: w.filter.recipient, type: "text" },
    { name: "lane", label: w.filter.lane, type: "text", isRare: true },
    { name: "sends", label: w.filter.sends, type: "number", isRare: true },
    { name: "generation", label: w.filter.generation, type: "number", isRare: true },
    { name: "text", label: w.filter.text, type: "text" },
    { name: "metadata", label: w.filter.metadata, type: "text", isRare: true },
    { name: "producer", label: w.filter.producer, type: "text", isRare: true },
    { name: "requestId", label: w.filter.requestId, type: "text", isRare: true },
    { name: "since", label: w.filter.since, type: "datetime-local" },
    { name: "until", label: w.filter.until, type: "datetime-local" },
  ];
}

function Groups({ filter }: { filter: DeadLetterFilter }): JSX.Element {
  const w = words.value.dead;
  const name = `groups ${JSON.stringify(filter)}`;
  const groups = useQuery(name, {
    read: async () => bida.deadLetters.groups({ ...filter, include: "details" }),
  });
  const { rows, fresh, show } = useSteadyRows(name, { items: groups.data?.items ?? null, idOf: groupId });
  const chosen = (): Group | undefined =>
    rows.find((known) => groupId(known) === currentRow()) ?? (rows.length === 1 ? rows[0] : undefined);
  const act = (kind: DeadLetterAct["act"]): void => {
    const group = chosen();
    if (group !== undefined && mayAct.value) actOnGroup(kind, group);
  };
  useKeys({
    r: () => act("replay"),
    v: () => act("verify"),
    e: () => {
      const group = chosen();
      if (group !== undefined && mayAct.value) editingField.value = filterOf(group);
    },
    D: () => act("discard"),
    a: () => {
      if (mayAct.value) managing.value = chosen() ?? null;
    },
  });
  return (
    <Loaded query={groups}>
      {({ isComplete, counted }) => (
        <>
          <Fresh count={fresh} onShow={show} />
          {!isComplete && <p class="note">{w.incomplete(number(counted))}</p>}
          {rows.length === 0 ? (
            <Empty>{Object.keys(filter).length === 0 ? w.empty : w.emptyFilter}</Empty>
          ) : (
            <>
              <GroupTable groups={rows} label={w.groups} withActs />
              <p>
                <a href={`${pathTo("/help")}#steps`}>{words.value.help.stepsTitle}</a>
              </p>
            </>
          )}
        </>
      )}
    </Loaded>
  );
}
