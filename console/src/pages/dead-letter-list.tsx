/** Dead letters one by one: select some, or all that match the filter, across pages. */
import type { JSX } from "preact";
import type { Delivery, DeadLetterFilter, ExportFormat } from "../../../src/doors/client/types.ts";
import { deadLetterAct, type DeadLetterAct } from "../data/acts.ts";
import { useCopyKeys } from "../data/copied.ts";
import { editing, editingField } from "../data/dialogs.ts";
import { currentRow, useKeys } from "../data/keys.ts";
import { useNavigation } from "../data/navigate.ts";
import { apiUrl, pathTo } from "../data/place.ts";
import { useQuery } from "../data/query.ts";
import { bida, mayAct } from "../data/session.ts";
import { useSelection } from "../data/selection.ts";
import { useSteadyRows } from "../data/steady-rows.ts";
import { words } from "../words/words.ts";
import { useColumns } from "../parts/columns.tsx";
import { Pager } from "../parts/pager.tsx";
import { choiceColumn, SelectPage } from "../parts/select-page.tsx";
import { Empty, Fresh, Loaded } from "../parts/state.tsx";
import { Table, type Column } from "../parts/table.tsx";
import { reasonWords } from "../parts/tag.tsx";
import { Moment, Short, Text } from "../parts/text.tsx";

export function DeadLetterList({
  filter,
  cursor,
}: {
  filter: DeadLetterFilter;
  cursor: string | undefined;
}): JSX.Element {
  const w = words.value;
  const { change } = useNavigation();
  const name = `letters ${JSON.stringify(filter)} ${cursor ?? ""}`;
  const page = useQuery(name, {
    read: async () =>
      bida.deadLetters.list({ ...filter, limit: 50, ...(cursor === undefined ? {} : { cursor }) }),
  });
  const { rows, fresh, show } = useSteadyRows(name, {
    items: page.data?.items ?? null,
    idOf: ({ id }) => id,
  });
  const isEverything = Object.keys(filter).length === 0;
  const ids = rows.map(({ id }) => id);
  const selection = useSelection({ name, ids, hasAll: true });
  const { isAll, chosen } = selection;
  const { shown, chooser } = useColumns([choiceColumn<Delivery>(selection), ...columns()]);
  const actOnMatching = (kind: DeadLetterAct["act"]): void => {
    deadLetterAct.value = { act: kind, target: { kind: "matching", filter } };
  };
  /** Those selected, else the row that has the focus. */
  const meant = (): readonly string[] => {
    const row = currentRow();
    return chosen.length > 0 ? chosen : row === null ? [] : [row];
  };
  const act = (kind: DeadLetterAct["act"]): void => {
    if (!mayAct.value) return;
    if (isAll) actOnMatching(kind);
    else if (meant().length > 0) deadLetterAct.value = { act: kind, target: { kind: "some", ids: meant() } };
  };
  /** The whole payload of one, or one field of all that match. */
  const edit = (): void => {
    const [id, ...others] = meant();
    if (!mayAct.value) return;
    if (isAll) editingField.value = filter;
    else if (id !== undefined && others.length === 0) editing.value = id;
  };
  useKeys({
    r: () => act("replay"),
    v: () => act("verify"),
    e: edit,
    D: () => act("discard"),
  });
  useCopyKeys();
  return (
    <Loaded query={page}>
      {({ nextCursor }) => (
        <>
          <Fresh count={fresh} onShow={show} />
          {rows.length === 0 ? (
            <Empty>
              {nextCursor !== null ? w.list.goOn : isEverything ? w.dead.empty : w.dead.emptyFilter}
            </Empty>
          ) : (
            <>
              <div class="act-row" hidden={!mayAct.value}>
                <SelectPage selection={selection} />
                {chosen.length > 0 && !isAll ? (
                  <>
                    <button type="button" class="primary" onClick={() => act("replay")}>
                      {w.act.replaySelected(chosen.length)}
                    </button>
                    <button type="button" onClick={() => act("verify")}>
                      {w.act.verifySelected(chosen.length)}
                    </button>
                    <button type="button" onClick={() => act("discard")}>
                      {w.act.discardSelected(chosen.length)}
                    </button>
                  </>
                ) : (
                  <>
                    <button
                      type="button"
                      class={isAll ? "primary" : undefined}
                      onClick={() => actOnMatching("replay")}
                    >
                      {w.act.replayMatching}
                    </button>
                    <button type="button" onClick={() => actOnMatching("verify")}>
                      {w.act.verifyMatching}
                    </button>
                    <button type="button" onClick={() => (editingField.value = filter)}>
                      {w.act.editFieldOf}
                    </button>
                    <button type="button" onClick={() => actOnMatching("discard")}>
                      {w.act.discardMatching}
                    </button>
                    <a href={exportOf(filter, "jsonl")} download="dead-letters.jsonl">
                      {w.dead.export}
                    </a>
                    <a href={exportOf(filter, "csv")} download="dead-letters.csv">
                      CSV
                    </a>
                  </>
                )}
              </div>
              {chooser}
              <Table
                label={w.dead.letters}
                columns={shown}
                rows={rows}
                idOf={({ id }) => id}
                isSelected={({ id }) => selection.has(id)}
              />
            </>
          )}
          <Pager cursor={cursor} next={nextCursor} onGo={(to) => change({ cursor: to })} />
        </>
      )}
    </Loaded>
  );
}

/** A read: the browser's session is enough for it, and the file never is in the page's memory. It is audited. */
function exportOf(filter: DeadLetterFilter, format: ExportFormat): string {
  const given = Object.entries(filter).map(([name, value]) => [name, String(value)]);
  return `${apiUrl}/v1/dead-letters/export?${new URLSearchParams([...given, ["format", format]]).toString()}`;
}

function columns(): readonly Column<Delivery>[] {
  const w = words.value.dead;
  return [
    {
      title: w.key,
      of: ({ id, key }) => (
        <a class="primary-link" href={pathTo(`/d/${id}`)}>
          <Short value={key ?? id} />
        </a>
      ),
    },
    { title: w.reason, of: ({ reason }) => <span class="line">{reasonWords(reason)}</span> },
    { name: "detail", title: w.detail, kind: "wide", of: ({ detail }) => <Text value={detail} long={160} /> },
    { name: "account", title: words.value.filter.account, of: ({ account }) => account },
    { name: "operation", title: w.operation, of: ({ operation }) => <code>{operation}</code> },
    {
      name: "recipients",
      title: w.recipients,
      kind: "number",
      of: ({ recipients }) => w.refused(unproven(recipients), recipients.length),
    },
    { name: "tries", title: w.tries, kind: "number", of: ({ sends, checks }) => `${sends} / ${checks}` },
    { name: "generation", title: w.generation, kind: "number", of: ({ generation }) => generation },
    {
      name: "lane",
      isSpare: true,
      title: words.value.filter.lane,
      of: ({ account, lane }) =>
        lane === null ? (
          <span class="faint">–</span>
        ) : (
          <a href={pathTo("/deliveries", { account, lane })}>
            <Short value={lane} long={40} />
          </a>
        ),
    },
    { name: "died", title: w.died, of: ({ finishedAt }) => <Moment iso={finishedAt} isRelative /> },
  ];
}

function unproven(recipients: Delivery["recipients"]): number {
  return recipients.filter(({ status }) => status !== "confirmed").length;
}
