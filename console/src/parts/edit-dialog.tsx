/** Edit and replay: the payload as text, and before anything is sent, what is other than before. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { parseExact, writeExact } from "../data/exact-json.ts";
import { changes, type Change } from "../data/payload-changes.ts";
import { bida } from "../data/session.ts";
import { words } from "../words/words.ts";
import { ActForm } from "./act-form.tsx";
import { PayloadFields } from "./payload-fields.tsx";
import { Problem } from "./state.tsx";
import { Short } from "./text.tsx";

/** Id of the dead letter that is edited. */
export const editing = signal<string | null>(null);

export function EditDialog(): JSX.Element | null {
  const id = editing.value;
  return id === null ? null : <Dialog id={id} />;
}

const close = (): void => {
  editing.value = null;
};

type Payload = Readonly<Record<string, unknown>>;

function Dialog({ id }: { id: string }): JSX.Element {
  const w = words.value.act;
  const [before, setBefore] = useState<unknown>(null);
  const [text, setText] = useState<string | null>(null);
  const [operation, setOperation] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    void (async () => {
      try {
        const { payload, operation: name } = await bida.get(id, { include: ["payload"] });
        setOperation(name);
        setBefore(payload);
        setText(writeExact(payload));
      } catch (error) {
        setFailure(error);
      }
    })();
  }, [id]);
  const payload = text === null ? null : payloadIn(text);
  const changed = payload === null ? [] : changes(before, payload);
  return (
    <ActForm
      title={w.edit}
      label={w.edit}
      tone="primary"
      reason="optional"
      isReady={changed.length > 0}
      onClose={close}
      onConfirm={async (note) => {
        if (payload === null) return false;
        await bida.deadLetters.replay(id, { payload, ...(note === undefined ? {} : { note }) });
        return true;
      }}
    >
      <p>{w.replayMeaning}</p>
      <label class="field">
        <span>{words.value.delivery.payload}</span>
        <textarea
          rows={14}
          spellcheck={false}
          value={text ?? ""}
          disabled={text === null}
          aria-invalid={text !== null && payload === null}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      {text !== null && payload === null && (
        <p class="problem" role="alert">
          {w.notJson}
        </p>
      )}
      {failure !== null && <Problem error={failure} />}
      <Changes changed={changed} />
      <PayloadFields operation={operation} />
    </ActForm>
  );
}

function Changes({ changed }: { changed: readonly Change[] }): JSX.Element {
  if (changed.length === 0) return <p class="faint">{words.value.act.unchanged}</p>;
  return (
    <dl class="changes" aria-live="polite">
      {changed.map(({ pointer, before, after }) => (
        <div key={pointer}>
          <dt>
            <code>
              <Short value={pointer} />
            </code>
          </dt>
          <dd>
            <del>
              <Short value={before ?? "–"} long={120} />
            </del>{" "}
            →{" "}
            <ins>
              <Short value={after ?? "–"} long={120} />
            </ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function payloadIn(text: string): Payload | null {
  try {
    const value = parseExact(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Payload) : null;
  } catch {
    return null;
  }
}
