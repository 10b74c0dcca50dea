/** One delivery: how it is, why, what happens next, what is proven of each recipient, and its whole story. */
import type { JSX } from "preact";
import type { InspectedDelivery } from "../../../src/doors/client/types.ts";
import { deadLetterAct, simpleAct } from "../data/acts.ts";
import { commandOf, curlOf, useCopyKeys } from "../data/copied.ts";
import { useKeys } from "../data/keys.ts";
import { useQuery } from "../data/query.ts";
import { bida, mayAct, me } from "../data/session.ts";
import { words } from "../words/words.ts";
import { Copy } from "../parts/copy.tsx";
import { apiUrl, pathTo } from "../data/place.ts";
import { editing } from "../data/dialogs.ts";
import { verifying } from "../parts/verify-dialog.tsx";
import { Facts, type Fact } from "../parts/facts.tsx";
import { Remedy } from "../parts/remedy.tsx";
import { reasonWords, StatusTag } from "../parts/tag.tsx";
import { pairs } from "../data/show.ts";
import { Moment, Short, Text } from "../parts/text.tsx";
import { ThingPage } from "../parts/thing-page.tsx";
import { Json } from "../parts/json.tsx";
import { Payload } from "./payload.tsx";
import { Recipients } from "./recipients.tsx";
import { Timeline } from "./timeline.tsx";
import { whatIsNext } from "./what-is-next.ts";

export function DeliveryPage({ id }: { id: string }): JSX.Element {
  const w = words.value.delivery;
  const query = useQuery(`delivery ${id}`, {
    read: async () => bida.get(id, { include: ["timeline", "callback"] }),
  });
  return (
    <ThingPage title={w.title} id={id} query={query} missing={w.missing}>
      {(delivery) => <Shown delivery={delivery} />}
    </ThingPage>
  );
}

function Shown({ delivery }: { delivery: InspectedDelivery }): JSX.Element {
  const w = words.value;
  const { id, status, reason, detail, deadlineAt } = delivery;
  const act = (kind: "replay" | "discard"): void => {
    if (status === "dead" && mayAct.value)
      deadLetterAct.value = { act: kind, target: { kind: "some", ids: [id] } };
  };
  useKeys({
    r: () => act("replay"),
    e: () => {
      if (status === "dead" && mayAct.value) editing.value = id;
    },
    D: () => act("discard"),
    v: () => {
      if (status === "dead" && mayAct.value) ask(delivery);
    },
  });
  useCopyKeys(id);
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
        <p>{whatIsNext(delivery, { words: w })}</p>
        {reason !== null && status === "dead" && (
          <p class="faint">
            <Remedy reason={reason} />
          </p>
        )}
        {isOpen(status) && (
          <>
            <p class="faint">{w.delivery.byDeadline(new Date(deadlineAt).toLocaleString())}</p>
            <Deadline delivery={delivery} />
          </>
        )}
        <Acts delivery={delivery} onAct={act} />
      </section>
      <Recipients recipients={delivery.recipients} />
      {delivery.lane !== null && (isOpen(status) || status === "dead") && (
        <Order id={id} account={delivery.account} lane={delivery.lane} />
      )}
      <Timeline entries={delivery.timeline ?? []} />
      <section aria-labelledby="facts">
        <h2 id="facts">{w.delivery.facts}</h2>
        <Facts facts={factsOf(delivery)} />
      </section>
      <Payload id={id} />
      <section aria-labelledby="callback">
        <h2 id="callback">{w.delivery.callback}</h2>
        <CallbackText delivery={delivery} />
      </section>
    </>
  );
}

/** What waits before it and behind it; nothing where it is alone. */
function Order({ id, account, lane }: { id: string; account: string; lane: string }): JSX.Element | null {
  const w = words.value.delivery;
  // Looked up in the lane itself, the head first; a list would look through records for it.
  const { data } = useQuery(`lane ${account} ${lane}`, { read: async () => bida.search(lane) });
  const waiting = (data ?? []).flatMap(({ delivery }) =>
    delivery?.account === account && delivery.lane === lane ? [delivery] : [],
  );
  if (waiting.length < 2) return null;
  return (
    <section aria-labelledby="order">
      <h2 id="order">{w.order}</h2>
      <ol class="steps">
        {waiting.map((other) => (
          <li>
            {other.id === id ? (
              <strong>{w.thisOne}</strong>
            ) : (
              <a href={pathTo(`/d/${other.id}`)}>
                <Short value={other.key ?? other.id} />
              </a>
            )}{" "}
            <code>{other.operation}</code> <StatusTag status={other.status} />
          </li>
        ))}
      </ol>
      <a href={pathTo("/deliveries", { account, lane })}>{w.wholeLane}</a>
    </section>
  );
}

/** How much of its time is over. */
function Deadline({ delivery: { createdAt, deadlineAt } }: { delivery: InspectedDelivery }): JSX.Element {
  const [from, to] = [Date.parse(createdAt), Date.parse(deadlineAt)];
  return (
    <progress
      aria-label={words.value.delivery.timeLeft}
      max={Math.max(1, to - from)}
      value={Math.min(Math.max(0, Date.now() - from), Math.max(1, to - from))}
    />
  );
}

/** Schedules that were created are found by the workId that a person sees there. */
function ask({ id, operation }: InspectedDelivery): void {
  verifying.value = { id, hasId: operation === "schedule.create" || operation === "schedule.repeat" };
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
      title: act.cancelDelivery,
      label: act.cancelDelivery,
      meaning: (w) => w.act.cancelMeaning,
      needsReason: false,
      tone: "danger",
      carryOut: async (note) => bida.cancel(id, note),
    };
  };
  const restore = (): void => {
    simpleAct.value = {
      title: act.restore,
      label: act.restore,
      meaning: (w) => w.act.restoreMeaning,
      needsReason: false,
      tone: "primary",
      carryOut: async (note) => bida.deadLetters.restore(id, note),
    };
  };
  return (
    <div class="act-row">
      {status === "dead" && mayAct.value && (
        <>
          <button type="button" class="primary" onClick={() => onAct("replay")}>
            {act.replay}
          </button>
          <button type="button" onClick={() => ask(delivery)}>
            {act.verify}
          </button>
          <button type="button" onClick={() => (editing.value = id)}>
            {act.edit}
          </button>
          <button type="button" onClick={() => onAct("discard")}>
            {act.discard}
          </button>
        </>
      )}
      {status === "discarded" && mayAct.value && isRestorable(delivery) && (
        <button type="button" class="primary" onClick={restore}>
          {act.restore}
        </button>
      )}
      {status === "queued" && sends === 0 && me.value?.role !== "viewer" && (
        <button type="button" onClick={cancel}>
          {act.cancelDelivery}
        </button>
      )}
      <Copy text={id} label={words.value.delivery.copyId} />
      <Copy text={location.href} label={words.value.delivery.copyLink} />
      <Copy text={curlOf(id)} label={act.copyCurl} />
      <Copy text={commandOf(id)} label={act.copyCommand} />
      <a href={`${apiUrl}/v1/deliveries/${id}?include=timeline,callback`} target="_blank" rel="noopener">
        {words.value.delivery.rawJson}
      </a>
    </div>
  );
}

function isRestorable({ restorableUntil }: InspectedDelivery): boolean {
  return restorableUntil !== null && Date.parse(restorableUntil) > Date.now();
}

function factsOf(delivery: InspectedDelivery): readonly Fact[] {
  const w = words.value;
  return [
    [w.filter.account, delivery.account],
    [w.filter.operation, <code>{delivery.operation}</code>],
    [w.filter.key, <Text value={delivery.key} />],
    [w.delivery.lane, <Lane delivery={delivery} />],
    [w.delivery.known, w.knowledge[delivery.knowledge]],
    [w.delivery.sends, delivery.sends],
    [w.delivery.checks, delivery.checks],
    [w.dead.generation, delivery.generation],
    [w.delivery.created, <Moment iso={delivery.createdAt} />],
    [w.delivery.accepted, <Moment iso={delivery.acceptedAt} />],
    [w.delivery.deadline, <Moment iso={delivery.deadlineAt} />],
    [w.delivery.finished, <Moment iso={delivery.finishedAt} />],
    [w.delivery.producer, <Text value={delivery.producer} />],
    ...(delivery.requestId === null
      ? []
      : [[w.delivery.request, <code>{delivery.requestId}</code>] as const]),
    ...(delivery.trace == null ? [] : [[w.delivery.trace, <Trace trace={delivery.trace} />] as const]),
    ...(delivery.receipt === null
      ? []
      : [[w.delivery.platformId, <Text value={pairs(delivery.receipt)} />] as const]),
    ...(delivery.metadata === null
      ? []
      : [[w.delivery.metadata, <Json value={delivery.metadata} />] as const]),
  ];
}

function Trace({ trace: { id, url } }: { trace: NonNullable<InspectedDelivery["trace"]> }): JSX.Element {
  if (url === null) return <code>{id}</code>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      <code>{id}</code>
    </a>
  );
}

/** What waits before it and behind it is one step away. */
function Lane({ delivery: { account, lane } }: { delivery: InspectedDelivery }): JSX.Element {
  if (lane === null) return <span class="faint">–</span>;
  return (
    <a href={pathTo("/deliveries", { account, lane })}>
      <Short value={lane} long={120} />
    </a>
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
