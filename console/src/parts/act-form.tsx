/**
 * What every dialog that acts has: a sentence of what happens, a reason, the act and its failure. Cancel has the
 * focus first; a second press does nothing; an error keeps the dialog and what was typed.
 */
import type { ComponentChildren, JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { acted } from "../data/query.ts";
import { words } from "../words/words.ts";
import { Modal } from "./modal.tsx";
import { Problem } from "./state.tsx";

interface ActFormProps {
  readonly title: string;
  readonly label: string;
  readonly tone: "primary" | "danger";
  readonly reason: "required" | "optional" | "none";
  readonly isReady?: boolean;
  readonly closeLabel?: string;
  readonly onClose: () => void;
  /** Whether the dialog is over. */
  readonly onConfirm: (note: string | undefined) => Promise<boolean>;
  readonly children?: ComponentChildren;
  /** Beneath the reason. */
  readonly below?: ComponentChildren;
}

export function ActForm(props: ActFormProps): JSX.Element {
  const {
    title,
    label,
    tone,
    reason,
    isReady = true,
    closeLabel,
    onClose,
    onConfirm,
    children,
    below,
  } = props;
  const w = words.value.act;
  const [note, setNote] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  // A double click comes faster than a button is drawn anew.
  const isUnderWay = useRef(false);
  const mayConfirm = isReady && !isBusy && (reason !== "required" || note.trim() !== "");
  const confirm = async (): Promise<void> => {
    if (!mayConfirm || isUnderWay.current) return;
    isUnderWay.current = true;
    setBusy(true);
    setFailure(null);
    try {
      const isOver = await onConfirm(note.trim() === "" ? undefined : note.trim());
      acted.value += 1;
      if (isOver) onClose();
    } catch (error) {
      setFailure(error);
    } finally {
      isUnderWay.current = false;
      setBusy(false);
    }
  };
  return (
    <Modal title={title} onClose={onClose}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        {children}
        {reason !== "none" && (
          <label class="field">
            <span>
              {reason === "required" ? w.reason : w.note}{" "}
              <small>({reason === "required" ? w.required : w.optional})</small>
            </span>
            <input
              name="note"
              value={note}
              maxLength={500}
              required={reason === "required"}
              onInput={(event) => setNote(event.currentTarget.value)}
            />
            <small>{w.reasonHint}</small>
          </label>
        )}
        {below}
        {failure !== null && <Problem error={failure} isOfAct />}
        <div class="buttons">
          <button type="button" autofocus onClick={onClose}>
            {closeLabel ?? w.cancel}
          </button>
          <button type="submit" class={tone} disabled={!mayConfirm}>
            {label}
          </button>
        </div>
      </form>
    </Modal>
  );
}
