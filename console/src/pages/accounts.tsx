import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import type { AccountState, Probed } from "../../../src/doors/client/types.ts";
import { simpleAct } from "../data/acts.ts";
import { pathTo } from "../data/place.ts";
import { useQuery } from "../data/query.ts";
import { readAccounts } from "../data/stream.ts";
import { bida, isAdmin, mayAct } from "../data/session.ts";
import { number, span } from "../data/show.ts";
import { words } from "../words/words.ts";
import { AccountTable, Condition } from "../parts/account-table.tsx";
import { Facts, type Fact } from "../parts/facts.tsx";
import { Page } from "../parts/page.tsx";
import { RunbookLink } from "../parts/runbook-link.tsx";
import { Trends } from "../parts/trends.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Moment, Text } from "../parts/text.tsx";
import { Trouble } from "./account-detail.tsx";
import { worstFirst } from "./account-state.ts";

export function Accounts(): JSX.Element {
  const w = words.value.account;
  const query = useQuery("accounts", { read: readAccounts });
  return (
    <Page title={w.title}>
      <Loaded query={query}>
        {(items) => <AccountTable accounts={worstFirst(items)} label={w.title} />}
      </Loaded>
    </Page>
  );
}

export function AccountPage({ name }: { name: string }): JSX.Element {
  const w = words.value.account;
  const query = useQuery("accounts", { read: readAccounts });
  return (
    <Page title={`${w.name} ${name}`}>
      <Loaded query={query}>
        {(items) => {
          const account = items.find((known) => known.name === name);
          return account === undefined ? <Empty>{w.missing}</Empty> : <Shown account={account} />;
        }}
      </Loaded>
    </Page>
  );
}

function Shown({ account }: { account: AccountState }): JSX.Element {
  const w = words.value;
  const { name, paused } = account;
  const [probed, setProbed] = useState<Probed | null>(null);
  const turn = (): void => {
    simpleAct.value = paused
      ? {
          title: `${w.act.resume} ${name}`,
          label: w.act.resume,
          meaning: (all) => all.act.resumeMeaning,
          needsReason: false,
          tone: "primary",
          carryOut: async (note) => bida.resumeAccount(name, note),
        }
      : {
          title: `${w.act.pause} ${name}`,
          label: w.act.pause,
          meaning: (all) => all.act.pauseMeaning,
          needsReason: true,
          tone: "danger",
          field: {
            label: (all) => all.act.pauseUntil,
            hint: (all) => all.act.pauseUntilHint,
            type: "datetime-local",
            isOptional: true,
          },
          carryOut: async (note, { field: until }) =>
            bida.pauseAccount(name, {
              note,
              until: until === "" ? undefined : new Date(until).toISOString(),
            }),
        };
  };
  const retire = (): void => {
    simpleAct.value = {
      title: `${w.act.retire}: ${name}`,
      label: w.act.retire,
      meaning: (all) => all.act.retireMeaning,
      needsReason: true,
      tone: "danger",
      choice: (all) => all.act.retireForce(number(account.backlog)),
      carryOut: async (note, { isChosen: force }) => bida.retireAccount(name, { note: note ?? "", force }),
    };
  };
  const probe = (): void => {
    simpleAct.value = {
      title: `${w.act.probe}: ${name}`,
      label: w.act.probe,
      meaning: (all) => all.act.probeMeaning,
      needsReason: false,
      tone: "primary",
      carryOut: async (note) => setProbed(await bida.probeAccount(name, note)),
    };
  };
  const releaseWords = account.breaker.state === "held" ? w.act.release : w.act.releaseOpen;
  const release = (): void => {
    simpleAct.value = {
      title: `${releaseWords}: ${name}`,
      label: releaseWords,
      meaning: (all) => all.act.releaseMeaning,
      needsReason: true,
      tone: "danger",
      carryOut: async (note) => bida.releaseAccount(name, note ?? ""),
    };
  };
  useActOfAddress(account.configured ? { [paused ? "resume" : "pause"]: turn, probe } : {});
  return (
    <>
      <section class="verdict" aria-label={w.account.state}>
        <p class="big">
          <Condition account={account} /> · {account.platform}
        </p>
        {account.breaker.state !== "closed" && (
          <p>
            <RunbookLink name={account.breaker.state === "held" ? "account-held" : "breaker-open"} />
          </p>
        )}
        {account.pause !== null && <PauseWords pause={account.pause} />}
        <div class="act-row">
          {account.configured && mayAct.value && (
            <button type="button" class={paused ? "primary" : undefined} onClick={turn}>
              {paused ? w.act.resume : w.act.pause}
            </button>
          )}
          {account.configured && mayAct.value && (
            <button type="button" onClick={probe}>
              {w.act.probe}
            </button>
          )}
          {!account.configured && !account.retired && isAdmin.value && (
            <button type="button" onClick={retire}>
              {w.act.retire}
            </button>
          )}
          {account.breaker.state !== "closed" && isAdmin.value && (
            <button type="button" onClick={release}>
              {releaseWords}
            </button>
          )}
          <a href={pathTo("/dead", { account: name })}>{w.nav.dead}</a>
          <a href={pathTo("/deliveries", { account: name })}>{w.nav.deliveries}</a>
        </div>
      </section>
      <h2>{w.account.counts}</h2>
      <dl class="figures small">
        {Object.entries(account.counts).map(([status, count]) => (
          <div>
            <dt>{statusWords(status)}</dt>
            <dd>
              <a href={pathTo("/deliveries", { account: name, status })}>{number(count)}</a>
            </dd>
          </div>
        ))}
      </dl>
      <Facts
        facts={[
          [w.account.oldest, account.oldestAgeMs === null ? "–" : span(account.oldestAgeMs)],
          [w.account.concurrency, account.concurrency],
          ...account.tokens.map(({ scope, present, ageMs }): Fact => [
            <>
              {w.account.token} <code>{scope}</code>
            </>,
            present && ageMs !== null ? span(ageMs) : w.account.noToken,
          ]),
        ]}
      />
      {probed !== null && probed.account.name === name && (
        <p
          class={probed.channels.every(({ credentials }) => credentials === "taken") ? "note" : "problem"}
          role="status"
        >
          {probed.channels
            .map(({ channel, credentials }) => w.account.probed(channel, w.account.credentials[credentials]))
            .join(" · ")}
        </p>
      )}
      <Trouble name={name} />
      {account.configured && <Trends account={name} openNow={account.backlog} />}
    </>
  );
}

/** The search leads here with what is to be done: its dialog opens, once. */
function useActOfAddress(acts: Readonly<Record<string, () => void>>): void {
  const { query, path, route } = useLocation();
  const wanted = query["act"];
  useEffect(() => {
    if (wanted === undefined) return;
    if (mayAct.value) acts[wanted]?.();
    route(path, true);
  }, [wanted]);
}

function PauseWords({ pause }: { pause: NonNullable<AccountState["pause"]> }): JSX.Element {
  const w = words.value.account;
  const { by, note, until } = pause;
  return (
    <p>
      <Text value={w.pausedBy(by)} long={80} />: <Text value={note} long={240} /> ·{" "}
      {until === null ? (
        w.pausedForGood
      ) : (
        <>
          {w.goesOn} <Moment iso={until} /> (<Moment iso={until} isRelative />)
        </>
      )}
    </p>
  );
}

function statusWords(status: string): string {
  const names: Readonly<Record<string, string>> = words.value.status;
  return names[status] ?? status;
}
