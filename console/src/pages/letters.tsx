/** Dead letters one by one: select some, or all that match the filter, across pages. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Delivery, DeadLetterFilter, ExportFormat } from "../../../src/doors/client/types.ts";
import { letterAct, type DeadLetterAct } from "../data/acts.ts";
import { currentRow, useKeys } from "../data/keys.ts";
import { useNavigation } from "../data/navigate.ts";
import { apiUrl, pathTo } from "../data/place.ts";
import { useQuery } from "../data/query.ts";
import { bida, mayAct } from "../data/session.ts";
import { useSteadyRows } from "../data/steady-rows.ts";
import { words } from "../words/words.ts";
import { useColumns } from "../parts/columns.tsx";
import { editingField } from "../data/dialogs.ts";
import { Pager } from "../parts/pager.tsx";
import { Empty, Fresh, Loaded } from "../parts/state.tsx";
import { Table, type Column } from "../parts/table.tsx";
import { reasonWords } from "../parts/tag.tsx";
import { Moment, Short, Text } from "../parts/text.tsx";

export function Letters({
  filter,
  cursor,
}: {
  filter: DeadLetterFilter;
  cursor: string | undefined;
}): JSX.Element {
  const w = words.value;
  const { change } = useNavigation();
  const name = `letters ${JSON.stringify(filter)} ${cursor ?? ""}`;
  const page = useQuery(name, async () =>
    bida.deadLetters.list({ ...filter, limit: 50, ...(cursor === undefined ? {} : { cursor }) }),
  );
  const { rows, fresh, show } = useSteadyRows(name, page.data?.items ?? null, ({ id }) => id);
  const [selected, select] = useState<ReadonlySet<string>>(new Set());
  const [isAll, setAll] = useState(false);
  useEffect(() => {
    select(new Set());
    setAll(false);
  }, [name]);

  const isEverything = Object.keys(filter).length === 0;
  // What somebody else settled meanwhile is not selected any more.
  const chosen = rows.filter(({ id }) => selected.has(id)).map(({ id }) => id);
  const latest = useRef<string | null>(null);
  const toggle = (id: string): void => {
    latest.current = id;
    setAll(false);
    select((before) =>
      before.has(id) ? new Set([...before].filter((other) => other !== id)) : new Set([...before, id]),
    );
  };
  /** From the row that was chosen last to this one, as in a file manager. */
  const range = (id: string): void => {
    const places = [
      rows.findIndex((row) => row.id === latest.current),
      rows.findIndex((row) => row.id === id),
    ];
    const [from, to] = [Math.min(...places), Math.max(...places)];
    if (from < 0) return toggle(id);
    setAll(false);
    select((before) => new Set([...before, ...rows.slice(from, to + 1).map((row) => row.id)]));
  };
  const { shown, chooser } = useColumns(columns((id) => isAll || selected.has(id), toggle));
  const actOnMatching = (kind: DeadLetterAct["act"]): void => {
    letterAct.value = { act: kind, target: { kind: "matching", filter } };
  };
  const act = (kind: DeadLetterAct["act"]): void => {
    if (!mayAct.value) return;
    const row = currentRow();
    const ids = chosen.length > 0 ? chosen : row === null ? [] : [row];
    if (isAll) actOnMatching(kind);
    else if (ids.length > 0) letterAct.value = { act: kind, target: { kind: "some", ids } };
  };
  useKeys({
    x: () => {
      const row = currentRow();
      if (row !== null) toggle(row);
    },
    X: () => {
      const row = currentRow();
      if (row !== null) range(row);
    },
    "* a": () => setAll(true),
    r: () => act("replay"),
    v: () => act("verify"),
    D: () => act("discard"),
  });
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
                <label class="check">
                  <input
                    type="checkbox"
                    checked={isAll || (chosen.length > 0 && chosen.length === rows.length)}
                    onChange={(event) => {
                      setAll(false);
                      select(new Set(event.currentTarget.checked ? rows.map(({ id }) => id) : []));
                    }}
                  />{" "}
                  {isAll ? w.dead.allMatching : w.dead.selectAll}
                </label>
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
                isSelected={({ id }) => isAll || selected.has(id)}
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

function columns(
  isSelected: (id: string) => boolean,
  toggle: (id: string) => void,
): readonly Column<Delivery>[] {
  const w = words.value.dead;
  return [
    {
      title: w.selectAll,
      kind: "choice",
      of: ({ id, key }) => (
        <input
          type="checkbox"
          aria-label={w.select((key ?? id).slice(0, 80))}
          checked={isSelected(id)}
          onChange={() => toggle(id)}
        />
      ),
    },
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
