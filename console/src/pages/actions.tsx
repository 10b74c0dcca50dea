import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useNavigation } from "../data/navigate.ts";
import { pathTo } from "../data/place.ts";
import { useQuery } from "../data/query.ts";
import { bida } from "../data/session.ts";
import { words } from "../words/words.ts";
import { Page } from "../parts/page.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Moment, Text } from "../parts/text.tsx";
import { filterWords } from "../parts/filter-words.ts";
import { ActionStatus, Meter } from "./action.tsx";

export function Actions(): JSX.Element {
  const w = words.value.actions;
  const { go } = useNavigation();
  const [wanted, setWanted] = useState("");
  const actions = useQuery("actions", { read: async () => bida.deadLetters.actions({ limit: 100 }) });
  return (
    <Page title={w.title}>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted.trim() !== "") go(`/actions/${wanted.trim()}`);
        }}
      >
        <label>
          <span>{w.find}</span>
          <input
            value={wanted}
            autocomplete="off"
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        </label>
        <button type="submit">{w.open}</button>
      </form>
      <Loaded query={actions}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{w.empty}</Empty>
          ) : (
            <Table
              label={w.title}
              rows={items}
              idOf={({ id }) => id}
              columns={[
                {
                  title: w.kind,
                  of: ({ id, kind }) => (
                    <a class="primary-link" href={pathTo(`/actions/${id}`)}>
                      {words.value.act[kind]}
                    </a>
                  ),
                },
                { title: w.status, of: (action) => <ActionStatus action={action} /> },
                { title: w.progress, of: (action) => <Meter action={action} /> },
                { title: w.filter, of: (action) => <Text value={filterWords(action.filter)} long={120} /> },
                { title: w.by, of: ({ by }) => <Text value={by} long={60} /> },
                { title: w.note, of: ({ note }) => <Text value={note} long={120} /> },
                { title: w.started, of: ({ startedAt }) => <Moment iso={startedAt} /> },
              ]}
            />
          )
        }
      </Loaded>
    </Page>
  );
}
