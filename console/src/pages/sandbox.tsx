/** Only in `bida up`: what the pretend platforms stored beside what Bida says, faults by button, and a sample to send. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { SandboxState } from "../../../src/doors/client/types.ts";
import { pathTo } from "../data/place.ts";
import { acted, useQuery } from "../data/query.ts";
import { SAMPLE_FAULTS, sampleOrder, SAMPLES, type Sample } from "../data/samples.ts";
import { bida } from "../data/session.ts";
import { words } from "../words/words.ts";
import { Page } from "../parts/page.tsx";
import { Empty, Loaded, Problem } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Tag } from "../parts/tag.tsx";
import { Short, Text } from "../parts/text.tsx";

type Row = SandboxState["items"][number];

const OFTEN_MS = 1_500;

export function Sandbox(): JSX.Element {
  const w = words.value.sandbox;
  const query = useQuery("sandbox", { read: async () => bida.sandbox(), everyMs: OFTEN_MS });
  const [failure, setFailure] = useState<unknown>(null);
  const [sent, setSent] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const act = async (what: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await what();
      acted.value += 1;
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };
  const send = async (sample: Sample): Promise<void> =>
    act(async () => setSent((await bida.send(sampleOrder(sample))).id));
  return (
    <Page title={w.title}>
      <p>{w.intro}</p>
      <section aria-labelledby="send">
        <h2 id="send">{w.send}</h2>
        <div class="act-row">
          {SAMPLES.map((sample) => (
            <button type="button" class="primary" disabled={isBusy} onClick={() => void send(sample)}>
              {w.samples[sample]}
            </button>
          ))}
          <span role="status">{sent !== null && <a href={pathTo(`/d/${sent}`)}>{w.sent(sent)}</a>}</span>
        </div>
      </section>
      <section aria-labelledby="faults">
        <h2 id="faults">{w.faults}</h2>
        <div class="act-row">
          {SAMPLE_FAULTS.map((order) => (
            <button
              type="button"
              disabled={isBusy}
              onClick={() => void act(async () => bida.misbehave(order))}
            >
              {w.byFault[order.fault]}
            </button>
          ))}
          <button
            type="button"
            disabled={isBusy}
            onClick={() => void act(async () => bida.misbehave({ clear: true }))}
          >
            {w.clear}
          </button>
        </div>
        {failure !== null && <Problem error={failure} isOfAct />}
      </section>
      <Loaded query={query}>{(state) => <Shown state={state} />}</Loaded>
    </Page>
  );
}

function Shown({ state: { items, faults } }: { state: SandboxState }): JSX.Element {
  const w = words.value.sandbox;
  return (
    <>
      <p class={faults.length === 0 ? "faint" : "note"} role="status">
        {faults.length === 0 ? w.none : `${w.active}: ${faults.map(faultWords).join(" · ")}`}
      </p>
      <section aria-labelledby="stored">
        <h2 id="stored">{w.beside}</h2>
        {items.length === 0 ? <Empty>{words.value.list.empty}</Empty> : <SideBySide rows={items} />}
      </section>
    </>
  );
}

function faultWords({ fault, times }: SandboxState["faults"][number]): string {
  const known: Readonly<Record<string, string>> = words.value.sandbox.byFault;
  return `${known[fault] ?? fault}${times > 1 ? ` × ${times}` : ""}`;
}

function SideBySide({ rows }: { rows: readonly Row[] }): JSX.Element {
  const w = words.value.sandbox;
  return (
    <Table
      label={w.beside}
      rows={rows}
      idOf={({ delivery, recipient }) => `${delivery} ${recipient}`}
      columns={[
        {
          title: words.value.delivery.title,
          of: ({ delivery, key }) => (
            <a class="primary-link" href={pathTo(`/d/${delivery}`)}>
              <Short value={key ?? delivery} long={40} />
            </a>
          ),
        },
        { title: words.value.dead.operation, of: ({ operation }) => <code>{operation}</code> },
        {
          title: words.value.delivery.recipient,
          of: ({ recipient }) => <Short value={recipient} long={30} />,
        },
        { title: w.bidaSays, of: ({ recipientStatus }) => recipientWords(recipientStatus) },
        { title: w.platformHas, kind: "wide", of: (row) => <Stored row={row} /> },
        { title: w.count, kind: "number", of: ({ copies }) => copies },
      ]}
    />
  );
}

function recipientWords(status: string): string {
  const known: Readonly<Record<string, string>> = words.value.recipientStatus;
  return known[status] ?? status;
}

function Stored({ row: { stored, marks, recipientStatus } }: { row: Row }): JSX.Element {
  const w = words.value.sandbox;
  if (stored === null) return <Tag tone={recipientStatus === "confirmed" ? "bad" : "calm"}>{w.notThere}</Tag>;
  const known: Readonly<Record<string, string>> = w.marks;
  return (
    <>
      <Tag tone="good">{w.there}</Tag> <Text value={stored} long={80} />{" "}
      {marks.map((mark) => known[mark] ?? mark).join(" · ")}
    </>
  );
}
