import type { JSX } from "preact";
import { bida } from "../data/session.ts";
import { words } from "../words/words.ts";
import { Page } from "../parts/page.tsx";
import { PagedTable } from "../parts/paged-table.tsx";
import { RunbookLink } from "../parts/runbook-link.tsx";
import { Moment, Text } from "../parts/text.tsx";

export function Intake(): JSX.Element {
  const w = words.value.intake;
  return (
    <Page title={w.title}>
      <p class="faint">
        {w.intro} <RunbookLink name="intake-refused" />
      </p>
      <PagedTable
        name="intake"
        read={async (paging) => bida.refusedOrders(paging)}
        label={w.title}
        empty={w.empty}
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
    </Page>
  );
}
