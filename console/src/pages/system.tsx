/** What Bida stands on: the doctor's findings, asked for by a person, and the processes that run. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { DoctorFindings, SystemState, WorkerState } from "../../../src/doors/client/types.ts";
import { isNearlyFull, mebi } from "../data/redis-memory.ts";
import { pathTo } from "../data/place.ts";
import { useQuery } from "../data/query.ts";
import { bida, mayAct, me } from "../data/session.ts";
import { number, span } from "../data/show.ts";
import { words } from "../words/words.ts";
import { Json } from "../parts/json.tsx";
import { Page } from "../parts/page.tsx";
import { RunbookLink } from "../parts/runbook-link.tsx";
import { Empty, Loaded, Problem } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Tag, type Tone } from "../parts/tag.tsx";
import { Moment, Text } from "../parts/text.tsx";

export function System(): JSX.Element {
  const w = words.value.system;
  return (
    <Page title={w.title}>
      <Workers />
      <Ground />
      <Doctor />
      <p class="faint">{w.version(me.value?.version ?? "")}</p>
    </Page>
  );
}

function Workers(): JSX.Element {
  const w = words.value.system;
  const query = useQuery("workers", { read: async () => bida.workers() });
  return (
    <section aria-labelledby="workers">
      <h2 id="workers">{w.workers}</h2>
      <Loaded query={query}>
        {(items) => (items.length === 0 ? <Empty>{w.noWorkers}</Empty> : <WorkerTable workers={items} />)}
      </Loaded>
    </section>
  );
}

function WorkerTable({ workers }: { workers: readonly WorkerState[] }): JSX.Element {
  const w = words.value.system;
  return (
    <Table
      label={w.workers}
      rows={workers}
      idOf={({ id }) => id}
      columns={[
        { title: w.role, of: ({ role }) => w.roles[role] },
        {
          title: w.state,
          of: ({ reasons, hasOtherConfig }) => (
            <>
              {reasons.length === 0 ? (
                <Tag tone="good">{w.ready}</Tag>
              ) : (
                <>
                  <Tag tone="bad">{w.notReady}</Tag> <Text value={reasons.join(" · ")} long={160} />
                </>
              )}{" "}
              {hasOtherConfig && <Tag tone="warn">{w.otherConfig}</Tag>}
            </>
          ),
        },
        { title: w.host, of: ({ host, pid }) => <Text value={`${host} · ${pid}`} long={80} /> },
        {
          title: w.versionColumn,
          of: ({ version, configDigest }) => <code>{`${version} ${configDigest}`}</code>,
        },
        { title: w.uptime, kind: "number", of: ({ uptimeMs }) => span(uptimeMs) },
        {
          title: w.memory,
          kind: "number",
          of: ({ memoryBytes }) => mebi(memoryBytes),
        },
        { title: w.accounts, of: ({ accounts }) => <Text value={accounts.join(", ")} long={80} /> },
        { title: w.seen, of: ({ seenAt }) => <Moment iso={seenAt} isRelative /> },
      ]}
    />
  );
}

/** Redis, and the configuration in force. */
function Ground(): JSX.Element {
  const w = words.value.system;
  const query = useQuery("system", { read: async () => bida.system({ include: "config" }) });
  return (
    <section aria-labelledby="redis">
      <h2 id="redis">Redis</h2>
      <Loaded query={query}>
        {({ redis, work, config }) => (
          <>
            <RedisTable redis={redis} />
            <h2>{w.work}</h2>
            <WorkTable work={work} />
            <details>
              <summary>{w.config}</summary>
              <Json value={config} />
            </details>
          </>
        )}
      </Loaded>
    </section>
  );
}

function RedisTable({ redis }: { redis: SystemState["redis"] }): JSX.Element {
  const w = words.value.system;
  return (
    <Table
      label="Redis"
      rows={redis}
      idOf={({ version, uptimeMs, usedBytes }) => [version, uptimeMs, usedBytes].join(" ")}
      columns={[
        { title: w.versionOnly, of: ({ version, role }) => `${version} ${role}` },
        {
          title: w.memory,
          of: (master) => (
            <>
              {words.value.overview.redisUses(mebi(master.usedBytes), mebi(master.mostBytes))}{" "}
              {isNearlyFull(master) && (
                <>
                  <Tag tone="bad">{w.nearlyFull}</Tag> <RunbookLink name="redis" />
                </>
              )}
            </>
          ),
        },
        {
          title: w.eviction,
          of: ({ policy }) => <Tag tone={policy === "noeviction" ? "good" : "bad"}>{policy}</Tag>,
        },
        {
          title: "AOF",
          of: ({ writesAof }) => <Tag tone={writesAof ? "good" : "warn"}>{writesAof ? w.yes : w.no}</Tag>,
        },
        { title: w.replicas, kind: "number", of: ({ replicas }) => number(replicas) },
        {
          title: w.replicaLag,
          kind: "number",
          of: ({ replicaLagBytes }) =>
            replicaLagBytes === null ? "–" : `${number(Math.ceil(replicaLagBytes / 1024))} KiB`,
        },
        { title: w.clients, kind: "number", of: ({ clients }) => number(clients) },
        { title: w.perSecond, kind: "number", of: ({ commandsPerSecond }) => number(commandsPerSecond) },
        { title: w.uptime, kind: "number", of: ({ uptimeMs }) => span(uptimeMs) },
      ]}
    />
  );
}

function WorkTable({ work }: { work: SystemState["work"] }): JSX.Element {
  const w = words.value.system;
  return (
    <Table
      label={w.work}
      rows={work}
      idOf={({ account }) => account}
      columns={[
        { title: w.account, of: ({ account }) => <a href={pathTo(`/accounts/${account}`)}>{account}</a> },
        { title: w.sendLeases, of: ({ sends }) => <Leases leases={sends} /> },
        { title: w.checkLeases, of: ({ checks }) => <Leases leases={checks} /> },
        { title: w.looked, of: ({ lookedAt }) => <Moment iso={lookedAt} isRelative /> },
        {
          title: w.woken,
          of: ({ wokenAt, asleep }) => (
            <>
              <Moment iso={wokenAt} isRelative /> {asleep && <span class="faint">{w.asleep}</span>}
            </>
          ),
        },
      ]}
    />
  );
}

function Leases({
  leases: { count, firstEndsAt },
}: {
  leases: SystemState["work"][number]["sends"];
}): JSX.Element {
  const w = words.value.system;
  if (firstEndsAt === null) return <>0</>;
  return (
    <>
      {number(count)}{" "}
      {Date.parse(firstEndsAt) < Date.now() ? (
        <Tag tone="warn">{w.leaseOver}</Tag>
      ) : (
        <span class="faint">
          {w.leaseEnds} <Moment iso={firstEndsAt} isRelative />
        </span>
      )}
    </>
  );
}

const TONES: Readonly<Record<DoctorFindings[number]["verdict"], Tone>> = {
  ok: "good",
  warning: "warn",
  broken: "bad",
};

/** It asks every platform, so it runs only when somebody wants it. */
function Doctor(): JSX.Element {
  const w = words.value.system;
  const [findings, setFindings] = useState<DoctorFindings | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const run = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      setFindings(await bida.doctor());
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };
  return (
    <section aria-labelledby="doctor">
      <h2 id="doctor">{w.doctor}</h2>
      <p>
        <button type="button" disabled={isBusy || !mayAct.value} onClick={() => void run()}>
          {isBusy ? w.looking : w.run}
        </button>{" "}
        <span class="faint">{w.doctorMeaning}</span>
      </p>
      {failure !== null && <Problem error={failure} />}
      <div aria-live="polite">
        {findings !== null && (
          <Table
            label={w.doctor}
            rows={worstFirst(findings)}
            idOf={({ about, found }) => `${about}\n${found}`}
            columns={[
              { title: w.state, of: ({ verdict }) => <Tag tone={TONES[verdict]}>{w.verdicts[verdict]}</Tag> },
              { title: w.about, of: ({ about }) => <Text value={about} long={80} /> },
              { title: w.found, kind: "wide", of: ({ found }) => <Text value={found} /> },
              { title: w.mend, kind: "wide", of: ({ mend }) => <Text value={mend} /> },
            ]}
          />
        )}
      </div>
    </section>
  );
}

function worstFirst(findings: DoctorFindings): DoctorFindings {
  const order = ["broken", "warning", "ok"];
  return findings.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
}
