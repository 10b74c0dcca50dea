import type { JSX } from "preact";
import type { AccountState } from "../../../src/doors/client/types.ts";
import { pathTo } from "../data/place.ts";
import { number, span } from "../data/show.ts";
import type { LastHour } from "../data/trends.ts";
import { CONDITION_TONES, conditionOf, countOf } from "../pages/account-state.ts";
import { words } from "../words/words.ts";
import { Table, type Column } from "./table.tsx";
import { Tag } from "./tag.tsx";
import { Moment } from "./text.tsx";

export function AccountTable({
  accounts,
  label,
  lastHour,
}: {
  accounts: readonly AccountState[];
  label: string;
  /** The figures of the last hour, by account; without them their columns are left out. */
  lastHour?: ReadonlyMap<string, LastHour>;
}): JSX.Element {
  const w = words.value.account;
  const o = words.value.overview;
  const recent: readonly Column<AccountState>[] =
    lastHour === undefined
      ? []
      : [
          { title: o.lastHour, kind: "number", of: ({ name }) => flow(lastHour.get(name)) },
          { title: o.inTime, kind: "number", of: ({ name }) => promptness(lastHour.get(name)) },
          { title: o.throttled, kind: "number", of: ({ name }) => throttling(lastHour.get(name)) },
        ];
  const columns: readonly Column<AccountState>[] = [
    { title: w.name, of: ({ name }) => <a href={pathTo(`/accounts/${name}`)}>{name}</a> },
    { title: w.platform, of: ({ platform }) => platform },
    {
      title: w.state,
      of: (account) => (
        <>
          <Condition account={account} /> <GoesOn account={account} />
        </>
      ),
    },
    {
      title: w.dead,
      kind: "number",
      of: (account) => counted(countOf(account, "dead"), pathTo("/dead", { account: account.name })),
    },
    {
      title: w.backlog,
      kind: "number",
      of: (account) => counted(account.backlog, pathTo("/deliveries", { account: account.name })),
    },
    {
      title: w.confirming,
      kind: "number",
      of: (account) =>
        counted(
          countOf(account, "confirming"),
          pathTo("/deliveries", { account: account.name, status: "confirming" }),
        ),
    },
    {
      title: w.oldest,
      kind: "number",
      of: ({ oldestAgeMs }) => (oldestAgeMs === null ? "–" : span(oldestAgeMs)),
    },
    ...recent,
    { title: w.token, of: ({ tokens }) => tokenAge(tokens) },
  ];
  return <Table label={label} columns={columns} rows={accounts} idOf={({ name }) => name} />;
}

export function Condition({ account }: { account: AccountState }): JSX.Element {
  const w = words.value.account;
  const condition = conditionOf(account);
  return (
    <>
      <Tag tone={CONDITION_TONES[condition]}>{w[condition]}</Tag>
      {condition === "open" && ` ${w.openOf[account.breaker.of ?? "all"]}`}
      {account.breaker.state === "open" && account.breaker.until !== null && (
        <>
          {" "}
          {Date.parse(account.breaker.until) > Date.now() ? (
            <Moment iso={account.breaker.until} isRelative />
          ) : (
            w.nextCallTries
          )}
        </>
      )}
    </>
  );
}

/** When a pause is over by itself. */
function GoesOn({ account: { configured, pause } }: { account: AccountState }): JSX.Element | null {
  if (!configured || pause?.until == null) return null;
  return (
    <span class="faint">
      {words.value.account.goesOn} <Moment iso={pause.until} />
    </span>
  );
}

/** Accepted and confirmed. */
function flow(hour: LastHour | undefined): string {
  return hour === undefined ? "–" : `${number(hour.accepted)} → ${number(hour.confirmed)}`;
}

function promptness(hour: LastHour | undefined): string {
  if (hour === undefined || hour.inTimePercent === null) return "–";
  const percent = percentText(hour.inTimePercent);
  return hour.p95Ms === null ? percent : `${percent} · ${span(hour.p95Ms)}`;
}

function throttling(hour: LastHour | undefined): JSX.Element | string {
  const percent = hour?.throttledPercent ?? null;
  if (percent === null) return "–";
  return percent === 0 ? "0" : <Tag tone="warn">{percentText(percent)}</Tag>;
}

function percentText(percent: number): string {
  return `${number(Math.round(percent * 10) / 10)} %`;
}

function counted(count: number, href: string): JSX.Element | string {
  return count === 0 ? "0" : <a href={href}>{number(count)}</a>;
}

function tokenAge(tokens: AccountState["tokens"]): string {
  const ages = tokens.flatMap(({ present, ageMs }) => (present && ageMs !== null ? [ageMs] : []));
  return ages.length === 0 ? words.value.account.noToken : span(Math.max(...ages));
}
