/**
 * Replay or discard: the exact count, what will happen, the reason, and above a hundred the count typed. An error
 * keeps the dialog and what was typed.
 */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { letterAct, needsReason, needsTypedCount, type DeadLetterAct } from "../data/acts.ts";
import { begin, count, type Counted } from "../data/bulk.ts";
import { useNavigation } from "../data/navigate.ts";
import { acted } from "../data/query.ts";
import { bida } from "../data/session.ts";
import { number } from "../data/show.ts";
import { words } from "../words/words.ts";
import { Modal } from "./modal.tsx";
import { Problem } from "./state.tsx";

export function DeadLetterDialog(): JSX.Element | null {
  const request = letterAct.value;
  return request === null ? null : <Dialog request={request} />;
}

const close = (): void => {
  letterAct.value = null;
};

function Dialog({ request }: { request: DeadLetterAct }): JSX.Element {
  const { act, target } = request;
  const w = words.value.act;
  const { go } = useNavigation();
  const [counted, error] = useCount(request);
  const [note, setNote] = useState("");
  const [typed, setTyped] = useState("");
  const [rate, setRate] = useState("50");
  const [progress, setProgress] = useState<Progress | null>(null);
  const [failure, setFailure] = useState<unknown>(null);

  const total = counted?.count ?? 0;
  const mustExplain = needsReason(act, total);
  const mustType = needsTypedCount(act, total);
  const isReady =
    counted !== null &&
    total > 0 &&
    (progress === null || progress.at === "refused") &&
    (!mustExplain || note.trim() !== "") &&
    (!mustType || typed.replaceAll(/[\s,.]/g, "") === String(total));

  const confirm = async (): Promise<void> => {
    if (!isReady) return;
    setFailure(null);
    setProgress({ at: "working", done: 0, failures: [] });
    try {
      if (target.kind === "matching") {
        const { id } = await begin(act, {
          filter: counted.filter,
          ratePerSecond: rateOf(rate),
          note: note.trim(),
        });
        close();
        go(`/actions/${id}`);
        return;
      }
      const failures = await actOnEach(request.act, target.ids, note.trim(), setProgress);
      acted.value += 1;
      if (failures.length === 0) close();
      else setProgress({ at: "refused", done: target.ids.length - failures.length, failures });
    } catch (reason) {
      setFailure(reason);
      setProgress(null);
    }
  };
  const titleCount = counted === null ? w.counting : number(total);
  const label = act === "replay" ? w.replayCount(titleCount) : w.discardCount(titleCount);
  return (
    <Modal title={act === "replay" ? w.replay : w.discard} onClose={close}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        <p>{act === "replay" ? w.replayMeaning : w.discardMeaning}</p>
        {target.kind === "matching" && <Filter filter={target.filter} />}
        <p role="status">
          <strong>{countText(counted, error, target.kind)}</strong>
        </p>
        <label class="field">
          <span>
            {w.reason} <small>({mustExplain ? w.required : w.optional})</small>
          </span>
          <input
            value={note}
            maxLength={500}
            required={mustExplain}
            onInput={(e) => setNote(e.currentTarget.value)}
          />
          <small>{w.reasonHint}</small>
        </label>
        {target.kind === "matching" && (
          <label class="field">
            <span>{w.rate}</span>
            <input
              type="number"
              min={1}
              max={1000}
              value={rate}
              inputMode="numeric"
              onInput={(e) => setRate(e.currentTarget.value)}
            />
          </label>
        )}
        {mustType && (
          <label class="field">
            <span>{w.typeCount(String(total))}</span>
            <input
              name="count"
              value={typed}
              inputMode="numeric"
              autocomplete="off"
              onInput={(e) => setTyped(e.currentTarget.value)}
            />
          </label>
        )}
        {error !== null && <Problem error={error} />}
        {failure !== null && <Problem error={failure} />}
        {progress !== null && <Going progress={progress} total={total} />}
        <div class="buttons">
          <button type="button" autofocus onClick={close}>
            {progress?.at === "refused" ? w.close : w.cancel}
          </button>
          <button type="submit" class={act === "replay" ? "primary" : "danger"} disabled={!isReady}>
            {label}
          </button>
        </div>
      </form>
    </Modal>
  );
}

interface Progress {
  readonly at: "working" | "refused";
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
        <Problem error={error} />
      ))}
    </div>
  );
}

function Filter({ filter }: { filter: object }): JSX.Element {
  return (
    <p class="chips">
      {Object.entries(filter).map(([name, value]) => (
        <code>
          {name}={String(value)}
        </code>
      ))}
    </p>
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
    count(act, target.filter, over.signal).then(setCounted, (reason: unknown) => {
      if (!over.signal.aborted) setError(reason);
    });
    return () => over.abort();
  }, []);
  return [counted, error];
}

function countText(counted: Counted | null, error: unknown, kind: "some" | "matching"): string {
  const w = words.value.act;
  if (error !== null) return "";
  if (counted === null) return w.counting;
  if (counted.count === 0) return w.none;
  return kind === "matching" ? w.matched(number(counted.count)) : "";
}

async function actOnEach(
  act: DeadLetterAct["act"],
  ids: readonly string[],
  note: string,
  tell: (progress: Progress) => void,
): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  for (const [done, id] of ids.entries()) {
    tell({ at: "working", done, failures });
    try {
      if (act === "discard") await bida.deadLetters.discard(id, note);
      else await bida.deadLetters.replay(id, note === "" ? {} : { note });
    } catch (error) {
      failures.push(error);
    }
  }
  return failures;
}

function rateOf(text: string): number {
  const rate = Number(text);
  return Number.isFinite(rate) && rate > 0 ? rate : 50;
}
