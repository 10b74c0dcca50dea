import type { JSX } from "preact";
import type { AuditEntry } from "../../../src/doors/client/types.ts";
import { useNavigation } from "../data/navigate.ts";
import { pathTo } from "../data/place.ts";
import { useQuery } from "../data/query.ts";
import { bida } from "../data/session.ts";
import { words } from "../words/words.ts";
import { Page } from "../parts/page.tsx";
import { Pager } from "../parts/pager.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Moment, Short, Text } from "../parts/text.tsx";

const SHOWN = 200;

export function Audit(): JSX.Element {
  const w = words.value.audit;
  const { query: asked, change } = useNavigation();
  const cursor = asked["cursor"];
  const query = useQuery(`audit ${cursor ?? ""}`, async () =>
    bida.audit({ limit: SHOWN, ...(cursor === undefined ? {} : { cursor }) }),
  );
  return (
    <Page title={w.title}>
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <Empty>{w.empty}</Empty>
            ) : (
              <Table
                label={w.title}
                rows={items}
                idOf={({ at, by, act, id }) => [at, by, act, id].join("\n")}
                columns={[
                  { title: w.at, of: ({ at }) => <Moment iso={at} /> },
                  { title: w.by, of: ({ by }) => <Text value={by} long={60} /> },
                  { title: w.act, of: ({ act }) => <code>{act}</code> },
                  { title: w.on, of: (entry) => <Object entry={entry} /> },
                  { title: w.note, kind: "wide", of: ({ note }) => <Text value={note} long={200} /> },
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

function Object({ entry: { id, account, act } }: { entry: AuditEntry }): JSX.Element {
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
