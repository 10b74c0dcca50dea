/**
 * Replay, discard or verify: the exact count, what will happen, the reason, and above a hundred the count typed. An
 * error keeps the dialog and what was typed.
 */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { deadLetterAct, needsReason, needsTypedCount, type DeadLetterAct } from "../data/acts.ts";
import { begin, count, type Counted } from "../data/bulk.ts";
import type { DeadLetterFilter } from "../../../src/doors/client/types.ts";
import { useQuery } from "../data/query.ts";
import { useNavigation } from "../data/navigate.ts";
import { bida } from "../data/session.ts";
import { number } from "../data/show.ts";
import { words } from "../words/words.ts";
import { filterParts } from "./filter-words.ts";
import { reasonWords } from "./tag.tsx";
import { Short } from "./text.tsx";
import { ActForm } from "./act-form.tsx";
import { Problem } from "./state.tsx";
import { isCount, TypedCount } from "./typed-count.tsx";

export function DeadLetterDialog(): JSX.Element | null {
  const request = deadLetterAct.value;
  return request === null ? null : <Dialog request={request} />;
}

const close = (): void => {
  deadLetterAct.value = null;
};

const USUAL_RATE: Readonly<Record<DeadLetterAct["act"], string>> = {
  replay: "50",
  discard: "50",
  verify: "5",
};

function Dialog({ request }: { request: DeadLetterAct }): JSX.Element {
  const { act, target } = request;
  const w = words.value.act;
  const { go } = useNavigation();
  const [counted, error] = useCount(request);
  const [typed, setTyped] = useState("");
  const [rate, setRate] = useState(USUAL_RATE[act]);
  const [progress, setProgress] = useState<Progress | null>(null);

  const total = counted?.count ?? 0;
  const mustType = needsTypedCount(act, total);
  const isTyped = !mustType || isCount(typed, total);

  const confirm = async (note = ""): Promise<boolean> => {
    if (counted === null) return false;
    if (target.kind === "matching") {
      const { id } = await begin(act, { filter: counted.filter, ratePerSecond: rateOf(rate), note });
      go(`/actions/${id}`);
      return true;
    }
    const failures = await actOnEach(act, { ids: target.ids, note, tell: setProgress });
    setProgress({ at: "over", done: target.ids.length - failures.length, failures });
    return failures.length === 0;
  };
  const titleCount = counted === null ? w.counting : number(total);
  return (
    <ActForm
      title={w[act]}
      label={labelOf(act, titleCount)}
      tone={act === "discard" ? "danger" : "primary"}
      reason={needsReason(act, total) ? "required" : "optional"}
      isReady={total > 0 && isTyped}
      {...(progress?.at === "over" ? { closeLabel: w.close } : {})}
      onClose={close}
      onConfirm={confirm}
      below={
        <>
          {target.kind === "matching" && (
            <label class="field">
              <span>{w.rate}</span>
              <input
                name="rate"
                type="number"
                min={1}
                max={1000}
                value={rate}
                inputMode="numeric"
                onInput={(e) => setRate(e.currentTarget.value)}
              />
            </label>
          )}
          {mustType && <TypedCount count={total} typed={typed} onType={setTyped} />}
          {error !== null && <Problem error={error} />}
          {progress !== null && <Going progress={progress} total={total} />}
        </>
      }
    >
      <p>{MEANINGS[act]()}</p>
      {target.kind === "matching" && (
        <>
          <Filter filter={target.filter} />
          <Breakdown filter={target.filter} />
        </>
      )}
      <p role="status">
        <strong>{countText(counted, { error, kind: target.kind })}</strong>
      </p>
    </ActForm>
  );
}

const MEANINGS: Readonly<Record<DeadLetterAct["act"], () => string>> = {
  replay: () => words.value.act.replayMeaning,
  discard: () => words.value.act.discardMeaning,
  verify: () => words.value.act.verifyMeaning,
};

function labelOf(act: DeadLetterAct["act"], count: string): string {
  const w = words.value.act;
  switch (act) {
    case "replay":
      return w.replayCount(count);
    case "discard":
      return w.discardCount(count);
    case "verify":
      return w.verifyCount(count);
  }
}

interface Progress {
  readonly at: "working" | "over";
  readonly done: number;
  readonly failures: readonly unknown[];
}

function Going({ progress, total }: { progress: Progress; total: number }): JSX.Element {
  const w = words.value.act;
  if (progress.at === "working") return <progress max={total} value={progress.done} aria-label={w.working} />;
  return (
    <div>
      <p role="status">{w.partly(progress.done, progress.failures.length)}</p>
      {progress.failures.slice(0, 3).map((error) => (
        <Problem error={error} isOfAct />
      ))}
    </div>
  );
}

function Filter({ filter }: { filter: object }): JSX.Element {
  return (
    <p class="chips">
      {filterParts({ ...filter }).map((part) => (
        <span>
          <Short value={part} long={80} />
        </span>
      ))}
    </p>
  );
}

const MOST_PARTS = 5;

/** What they are made up of; nothing where they are all alike. */
function Breakdown({ filter }: { filter: DeadLetterFilter }): JSX.Element | null {
  const { data } = useQuery(`parts ${JSON.stringify(filter)}`, {
    read: async () => bida.deadLetters.groups(filter),
    everyMs: 0,
  });
  if (data === null || data.items.length < 2) return null;
  return (
    <>
      <p class="faint">{words.value.act.breakdown}</p>
      <ul class="plain">
        {data.items.slice(0, MOST_PARTS).map(({ account, operation, reason, code, count: letters }) => (
          <li>
            <strong>{number(letters)}</strong> {reasonWords(reason)} {code !== null && <code>{code}</code>}{" "}
            <span class="faint">
              {account} {operation}
            </span>
          </li>
        ))}
        {data.items.length > MOST_PARTS && <li>…</li>}
      </ul>
    </>
  );
}

function useCount({ act, target }: DeadLetterAct): [Counted | null, unknown] {
  const [counted, setCounted] = useState<Counted | null>(
    target.kind === "some" ? { count: target.ids.length, filter: {} } : null,
  );
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (target.kind === "some") return;
    const over = new AbortController();
    count(act, { filter: target.filter, signal: over.signal }).then(setCounted, (reason: unknown) => {
      if (!over.signal.aborted) setError(reason);
    });
    return () => over.abort();
  }, []);
  return [counted, error];
}

function countText(
  counted: Counted | null,
  { error, kind }: { readonly error: unknown; readonly kind: "some" | "matching" },
): string {
  const w = words.value.act;
  if (error !== null) return "";
  if (counted === null) return w.counting;
  if (counted.count === 0) return w.none;
  return kind === "matching" ? w.matched(number(counted.count)) : "";
}

async function actOnEach(
  act: DeadLetterAct["act"],
  {
    ids,
    note,
    tell,
  }: { readonly ids: readonly string[]; readonly note: string; readonly tell: (progress: Progress) => void },
): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  for (const [done, id] of ids.entries()) {
    tell({ at: "working", done, failures });
    try {
      await actOn(act, { id, note });
    } catch (error) {
      failures.push(error);
    }
  }
  return failures;
}

async function actOn(
  act: DeadLetterAct["act"],
  { id, note }: { readonly id: string; readonly note: string },
): Promise<unknown> {
  const { deadLetters } = bida;
  const noted = note === "" ? {} : { note };
  switch (act) {
    case "replay":
      return deadLetters.replay(id, noted);
    case "discard":
      return deadLetters.discard(id, note);
    case "verify": {
      const { verdict } = await deadLetters.verify(id, noted);
      if (verdict !== "there") throw words.value.act.verdict[verdict];
      return verdict;
    }
  }
}

function rateOf(text: string): number {
  const rate = Number(text);
  return Number.isFinite(rate) && rate > 0 ? rate : 50;
}
