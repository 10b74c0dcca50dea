/** Who is logged in, from where; an admin sees everybody's. */
import type { JSX } from "preact";
import { simpleAct } from "../data/acts.ts";
import { useQuery } from "../data/query.ts";
import { bida } from "../data/session.ts";
import { words } from "../words/words.ts";
import { Page } from "../parts/page.tsx";
import { Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Tag } from "../parts/tag.tsx";
import { Moment, Text } from "../parts/text.tsx";

export function Sessions(): JSX.Element {
  const w = words.value.sessions;
  const query = useQuery("sessions", { read: async () => bida.sessions.list() });
  return (
    <Page title={w.title}>
      <Loaded query={query}>
        {(items) => (
          <Table
            label={w.title}
            rows={items}
            idOf={({ id }) => id}
            columns={[
              {
                title: w.who,
                of: ({ name, current }) => (
                  <>
                    <Text value={name} long={80} /> {current && <Tag tone="good">{w.current}</Tag>}
                  </>
                ),
              },
              { title: w.from, of: ({ address }) => <code>{address}</code> },
              { title: w.agent, kind: "wide", of: ({ agent }) => <Text value={agent} long={120} /> },
              { title: w.since, of: ({ createdAt }) => <Moment iso={createdAt} /> },
              { title: w.used, of: ({ usedAt }) => <Moment iso={usedAt} isRelative /> },
              { title: w.until, of: ({ expiresAt }) => <Moment iso={expiresAt} /> },
              {
                title: words.value.act.column,
                of: ({ id, name, current }) =>
                  current ? (
                    <span class="faint">{w.logOut}</span>
                  ) : (
                    <button type="button" onClick={() => end(id, name)}>
                      {w.end}
                    </button>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}

function end(id: string, name: string): void {
  const { sessions } = words.value;
  simpleAct.value = {
    title: `${sessions.end}: ${name}`,
    label: sessions.end,
    meaning: (all) => all.sessions.endMeaning,
    needsReason: false,
    tone: "danger",
    carryOut: async () => bida.sessions.end(id),
  };
}
