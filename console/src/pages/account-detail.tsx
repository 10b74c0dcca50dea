/** What has lately gone wrong with an account: its latest errors, how its breaker changed, how full its rates are. */
import type { JSX } from "preact";
import type { AccountDetail } from "../../../src/doors/client/types.ts";
import { pathTo } from "../data/place.ts";
import { useQuery } from "../data/query.ts";
import { bida, me } from "../data/session.ts";
import { number, span } from "../data/show.ts";
import { words } from "../words/words.ts";
import { Facts, type Fact } from "../parts/facts.tsx";
import { Json } from "../parts/json.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Tag, type Tone } from "../parts/tag.tsx";
import { Moment, Short, Text } from "../parts/text.tsx";
import { foldErrors } from "./fold-errors.ts";
import { outcomeText } from "./fold-timeline.ts";

/** A mirror reads its lists every minute or so. */
const LATE_MS = 600_000;

/** A producer does not see it. */
export function Trouble({ name }: { name: string }): JSX.Element | null {
  const isShown = me.value?.role !== "producer";
  const query = useQuery(isShown ? `account ${name}` : null, { read: async () => bida.account(name) });
  return isShown ? <Loaded query={query}>{(account) => <Shown account={account} />}</Loaded> : null;
}

function Shown({ account }: { account: AccountDetail }): JSX.Element {
  const w = words.value.account;
  const { errors, breakerChanges, mirrors, settings } = account;
  return (
    <>
      <section aria-labelledby="errors">
        <h2 id="errors">{w.errors}</h2>
        {errors.length === 0 ? <Empty>{w.noErrors}</Empty> : <Errors errors={errors} />}
      </section>
      <section aria-labelledby="breaker">
        <h2 id="breaker">{w.breakerChanges}</h2>
        {breakerChanges.length === 0 ? (
          <Empty>{w.noBreakerChanges}</Empty>
        ) : (
          <Breaker changes={breakerChanges} />
        )}
      </section>
      <section aria-labelledby="use">
        <h2 id="use">{w.use}</h2>
        <Facts facts={usesOf(account)} />
      </section>
      {mirrors.map(({ to, lagMs, unmapped }) => (
        <section aria-label={w.mirror(to)}>
          <h2>{w.mirror(to)}</h2>
          <p>
            {lagMs === null ? w.notMirrored : w.mirrored(span(lagMs))}{" "}
            {lagMs !== null && lagMs > LATE_MS && <Tag tone="warn">{w.late}</Tag>}
          </p>
          {unmapped.length === 0 ? (
            <Empty>{w.allMapped}</Empty>
          ) : (
            <Table
              label={w.mirror(to)}
              rows={unmapped}
              idOf={({ staffId }) => staffId}
              columns={[
                { title: w.staffId, of: ({ staffId }) => <Text value={staffId} long={80} /> },
                { title: w.messages, kind: "number", of: ({ messages }) => number(messages) },
              ]}
            />
          )}
        </section>
      ))}
      {settings !== null && (
        <details>
          <summary>{w.settings}</summary>
          <Json value={settings} />
        </details>
      )}
    </>
  );
}

function usesOf({ rates, waitMs, tokenLastsMs, checkBudget }: AccountDetail): readonly Fact[] {
  const w = words.value.account;
  return [
    ...Object.entries(rates).map(([bucket, rate]): Fact => [
      <>
        {w.rates} <code>{bucket}</code>
      </>,
      `${number(rate)} · ${waitWords(waitMs[bucket] ?? 0)}`,
    ]),
    ...Object.entries(tokenLastsMs).map(([scope, lastsMs]): Fact => [
      <>
        {w.token} <code>{scope}</code>
      </>,
      lastsMs === null ? w.noToken : w.lasts(span(lastsMs)),
    ]),
    ...(checkBudget === null
      ? []
      : [[w.checkBudget, w.budget(number(checkBudget.calls), span(checkBudget.windowMs))] as const]),
  ];
}

function waitWords(ms: number): string {
  const w = words.value.account;
  return ms === 0 ? w.rateFree : w.rateWait(number(ms));
}

function Errors({ errors }: { errors: AccountDetail["errors"] }): JSX.Element {
  const w = words.value;
  return (
    <Table
      label={w.account.errors}
      rows={foldErrors(errors)}
      idOf={({ latest: { at, of, id, outcome } }) => [at, of, id, outcome].join("\n")}
      columns={[
        {
          title: w.audit.at,
          of: ({ latest: { at }, since, times }) => (
            <>
              <Moment iso={at} />
              {times > 1 && (
                <small class="faint since">
                  {w.dead.firstSeen} <Moment iso={since} />
                </small>
              )}
            </>
          ),
        },
        { title: w.account.errorOf, of: ({ latest: { of } }) => w.account.errorsOf[of] },
        {
          title: w.account.outcome,
          of: ({ latest: { outcome }, times }) => (
            <>
              {outcomeText(outcome, w.entry.outcomes)}
              {times > 1 && <span class="times"> {w.delivery.times(times)}</span>}
            </>
          ),
        },
        {
          title: w.delivery.title,
          of: ({ latest: { id, operation } }) =>
            id === null ? (
              <span class="faint">–</span>
            ) : (
              <a href={pathTo(`/d/${id}`)}>
                <Short value={operation ?? id} />
              </a>
            ),
        },
        {
          title: w.dead.detail,
          kind: "wide",
          of: ({ latest: { detail } }) => <Text value={detail} long={160} />,
        },
      ]}
    />
  );
}

const TONES: Readonly<Record<string, Tone>> = { open: "bad", held: "bad", closed: "good" };

function Breaker({ changes }: { changes: AccountDetail["breakerChanges"] }): JSX.Element {
  const w = words.value;
  const states: Readonly<Record<string, string>> = w.account.breakerStates;
  return (
    <Table
      label={w.account.breakerChanges}
      rows={changes}
      idOf={({ at, state }) => [at, state].join("\n")}
      columns={[
        { title: w.audit.at, of: ({ at }) => <Moment iso={at} /> },
        {
          title: w.account.state,
          of: ({ state, of }) => (
            <>
              <Tag tone={TONES[state] ?? "warn"}>{states[state] ?? state}</Tag>
              {of !== null && ` ${w.account.openOf[of]}`}
            </>
          ),
        },
        { title: w.account.asksAgain, of: ({ until }) => <Moment iso={until} /> },
      ]}
    />
  );
}
