/** What is known about a group of dead letters: seen by whom, whose it is, quiet until when, a note. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { DeadLetterGroups } from "../../../src/doors/client/types.ts";
import { bida } from "../data/session.ts";
import { words } from "../words/words.ts";
import { ActForm } from "./act-form.tsx";

type Group = DeadLetterGroups["items"][number];

export const managing = signal<Group | null>(null);

export function GroupDialog(): JSX.Element | null {
  const group = managing.value;
  return group === null ? null : <Dialog group={group} />;
}

const close = (): void => {
  managing.value = null;
};

const HOURS = [0, 1, 4, 8, 24, 72];
const HOUR_MS = 3_600_000;

function Dialog({ group }: { group: Group }): JSX.Element {
  const w = words.value.dead;
  const { mark } = group;
  const [isSeen, setSeen] = useState(true);
  const [assignee, setAssignee] = useState(mark?.assignee ?? "");
  const [hours, setHours] = useState("");
  const [note, setNote] = useState(mark?.note ?? "");
  const confirm = async (): Promise<boolean> => {
    await bida.deadLetters.markGroup(group, {
      acknowledged: isSeen,
      assignee: assignee.trim() === "" ? null : assignee.trim(),
      note: note.trim() === "" ? null : note.trim(),
      ...(hours === "" ? {} : { snoozedUntil: hours === "0" ? null : Date.now() + Number(hours) * HOUR_MS }),
    });
    return true;
  };
  return (
    <ActForm
      title={w.manageTitle}
      label={w.save}
      tone="primary"
      reason="none"
      onClose={close}
      onConfirm={confirm}
    >
      <label class="check">
        <input type="checkbox" checked={isSeen} onChange={(event) => setSeen(event.currentTarget.checked)} />{" "}
        {w.acknowledge}
      </label>
      <label class="field">
        <span>{w.assignee}</span>
        <input value={assignee} maxLength={100} onInput={(event) => setAssignee(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span>{w.snooze}</span>
        <select value={hours} onChange={(event) => setHours(event.currentTarget.value)}>
          <option value="">–</option>
          {HOURS.map((count) => (
            <option value={String(count)}>{w.snoozeHours(count)}</option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{w.groupNote}</span>
        <input value={note} maxLength={500} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
    </ActForm>
  );
}
