/** Edit and replay: the payload as text, and before anything is sent, what is other than before. */
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { JsonText } from "../../../src/doors/client/body.ts";
import { checkPayload, type PayloadProblem, type Schema } from "../data/check-payload.ts";
import { writeExact } from "../data/exact-json.ts";
import { parseTree } from "../data/json-tree.ts";
import { changes, type Change } from "../data/payload-changes.ts";
import { editing } from "../data/dialogs.ts";
import { bida } from "../data/session.ts";
import { words } from "../words/words.ts";
import { Changes } from "./changes.tsx";
import { ActForm } from "./act-form.tsx";
import { PayloadEditor } from "./payload-editor.tsx";
import { PayloadFields, useOperation } from "./payload-fields.tsx";
import { Problem } from "./state.tsx";

export function EditDialog(): JSX.Element | null {
  const id = editing.value;
  return id === null ? null : <Dialog id={id} />;
}

const close = (): void => {
  editing.value = null;
};

interface Edited {
  /** As text: what is sent is what stands in the editor, digit by digit. */
  readonly before: string;
  readonly operation: string;
}

function Dialog({ id }: { id: string }): JSX.Element {
  const w = words.value.act;
  const [edited, setEdited] = useState<Edited | null>(null);
  const [text, setText] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    void (async () => {
      try {
        const { payload, operation } = await bida.get(id, { include: ["payload"] });
        const before = writeExact(payload);
        setEdited({ before, operation });
        setText(before);
      } catch (error) {
        setFailure(error);
      }
    })();
  }, [id]);
  const operation = useOperation(edited?.operation ?? null);
  const { problems, changed, isJson } = useMemo(
    () => looked(edited?.before ?? null, { text, schema: operation?.payload ?? null }),
    [edited, text, operation],
  );
  return (
    <ActForm
      title={w.edit}
      label={w.edit}
      tone="primary"
      reason="optional"
      isReady={isJson && changed.length > 0}
      onClose={close}
      onConfirm={async (note) => {
        if (text === null || !isJson) return false;
        const payload = new JsonText(text);
        await bida.deadLetters.replay(id, { payload, ...(note === undefined ? {} : { note }) });
        return true;
      }}
    >
      <p>{w.replayMeaning}</p>
      <PayloadEditor text={text} problems={problems} onChange={setText} />
      {failure !== null && <Problem error={failure} />}
      {isJson && <Changes changed={changed} />}
      {operation !== null && <PayloadFields operation={operation} />}
    </ActForm>
  );
}

interface Looked {
  readonly problems: readonly PayloadProblem[];
  readonly changed: readonly Change[];
  /** Whether it can be sent at all. Whether its schema fits, the API decides. */
  readonly isJson: boolean;
}

const NOTHING: Looked = { problems: [], changed: [], isJson: false };

function looked(
  before: string | null,
  { text, schema }: { readonly text: string | null; readonly schema: unknown },
): Looked {
  if (before === null || text === null) return NOTHING;
  const [old, now] = [parseTree(before), parseTree(text)];
  if (now.kind === "broken") {
    const problem = { pointer: "", from: now.at, to: now.at + 1, fault: { kind: "notJson" } } as const;
    return { ...NOTHING, problems: [problem] };
  }
  return {
    problems: checkPayload(now.root, schema as Schema | null),
    changed: old.kind === "tree" ? changes(old.root, now.root) : [],
    isJson: now.root.kind === "object",
  };
}
