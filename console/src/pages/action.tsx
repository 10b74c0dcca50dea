/** One bulk action: how far it is, what failed, what became of it; how to slow it down, stop it, and repeat it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { BulkAction } from "../../../src/doors/client/types.ts";
import { simpleAct } from "../data/acts.ts";
import { useNavigation } from "../data/navigate.ts";
import { pathTo } from "../data/place.ts";
import { useQuery } from "../data/query.ts";
import { bida, mayAct } from "../data/session.ts";
import { number } from "../data/show.ts";
import { words } from "../words/words.ts";
import { Facts, Figures } from "../parts/facts.tsx";
import { PagedTable } from "../parts/paged-table.tsx";
import { Tag, type Tone } from "../parts/tag.tsx";
import { Moment, Short, Text } from "../parts/text.tsx";
import { ThingPage } from "../parts/thing-page.tsx";
import { filterWords } from "../parts/filter-words.ts";

const OFTEN_MS = 1_000;
/** Once it has ended, what it replayed may still die again. */
const SELDOM_MS = 5_000;

export function ActionPage({ id }: { id: string }): JSX.Element {
  const w = words.value.actions;
  const [hasEnded, setEnded] = useState(false);
  const query = useQuery(`action ${id}`, {
    read: async () => {
      const action = await bida.deadLetters.action(id);
      setEnded(action.status !== "running");
      return action;
    },
    everyMs: hasEnded ? SELDOM_MS : OFTEN_MS,
  });
  return (
    <ThingPage title={w.title} id={id} query={query} missing={w.missing}>
      {(action) => <Shown action={action} />}
    </ThingPage>
  );
}

function Shown({ action }: { action: BulkAction }): JSX.Element {
  const w = words.value.actions;
  return (
    <>
      <section class="verdict" aria-label={w.status}>
        <p class="big">
          <strong>{words.value.act[action.kind]}</strong> <ActionStatus action={action} />
        </p>
        <Meter action={action} />
        <div aria-live="polite">
          <Figures isSmall figures={figuresOf(action)} />
        </div>
        <p class="faint">{w.skippedMeaning}</p>
        {mayAct.value && <Acts action={action} />}
      </section>
      <Facts
        facts={[
          [w.filter, <Text value={filterWords(action.filter)} />],
          ...(action.edits === null ? [] : [[words.value.act.field, <code>{action.edits}</code>] as const]),
          [w.by, <Text value={action.by} />],
          [w.note, <Text value={action.note} />],
          [words.value.act.rate, action.ratePerSecond],
          [w.started, <Moment iso={action.startedAt} />],
          ...(action.status === "running" ? [[w.rest, restOf(action)] as const] : []),
          ...(action.repeats === null
            ? []
            : [[w.repeats, <a href={pathTo(`/actions/${action.repeats}`)}>{action.repeats}</a>] as const]),
        ]}
      />
      {action.failed > 0 && <Failed action={action} />}
    </>
  );
}

function figuresOf({ kind, done, matched, skipped, failed, looked, since }: BulkAction) {
  const w = words.value.actions;
  const all = [
    { name: w.acted, value: number(done) },
    { name: w.matched, value: number(matched) },
    { name: w.skipped, value: number(skipped) },
    { name: kind === "verify" ? w.notFound : w.failed, value: number(failed), isBad: failed > 0 },
    { name: w.looked, value: number(looked) },
  ];
  if (since === null) return all;
  const { confirmed, diedAgain } = since;
  return [
    ...all,
    { name: w.confirmedSince, value: number(confirmed) },
    { name: w.diedAgain, value: number(diedAgain), isBad: diedAgain > 0 },
  ];
}

function restOf({ total, looked, ratePerSecond }: BulkAction): string {
  return words.value.actions.restSeconds(Math.ceil(Math.max(0, total - looked) / ratePerSecond));
}

function Acts({ action }: { action: BulkAction }): JSX.Element {
  const w = words.value.actions;
  const { go } = useNavigation();
  const { id, status, ratePerSecond, failed, dryRun } = action;
  const stop = (): void => {
    simpleAct.value = {
      title: w.stop,
      label: w.stop,
      meaning: (all) => all.actions.stopMeaning,
      needsReason: false,
      tone: "danger",
      carryOut: async (note) => bida.deadLetters.cancelAction(id, { note }),
    };
  };
  const changeRate = (): void => {
    simpleAct.value = {
      title: w.changeRate,
      label: w.changeRate,
      meaning: (all) => all.actions.rateMeaning,
      needsReason: false,
      tone: "primary",
      field: { label: (all) => all.act.rate, value: String(ratePerSecond), type: "number" },
      carryOut: async (note, { field: rate }) =>
        bida.deadLetters.changeRate(id, { ratePerSecond: Number(rate), note }),
    };
  };
  const repeat = (): void => {
    simpleAct.value = {
      title: w.repeat,
      label: w.repeat,
      meaning: (all) => all.actions.repeatMeaning(number(failed)),
      needsReason: true,
      tone: "primary",
      carryOut: async (note) => {
        const begun = await bida.deadLetters.repeatFailed(id, note ?? "");
        go(`/actions/${begun.id}`);
      },
    };
  };
  return (
    <div class="act-row">
      {status === "running" && (
        <>
          <button type="button" onClick={changeRate}>
            {w.changeRate}
          </button>
          <button type="button" onClick={stop}>
            {w.stop}
          </button>
        </>
      )}
      {status !== "running" && failed > 0 && !dryRun && (
        <button type="button" class="primary" onClick={repeat}>
          {w.repeat}
        </button>
      )}
    </div>
  );
}

function Failed({ action: { id, kind } }: { action: BulkAction }): JSX.Element {
  const w = words.value.actions;
  return (
    <section aria-labelledby="failed">
      <h2 id="failed">{kind === "verify" ? w.notFoundTitle : w.failedTitle}</h2>
      <PagedTable
        name={`failed ${id}`}
        read={async (paging) => bida.deadLetters.failedOf(id, paging)}
        label={w.failedTitle}
        empty={words.value.list.empty}
        idOf={(item) => item.id}
        columns={[
          {
            title: words.value.delivery.title,
            of: (item) => (
              <a class="primary-link" href={pathTo(`/d/${item.id}`)}>
                <Short value={item.key ?? item.id} />
              </a>
            ),
          },
          { title: words.value.filter.account, of: ({ account }) => account },
          {
            title: words.value.dead.detail,
            kind: "wide",
            of: ({ detail }) => <Text value={detail} long={240} />,
          },
        ]}
      />
    </section>
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
