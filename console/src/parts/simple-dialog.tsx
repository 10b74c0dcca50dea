/** Acts on one thing: a sentence of what happens, a reason, perhaps a field, and the act. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { needsTypedCount, simpleAct, type SimpleAct } from "../data/acts.ts";
import { words } from "../words/words.ts";
import { ActForm } from "./act-form.tsx";
import { isCount, TypedCount } from "./typed-count.tsx";

export function SimpleDialog(): JSX.Element | null {
  const request = simpleAct.value;
  return request === null ? null : <Dialog request={request} />;
}

const close = (): void => {
  simpleAct.value = null;
};

function Dialog({ request }: { request: SimpleAct }): JSX.Element {
  const { title, label, meaning, needsReason, tone, carryOut, count = 1, field, choice } = request;
  const [value, setValue] = useState(field?.value ?? "");
  const [isChosen, setChosen] = useState(false);
  const [typed, setTyped] = useState("");
  const mustType = needsTypedCount("replay", count);
  return (
    <ActForm
      title={title}
      label={label}
      tone={tone}
      reason={needsReason ? "required" : "optional"}
      isReady={
        (field === undefined || field.isOptional === true || value.trim() !== "") &&
        (!mustType || isCount(typed, count))
      }
      below={mustType && <TypedCount count={count} typed={typed} onType={setTyped} />}
      onClose={close}
      onConfirm={async (note) => {
        await carryOut(note, { field: value.trim(), isChosen });
        return true;
      }}
    >
      <p>{meaning(words.value)}</p>
      {field !== undefined && (
        <label class="field">
          <span>{field.label(words.value)}</span>
          <input
            name="field"
            value={value}
            type={field.type ?? "text"}
            min={field.type === "number" ? "0.1" : undefined}
            step={field.type === "number" ? "any" : undefined}
            inputMode={field.type === "number" ? "decimal" : undefined}
            autocomplete="off"
            maxLength={200}
            onInput={(event) => setValue(event.currentTarget.value)}
          />
          {field.hint !== undefined && <small>{field.hint(words.value)}</small>}
        </label>
      )}
      {choice !== undefined && (
        <label class="check">
          <input
            type="checkbox"
            checked={isChosen}
            onChange={(event) => setChosen(event.currentTarget.checked)}
          />{" "}
          {choice(words.value)}
        </label>
      )}
    </ActForm>
  );
}
