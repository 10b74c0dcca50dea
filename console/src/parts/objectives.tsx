/** How well accounts keep their objectives, and what is left of their error budgets; nothing where none has one. */
import type { JSX } from "preact";
import type { KeptObjective } from "../../../src/doors/client/types.ts";
import { pathTo } from "../data/place.ts";
import { useQuery } from "../data/query.ts";
import { bida } from "../data/session.ts";
import { number, span } from "../data/show.ts";
import { words } from "../words/words.ts";
import { Table } from "./table.tsx";
import { Tag } from "./tag.tsx";

/** It is about thirty days: a minute more or less says nothing. */
const EVERY_MS = 60_000;

export function Objectives(): JSX.Element | null {
  const w = words.value.slo;
  const { data } = useQuery("slo", { read: async () => bida.slo(), everyMs: EVERY_MS });
  if (data === null || data.length === 0) return null;
  return (
    <section aria-labelledby="slo">
      <h2 id="slo">{w.title}</h2>
      <Table
        label={w.title}
        rows={data}
        idOf={({ account }) => account}
        columns={[
          {
            title: words.value.account.name,
            of: ({ account }) => <a href={pathTo(`/accounts/${account}`)}>{account}</a>,
          },
          {
            title: w.objective,
            of: ({ objectivePercent, confirmWithinMs }) => w.within(objectivePercent, span(confirmWithinMs)),
          },
          { title: w.ended, kind: "number", of: ({ deliveries }) => number(deliveries) },
          { title: w.inTime, kind: "number", of: ({ goodPercent }) => percent(goodPercent) },
          { title: w.budgetLeft, kind: "number", of: (kept) => <BudgetLeft kept={kept} /> },
        ]}
      />
    </section>
  );
}

function BudgetLeft({ kept: { budgetLeftPercent } }: { kept: KeptObjective }): JSX.Element {
  const text = percent(budgetLeftPercent);
  return (budgetLeftPercent ?? 0) < 0 ? <Tag tone="bad">{text}</Tag> : <>{text}</>;
}

function percent(value: number | null): string {
  return value === null ? "–" : `${number(value)} %`;
}
