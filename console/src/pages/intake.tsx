import type { JSX } from "preact";
import { useNavigation } from "../data/navigate.ts";
import { useQuery } from "../data/query.ts";
import { bida } from "../data/session.ts";
import { words } from "../words/words.ts";
import { Page } from "../parts/page.tsx";
import { Pager } from "../parts/pager.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Moment, Text } from "../parts/text.tsx";

export function Intake(): JSX.Element {
  const w = words.value.intake;
  const { query, change } = useNavigation();
  const cursor = query["cursor"];
  const page = useQuery(`intake ${cursor ?? ""}`, async () =>
    bida.refusedOrders({ limit: 50, ...(cursor === undefined ? {} : { cursor }) }),
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
                idOf={({ source, entry, at }) => [source, entry, at].join("\n")}
                columns={[
                  { title: w.at, of: ({ at }) => <Moment iso={at} /> },
                  { title: w.producer, of: ({ producer }) => <Text value={producer} long={80} /> },
                  { title: w.source, of: ({ source }) => <Text value={source} long={80} /> },
                  { title: w.entry, of: ({ entry }) => <Text value={entry} long={80} /> },
                  {
                    title: w.errors,
                    kind: "wide",
                    of: ({ errors }) => (
                      <Text
                        value={errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join(" · ")}
                        long={240}
                      />
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
