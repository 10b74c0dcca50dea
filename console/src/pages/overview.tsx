import type { JSX } from "preact";
import type { AccountState } from "../../../src/doors/client/types.ts";
import { apiUrl, pathTo } from "../data/place.ts";
import { useQuery } from "../data/query.ts";
import { readAccounts } from "../data/stream.ts";
import { bida } from "../data/session.ts";
import { moment, number } from "../data/show.ts";
import { isNearlyFull, mebi } from "../data/redis-memory.ts";
import { byAccount } from "../data/trends.ts";
import { words } from "../words/words.ts";
import { Copy } from "../parts/copy.tsx";
import { AccountTable } from "../parts/account-table.tsx";
import { Trends } from "../parts/trends.tsx";
import { Objectives } from "../parts/objectives.tsx";
import { GroupTable } from "../parts/group-table.tsx";
import { Figures } from "../parts/facts.tsx";
import { Page } from "../parts/page.tsx";
import { RunbookLink } from "../parts/runbook-link.tsx";
import { Tag } from "../parts/tag.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { dutyText } from "./duty-text.ts";
import { conditionOf, countOf, isUnused, worstFirst } from "./account-state.ts";

const SHOWN_GROUPS = 5;
const HOUR_EVERY_MS = 15_000;

export function Overview(): JSX.Element {
  const w = words.value.overview;
  const accounts = useQuery("accounts", { read: readAccounts });
  const groups = useQuery("groups", { read: async () => bida.deadLetters.groups() });
  const hour = useQuery("stats hour", { read: async () => bida.stats(), everyMs: HOUR_EVERY_MS });
  const lastHour = hour.data === null ? null : byAccount(hour.data);
  return (
    <Page title={w.title}>
      <Loaded query={accounts}>
        {(items) => (
          <>
            <Figures figures={figuresOf(items)} />
            <Processes />
            {isUnused(items) && <FirstOne accounts={items} />}
            <section aria-labelledby="accounts">
              <h2 id="accounts">{w.accounts}</h2>
              <AccountTable
                accounts={worstFirst(items)}
                label={w.accounts}
                {...(lastHour === null ? {} : { lastHour })}
              />
              <Copy
                label={w.copy}
                text={dutyText(items, {
                  groups: groups.data?.items ?? [],
                  words: words.value,
                  at: moment(new Date().toISOString()),
                  link: new URL(pathTo("/"), location.href).href,
                })}
              />
            </section>
          </>
        )}
      </Loaded>
      <section aria-labelledby="groups">
        <h2 id="groups">{w.groups}</h2>
        <Loaded query={groups}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty>{w.noGroups}</Empty>
            ) : (
              <>
                <GroupTable groups={items.slice(0, SHOWN_GROUPS)} label={w.groups} />
                <p>
                  <a href={pathTo("/dead")}>{w.all}</a>
                </p>
              </>
            )
          }
        </Loaded>
      </section>
      <Objectives />
      {accounts.data !== null && (
        <Trends openNow={accounts.data.reduce((total, { backlog }) => total + backlog, 0)} />
      )}
    </Page>
  );
}

/** Without a worker nothing is sent, however well all else looks. */
function Processes(): JSX.Element | null {
  const w = words.value.overview;
  const { data } = useQuery("workers", { read: async () => bida.workers() });
  const system = useQuery("system overview", { read: async () => bida.system(), everyMs: HOUR_EVERY_MS });
  if (data === null) return null;
  const [redis] = system.data?.redis ?? [];
  const ready = data.filter(({ reasons }) => reasons.length === 0);
  const isWell = ready.length === data.length && ready.some(({ role }) => role === "delivery");
  return (
    <p>
      <a href={pathTo("/system")}>{w.processes}</a>{" "}
      <Tag tone={isWell ? "good" : "bad"}>{w.ready(ready.length, data.length)}</Tag>{" "}
      {!ready.some(({ role }) => role === "delivery") && (
        <>
          {w.noWorker} <RunbookLink name="no-ready-worker" />
        </>
      )}
      {redis !== undefined && (
        <span class="faint">
          {" "}
          · Redis {redis.version} · {w.redisUses(mebi(redis.usedBytes), mebi(redis.mostBytes))}
        </span>
      )}
      {redis !== undefined && isNearlyFull(redis) && (
        <>
          {" "}
          <Tag tone="bad">{words.value.system.nearlyFull}</Tag> <RunbookLink name="redis" />
        </>
      )}
    </p>
  );
}

function figuresOf(accounts: readonly AccountState[]) {
  const w = words.value.overview;
  const sum = (status: Parameters<typeof countOf>[1]): number =>
    accounts.reduce((total, account) => total + countOf(account, status), 0);
  const dead = sum("dead");
  const attention = accounts.filter((account) => conditionOf(account) !== "running").length;
  const backlog = accounts.reduce((total, account) => total + account.backlog, 0);
  const linked = (
    name: string,
    {
      value,
      href,
      isBad = false,
    }: { readonly value: number; readonly href: string; readonly isBad?: boolean },
  ) => ({
    name,
    value: <a href={href}>{number(value)}</a>,
    isBad,
  });
  return [
    linked(w.dead, { value: dead, href: pathTo("/dead"), isBad: dead > 0 }),
    linked(w.attention, { value: attention, href: pathTo("/accounts"), isBad: attention > 0 }),
    linked(w.backlog, { value: backlog, href: pathTo("/deliveries") }),
    linked(w.confirmed, { value: sum("confirmed"), href: pathTo("/deliveries", { status: "confirmed" }) }),
  ];
}

function FirstOne({ accounts }: { accounts: readonly AccountState[] }): JSX.Element {
  const w = words.value.overview;
  const account = accounts.find(({ platform }) => platform === "yunzhijia")?.name ?? "yzj";
  const order = {
    account,
    operation: "todo.create",
    key: "first-1",
    payload: {
      sourceId: "first-1",
      title: "Bida",
      content: "Hello",
      url: "https://example.com",
      headImg: "https://example.com/icon.png",
      appId: "500041933",
      params: [{ openId: "<openId>" }],
    },
  };
  return (
    <section class="empty" aria-labelledby="first">
      <h2 id="first">{w.emptyTitle}</h2>
      <p>{w.emptyText}</p>
      <pre tabIndex={0}>
        <code>{`curl ${apiUrl}/v1/deliveries \\
  -H "Authorization: Bearer $BIDA_KEY" \\
  -H "Content-Type: application/json" \\
  -d '${JSON.stringify(order)}'`}</code>
      </pre>
    </section>
  );
}
