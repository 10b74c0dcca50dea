/** One delivery: how it is, why, what happens next, what is proven of each recipient, and its whole story. */
import type { JSX } from "preact";
import { BidaError } from "../../../src/doors/client/errors.ts";
import type { InspectedDelivery } from "../../../src/doors/client/types.ts";
import { letterAct, simpleAct } from "../data/acts.ts";
import { useKeys } from "../data/keys.ts";
import { useQuery } from "../data/query.ts";
import { bida, mayAct, me } from "../data/session.ts";
import { words } from "../words/words.ts";
import { Copy } from "../parts/copy.tsx";
import { editing } from "../parts/edit-dialog.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { reasonWords, StatusTag } from "../parts/tag.tsx";
import { pairs } from "../data/show.ts";
import { Moment, Short, Text } from "../parts/text.tsx";
import { Json } from "../parts/json.tsx";
import { Payload } from "./payload.tsx";
import { Recipients } from "./recipients.tsx";
import { Timeline } from "./timeline.tsx";
import { whatIsNext } from "./what-is-next.ts";

export function DeliveryPage({ id }: { id: string }): JSX.Element {
  const w = words.value.delivery;
  const query = useQuery(`delivery ${id}`, async () => bida.get(id, { include: ["timeline", "callback"] }));
  const isMissing = query.error instanceof BidaError && query.error.status === 404;
  if (isMissing && query.data === null) {
    return (
      <Page title={w.title}>
        <Empty>{w.missing}</Empty>
      </Page>
    );
  }
  return (
    <Page
      title={w.title}
      aside={
        <code class="page-id">
          <Short value={id} long={80} />
        </code>
      }
    >
      <Loaded query={query}>{(delivery) => <Shown delivery={delivery} />}</Loaded>
    </Page>
  );
}

function Shown({ delivery }: { delivery: InspectedDelivery }): JSX.Element {
  const w = words.value;
  const { id, status, reason, detail, deadlineAt } = delivery;
  const act = (kind: "replay" | "discard"): void => {
    if (status === "dead" && mayAct.value)
      letterAct.value = { act: kind, target: { kind: "some", ids: [id] } };
  };
  useKeys({
    r: () => act("replay"),
    e: () => {
      if (status === "dead" && mayAct.value) editing.value = id;
    },
    D: () => act("discard"),
    c: () => void navigator.clipboard?.writeText(id),
  });
  return (
    <>
      <section class="verdict" aria-label={w.delivery.status}>
        <p class="big">
          <StatusTag status={status} /> {reason !== null && <strong>{reasonWords(reason)}</strong>}
        </p>
        {detail !== null && (
          <p>
            <Text value={detail} />
          </p>
        )}
        <h2>{w.delivery.next}</h2>
        <p>{whatIsNext(delivery, w)}</p>
        {reason !== null && status === "dead" && <p class="faint">{w.remedy[reason]}</p>}
        {isOpen(status) && (
          <p class="faint">{w.delivery.byDeadline(new Date(deadlineAt).toLocaleString())}</p>
        )}
        <Acts delivery={delivery} onAct={act} />
      </section>
      <Recipients recipients={delivery.recipients} />
      <Timeline entries={delivery.timeline ?? []} />
      <section aria-labelledby="facts">
        <h2 id="facts">{w.delivery.facts}</h2>
        <Facts delivery={delivery} />
      </section>
      <Payload id={id} />
      <section aria-labelledby="callback">
        <h2 id="callback">{w.delivery.callback}</h2>
        <CallbackText delivery={delivery} />
      </section>
    </>
  );
}

function isOpen(status: InspectedDelivery["status"]): boolean {
  return status === "queued" || status === "sending" || status === "retrying" || status === "confirming";
}

/** Only what can be done in this state. */
function Acts({
  delivery,
  onAct,
}: {
  delivery: InspectedDelivery;
  onAct: (kind: "replay" | "discard") => void;
}): JSX.Element {
  const { act } = words.value;
  const { id, status, sends } = delivery;
  const cancel = (): void => {
    simpleAct.value = {
      title: act.cancel,
      label: act.cancel,
      meaning: (w) => w.act.cancelMeaning,
      needsReason: false,
      tone: "danger",
      carryOut: async (note) => bida.cancel(id, note),
    };
  };
  return (
    <div class="act-row">
      {status === "dead" && mayAct.value && (
        <>
          <button type="button" class="primary" onClick={() => onAct("replay")}>
            {act.replay}
          </button>
          <button type="button" onClick={() => (editing.value = id)}>
            {act.edit}
          </button>
          <button type="button" onClick={() => onAct("discard")}>
            {act.discard}
          </button>
        </>
      )}
      {status === "queued" && sends === 0 && me.value?.role !== "viewer" && (
        <button type="button" onClick={cancel}>
          {act.cancel}
        </button>
      )}
      <Copy text={id} label={words.value.delivery.copyId} />
      <Copy text={location.href} label={words.value.delivery.copyLink} />
    </div>
  );
}

function Facts({ delivery }: { delivery: InspectedDelivery }): JSX.Element {
  const w = words.value;
  const facts: readonly (readonly [string, JSX.Element | string | number])[] = [
    [w.filter.account, delivery.account],
    [w.filter.operation, <code>{delivery.operation}</code>],
    [w.filter.key, <Text value={delivery.key} />],
    [w.delivery.lane, <Text value={delivery.lane} />],
    [w.delivery.known, w.knowledge[delivery.knowledge]],
    [w.delivery.sends, delivery.sends],
    [w.delivery.checks, delivery.checks],
    [w.dead.generation, delivery.generation],
    [w.delivery.created, <Moment iso={delivery.createdAt} />],
    [w.delivery.accepted, <Moment iso={delivery.acceptedAt} />],
    [w.delivery.deadline, <Moment iso={delivery.deadlineAt} />],
    [w.delivery.finished, <Moment iso={delivery.finishedAt} />],
    ...(delivery.receipt === null
      ? []
      : [[w.delivery.platformId, <Text value={pairs(delivery.receipt)} />] as const]),
    ...(delivery.metadata === null
      ? []
      : [[w.delivery.metadata, <Json value={delivery.metadata} />] as const]),
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function CallbackText({ delivery: { callback } }: { delivery: InspectedDelivery }): JSX.Element {
  const w = words.value.delivery;
  if (callback === null || callback === undefined) return <p class="faint">{w.noCallback}</p>;
  return (
    <p>
      {w.callbackStatus[callback.status]} · {w.attempts(callback.attempts)} · <Text value={callback.url} />{" "}
      {callback.detail !== null && <Text value={callback.detail} />}
    </p>
  );
}
