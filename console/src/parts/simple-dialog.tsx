/** Cancel, pause, resume, tell again: a sentence of what happens, a reason, and the act. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { simpleAct, type SimpleAct } from "../data/acts.ts";
import { acted } from "../data/query.ts";
import { words } from "../words/words.ts";
import { Modal } from "./modal.tsx";
import { Problem } from "./state.tsx";

export function SimpleDialog(): JSX.Element | null {
  const request = simpleAct.value;
  return request === null ? null : <Dialog request={request} />;
}

const close = (): void => {
  simpleAct.value = null;
};

function Dialog({ request }: { request: SimpleAct }): JSX.Element {
  const w = words.value.act;
  const [note, setNote] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const confirm = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    setFailure(null);
    try {
      await request.carryOut(note.trim() === "" ? undefined : note.trim());
      acted.value += 1;
      close();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <Modal title={request.title} onClose={close}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        <p>{request.meaning(words.value)}</p>
        <label class="field">
          <span>
            {w.reason} <small>({request.needsReason ? w.required : w.optional})</small>
          </span>
          <input
            value={note}
            maxLength={500}
            required={request.needsReason}
            onInput={(e) => setNote(e.currentTarget.value)}
          />
          <small>{w.reasonHint}</small>
        </label>
        {failure !== null && <Problem error={failure} />}
        <div class="buttons">
          <button type="button" autofocus onClick={close}>
            {w.cancel}
          </button>
          <button
            type="submit"
            class={request.tone}
            disabled={isBusy || (request.needsReason && note.trim() === "")}
          >
            {request.label}
          </button>
        </div>
      </form>
    </Modal>
  );
}
