import type { JSX } from "preact";
import { simpleAct } from "../data/acts.ts";
import { actOnEach } from "../data/each.ts";
import { pathTo } from "../data/place.ts";
import { bida, mayAct } from "../data/session.ts";
import { words } from "../words/words.ts";
import { Page } from "../parts/page.tsx";
import { PagedTable } from "../parts/paged-table.tsx";
import { RunbookLink } from "../parts/runbook-link.tsx";
import { StatusTag } from "../parts/tag.tsx";
import { Short, Text } from "../parts/text.tsx";

export function Callbacks(): JSX.Element {
  const w = words.value.callbacks;
  return (
    <Page title={w.title}>
      <p class="faint">
        {w.intro} <RunbookLink name="callbacks-given-up" />
      </p>
      <PagedTable
        name="callbacks"
        read={async (paging) => bida.deadLetters.callbacks(paging)}
        label={w.title}
        empty={w.empty}
        idOf={({ id }) => id}
        above={(items) =>
          mayAct.value &&
          items.length > 1 && (
            <div class="act-row">
              <button type="button" onClick={() => callAllAgain(items.map(({ id }) => id))}>
                {words.value.act.retryAll(items.length)}
              </button>
            </div>
          )
        }
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
              <button type="button" disabled={!mayAct.value} onClick={() => callAgain(id)}>
                {words.value.act.retry}
              </button>
            ),
          },
        ]}
      />
    </Page>
  );
}

function callAllAgain(ids: readonly string[]): void {
  const label = words.value.act.retryAll(ids.length);
  simpleAct.value = {
    title: label,
    label,
    meaning: (all) => all.act.retryMeaning,
    needsReason: true,
    tone: "primary",
    carryOut: async (note) =>
      actOnEach(ids, async (id) => bida.deadLetters.retryCallback(id, { note: note ?? "" })),
  };
}

function callAgain(id: string): void {
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
