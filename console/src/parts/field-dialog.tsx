/**
 * Edits one field of all dead letters that match, and replays them. What the first few would become is shown first,
 * and how many would be refused; only what was counted then is edited.
 */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { BulkAction, DeadLetterFilter, StartedEdit } from "../../../src/doors/client/types.ts";
import { needsTypedCount } from "../data/acts.ts";
import { untilDone } from "../data/bulk.ts";
import { changeOf, isComplete, NO_CHANGE, type FieldChange } from "../data/field-change.ts";
import { editingField } from "../data/dialogs.ts";
import { useNavigation } from "../data/navigate.ts";
import { useQuery } from "../data/query.ts";
import { bida } from "../data/session.ts";
import { number } from "../data/show.ts";
import { words } from "../words/words.ts";
import { ActForm } from "./act-form.tsx";
import { Problem } from "./state.tsx";
import { Table } from "./table.tsx";
import { Short, Text } from "./text.tsx";
import { isCount, TypedCount } from "./typed-count.tsx";

export function FieldDialog(): JSX.Element | null {
  const filter = editingField.value;
  return filter === null ? null : <Dialog filter={filter} />;
}

const close = (): void => {
  editingField.value = null;
};

interface Preview {
  readonly sample: StartedEdit["sample"];
  readonly action: BulkAction;
}

function Dialog({ filter }: { filter: DeadLetterFilter }): JSX.Element {
  const w = words.value.act;
  const { go } = useNavigation();
  const [change, setChange] = useState(NO_CHANGE);
  const [preview, failure, look] = usePreview(filter, change);
  const [typed, setTyped] = useState("");
  const count = preview === null ? 0 : preview.action.matched - preview.action.failed;
  const isCounted = preview !== null && preview.action.status !== "running";
  const mustType = isCounted && needsTypedCount("replay", count);
  const confirm = async (note = ""): Promise<boolean> => {
    if (preview === null) return false;
    const frozen = { ...filter, until: filter.until ?? preview.action.startedAt };
    const { id } = await bida.deadLetters.editMany({ ...changeOf(change), filter: frozen, note });
    go(`/actions/${id}`);
    return true;
  };
  return (
    <ActForm
      title={w.editField}
      label={w.editCount(isCounted ? number(count) : "…")}
      tone="primary"
      reason="required"
      isReady={isCounted && count > 0 && (!mustType || isCount(typed, count))}
      onClose={close}
      onConfirm={confirm}
      below={mustType && <TypedCount count={count} typed={typed} onType={setTyped} />}
    >
      <p>{w.editFieldMeaning}</p>
      <Fields change={change} operation={filter.operation} onChange={setChange} />
      <p>
        <button type="button" disabled={!isComplete(change)} onClick={() => void look()}>
          {w.preview}
        </button>
      </p>
      {failure !== null && <Problem error={failure} isOfAct />}
      {preview !== null && <Shown preview={preview} />}
    </ActForm>
  );
}

/** Another change needs another look. */
function usePreview(
  filter: DeadLetterFilter,
  change: FieldChange,
): [Preview | null, unknown, () => Promise<void>] {
  const [shown, show] = useState<{ readonly of: FieldChange; readonly preview: Preview } | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const over = useRef(new AbortController());
  useEffect(() => () => over.current.abort(), []);
  const look = async (): Promise<void> => {
    over.current.abort();
    over.current = new AbortController();
    const { signal } = over.current;
    setFailure(null);
    try {
      const order = { ...changeOf(change), filter, dryRun: true, note: "preview" };
      const { sample, ...begun } = await bida.deadLetters.editMany(order);
      show({ of: change, preview: { sample, action: begun } });
      const action = await untilDone(begun, signal);
      show({ of: change, preview: { sample, action } });
    } catch (error) {
      if (!signal.aborted) setFailure(error);
    }
  };
  return [shown?.of === change ? shown.preview : null, failure, look];
}

function Fields({
  change,
  operation,
  onChange,
}: {
  change: FieldChange;
  operation: string | undefined;
  onChange: (change: FieldChange) => void;
}): JSX.Element {
  const w = words.value.act;
  const input = (name: "field" | "find" | "replaceWith" | "value", label: string): JSX.Element => (
    <label class="field">
      <span>{label}</span>
      <input
        name={name}
        value={change[name]}
        autocomplete="off"
        spellcheck={false}
        list={name === "field" ? "known-fields" : undefined}
        onInput={(event) => onChange({ ...change, [name]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <>
      {input("field", w.field)}
      <KnownFields operation={operation} />
      <fieldset class="act-row">
        <legend class="unseen">{w.how}</legend>
        {(["replace", "set"] as const).map((how) => (
          <label class="check">
            <input
              type="radio"
              name="how"
              checked={change.how === how}
              onChange={() => onChange({ ...change, how })}
            />{" "}
            {how === "set" ? w.setValue : w.replaceText}
          </label>
        ))}
      </fieldset>
      {change.how === "set" ? (
        input("value", w.newValue)
      ) : (
        <>
          {input("find", w.find)}
          {input("replaceWith", w.replaceWith)}
        </>
      )}
    </>
  );
}

/** The fields of the operation's payload, to choose from. */
function KnownFields({ operation }: { operation: string | undefined }): JSX.Element {
  const operations = useQuery("operations", { read: async () => bida.operations(), everyMs: 0 });
  const schema = operations.data?.find(({ name }) => name === operation)?.payload as
    { readonly properties?: object } | undefined;
  return (
    <datalist id="known-fields">
      {Object.keys(schema?.properties ?? {}).map((name) => (
        <option value={`/${name}`} />
      ))}
    </datalist>
  );
}

function Shown({ preview: { sample, action } }: { preview: Preview }): JSX.Element {
  const w = words.value.act;
  const isCounted = action.status !== "running";
  return (
    <div>
      <p role="status">
        <strong>
          {isCounted
            ? w.wouldEdit(number(action.matched - action.failed), number(action.failed))
            : w.counting}
        </strong>
      </p>
      <Table
        label={w.preview}
        rows={sample}
        idOf={({ id }) => id}
        columns={[
          { title: words.value.dead.key, of: ({ key, id }) => <Short value={key ?? id} long={40} /> },
          { title: w.before, of: ({ before }) => <Text value={before} long={160} /> },
          { title: w.after, of: ({ after }) => <Text value={after} long={160} /> },
          ...(sample.some(({ refused }) => refused !== null)
            ? [
                {
                  title: w.refusedBecause,
                  kind: "wide" as const,
                  of: ({ refused }: StartedEdit["sample"][number]) => <Text value={refused} long={240} />,
                },
              ]
            : []),
        ]}
      />
    </div>
  );
}
