import type { JSX } from "preact";
import { simpleAct } from "../data/acts.ts";
import { useNavigation } from "../data/navigate.ts";
import { pathTo } from "../data/place.ts";
import { useQuery } from "../data/query.ts";
import { bida, mayAct } from "../data/session.ts";
import { words } from "../words/words.ts";
import { Page } from "../parts/page.tsx";
import { Pager } from "../parts/pager.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { StatusTag } from "../parts/tag.tsx";
import { Short, Text } from "../parts/text.tsx";

export function Callbacks(): JSX.Element {
  const w = words.value.callbacks;
  const { query, change } = useNavigation();
  const cursor = query["cursor"];
  const page = useQuery(`callbacks ${cursor ?? ""}`, async () =>
    bida.deadLetters.callbacks({ limit: 50, ...(cursor === undefined ? {} : { cursor }) }),
  );
  return (
    <Page title={w.title}>
      <p class="faint">{w.intro}</p>
      <Loaded query={page}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <Empty>{w.empty}</Empty>
            ) : (
              <Table
                label={w.title}
                rows={items}
                idOf={({ id }) => id}
                columns={[
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
                  {
                    title: w.detail,
                    kind: "wide",
                    of: ({ callback }) => <Text value={callback.detail} long={160} />,
                  },
                  {
                    title: words.value.act.column,
                    of: ({ id }) => (
                      <button type="button" disabled={!mayAct.value} onClick={() => emitAgain(id)}>
                        {words.value.act.retry}
                      </button>
                    ),
                  },
                ]}
              />
            )}
            <Pager cursor={cursor} next={nextCursor} onGo={(to) => change({ cursor: to })} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function emitAgain(id: string): void {
  const { retry } = words.value.act;
  simpleAct.value = {
    title: retry,
    label: retry,
    meaning: (all) => all.act.retryMeaning,
    needsReason: false,
    tone: "primary",
    carryOut: async (note) => bida.deadLetters.retryCallback(id, note === undefined ? {} : { note }),
  };
}
