/** One bulk action under way: how far it is, and how to stop it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { BulkAction } from "../../../src/doors/client/types.ts";
import { simpleAct } from "../data/acts.ts";
import { useQuery } from "../data/query.ts";
import { bida } from "../data/session.ts";
import { number } from "../data/show.ts";
import { words } from "../words/words.ts";
import { Page } from "../parts/page.tsx";
import { Loaded } from "../parts/state.tsx";
import { reasonWords, Tag, type Tone } from "../parts/tag.tsx";
import { Moment, Short, Text } from "../parts/text.tsx";
import { isReason } from "../data/letter-filter.ts";

const OFTEN_MS = 1_000;

export function ActionPage({ id }: { id: string }): JSX.Element {
  const w = words.value.actions;
  const [hasEnded, setEnded] = useState(false);
  const query = useQuery(
    `action ${id}`,
    async () => {
      const action = await bida.deadLetters.action(id);
      setEnded(action.status !== "running");
      return action;
    },
    hasEnded ? 0 : OFTEN_MS,
  );
  return (
    <Page
      title={w.title}
      aside={
        <code class="page-id">
          <Short value={id} long={80} />
        </code>
      }
    >
      <Loaded query={query}>{(action) => <Shown action={action} />}</Loaded>
    </Page>
  );
}

function Shown({ action }: { action: BulkAction }): JSX.Element {
  const w = words.value.actions;
  const stop = (): void => {
    simpleAct.value = {
      title: w.stop,
      label: w.stop,
      meaning: (all) => all.actions.stop,
      needsReason: false,
      tone: "danger",
      carryOut: async () => bida.deadLetters.cancelAction(action.id),
    };
  };
  const figures = [
    [w.acted, action.done],
    [w.matched, action.matched],
    [w.skipped, action.skipped],
    [w.failed, action.failed],
    [w.looked, action.looked],
  ] as const;
  return (
    <>
      <section class="verdict" aria-label={w.status}>
        <p class="big">
          <strong>{words.value.act[action.kind]}</strong> <ActionStatus action={action} />
        </p>
        <Meter action={action} />
        <dl class="figures small" role="group" aria-live="polite">
          {figures.map(([name, value]) => (
            <div class={name === w.failed && value > 0 ? "bad" : undefined}>
              <dt>{name}</dt>
              <dd>{number(value)}</dd>
            </div>
          ))}
        </dl>
        <p class="faint">{w.skippedMeaning}</p>
        {action.status === "running" && (
          <button type="button" onClick={stop}>
            {w.stop}
          </button>
        )}
      </section>
      <dl class="facts">
        <div>
          <dt>{w.filter}</dt>
          <dd>
            <Text value={filterWords(action.filter)} />
          </dd>
        </div>
        <div>
          <dt>{w.by}</dt>
          <dd>
            <Text value={action.by} />
          </dd>
        </div>
        <div>
          <dt>{w.note}</dt>
          <dd>
            <Text value={action.note} />
          </dd>
        </div>
        <div>
          <dt>{words.value.act.rate}</dt>
          <dd>{action.ratePerSecond}</dd>
        </div>
        <div>
          <dt>{w.started}</dt>
          <dd>
            <Moment iso={action.startedAt} />
          </dd>
        </div>
      </dl>
    </>
  );
}

const TONES: Readonly<Record<BulkAction["status"], Tone>> = {
  running: "busy",
  done: "good",
  cancelled: "warn",
};

export function ActionStatus({ action: { status, dryRun } }: { action: BulkAction }): JSX.Element {
  const w = words.value.actions;
  return <Tag tone={TONES[status]}>{dryRun ? `${w[status]} (${w.dryRun})` : w[status]}</Tag>;
}

export function Meter({ action: { looked, total, status } }: { action: BulkAction }): JSX.Element {
  const isOver = status === "done";
  return (
    <progress
      aria-label={words.value.actions.progress}
      max={Math.max(1, total)}
      value={isOver ? Math.max(1, total) : looked}
    />
  );
}

export function filterWords(filter: Readonly<Record<string, unknown>>): string {
  const names: Readonly<Record<string, string>> = words.value.filter;
  const parts = Object.entries(filter).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [`${names[name] ?? name}: ${valueWords(name, value)}`],
  );
  return parts.length === 0 ? words.value.actions.everything : parts.join(" · ");
}

function valueWords(name: string, value: unknown): string {
  if (name === "reason" && typeof value === "string" && isReason(value)) return reasonWords(value);
  const isMoment =
    (name === "since" || name === "until") && (typeof value === "number" || typeof value === "string");
  return isMoment ? new Date(value).toLocaleString() : String(value);
}
