/** Lanes that a dead letter holds, and how many wait behind it. */
import type { JSX } from "preact";
import type { HeldLane } from "../../../src/doors/client/types.ts";
import { deadLetterAct, type DeadLetterAct } from "../data/acts.ts";
import { useCopyKeys } from "../data/copied.ts";
import { editing } from "../data/dialogs.ts";
import { currentRow, useKeys } from "../data/keys.ts";
import { useNavigation } from "../data/navigate.ts";
import { pathTo } from "../data/place.ts";
import { bida, mayAct } from "../data/session.ts";
import { number } from "../data/show.ts";
import { words } from "../words/words.ts";
import { Page } from "../parts/page.tsx";
import { PagedTable } from "../parts/paged-table.tsx";
import { reasonWords } from "../parts/tag.tsx";
import { Moment, Short } from "../parts/text.tsx";

export function Lanes(): JSX.Element {
  const w = words.value;
  const { account } = useNavigation().query;
  const act = (kind: DeadLetterAct["act"], id: string | null): void => {
    if (id !== null && mayAct.value) deadLetterAct.value = { act: kind, target: { kind: "some", ids: [id] } };
  };
  useKeys({
    r: () => act("replay", currentRow()),
    v: () => act("verify", currentRow()),
    e: () => {
      if (mayAct.value) editing.value = currentRow();
    },
    D: () => act("discard", currentRow()),
  });
  useCopyKeys();
  return (
    <Page title={w.lanes.title}>
      <p class="faint">{w.lanes.intro}</p>
      <PagedTable<HeldLane>
        name={`lanes ${account ?? ""}`}
        read={async (paging) => {
          const page = await bida.heldLanes({ ...paging, ...(account === undefined ? {} : { account }) });
          // Those that somebody waits behind are what is looked for.
          return { ...page, items: page.items.toSorted((a, b) => b.waiting - a.waiting) };
        }}
        label={w.lanes.title}
        empty={w.lanes.empty}
        idOf={({ head }) => head.id}
        columns={[
          {
            title: w.lanes.lane,
            of: ({ lane, head }) => (
              <a class="primary-link" href={pathTo(`/d/${head.id}`)}>
                <Short value={lane} long={80} />
              </a>
            ),
          },
          { title: w.lanes.waiting, kind: "number", of: ({ waiting }) => <strong>{number(waiting)}</strong> },
          { title: w.filter.account, of: ({ account }) => account },
          { title: w.dead.operation, of: ({ head }) => <code>{head.operation}</code> },
          { title: w.dead.reason, of: ({ head }) => reasonWords(head.reason) },
          { title: w.dead.died, of: ({ head }) => <Moment iso={head.finishedAt} isRelative /> },
          ...(mayAct.value
            ? [
                {
                  title: w.act.column,
                  of: ({ head }: HeldLane) => (
                    <span class="row-acts">
                      <button type="button" onClick={() => act("replay", head.id)}>
                        {w.act.replay}
                      </button>
                      <button type="button" class="quiet" onClick={() => act("discard", head.id)}>
                        {w.act.discard}
                      </button>
                    </span>
                  ),
                },
              ]
            : []),
        ]}
      />
    </Page>
  );
}
