/** A payload as text: CodeMirror, or a plain text box where that cannot be fetched; and what its schema says to it. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Fault, PayloadProblem } from "../data/check-payload.ts";
import { words } from "../words/words.ts";
import type { CodeEditor, openEditor } from "./code-editor.ts";
import { Short, Text } from "./text.tsx";

interface PayloadEditorProps {
  /** Null while it is being read. */
  readonly text: string | null;
  readonly problems: readonly PayloadProblem[];
  readonly onChange: (text: string) => void;
}

export function PayloadEditor({ text, problems, onChange }: PayloadEditorProps): JSX.Element {
  const w = words.value.check;
  const name = words.value.delivery.payload;
  const box = useRef<HTMLTextAreaElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const label = `${name}. ${w.leave}`;
  const editor = useCodeEditor({ host, box, text, label, control: w.control, onChange });
  useEffect(() => editor?.name(label, w.control), [editor, label, w]);
  useEffect(() => editor?.mark(problems), [editor, problems]);
  const goTo = (at: number): void => {
    if (editor !== null) return editor.goTo(at);
    box.current?.focus();
    box.current?.setSelectionRange(at, at);
  };
  return (
    <>
      <div class="field">
        <span>{name}</span>
        <div ref={host} class="code-editor" hidden={editor === null} />
        {editor === null ? (
          <textarea
            ref={box}
            rows={14}
            spellcheck={false}
            aria-label={name}
            value={text ?? ""}
            disabled={text === null}
            aria-invalid={problems.length > 0}
            onInput={(event) => onChange(event.currentTarget.value)}
          />
        ) : (
          <small>{w.leave}</small>
        )}
      </div>
      <Problems problems={problems} text={text ?? ""} onGoTo={goTo} />
    </>
  );
}

/**
 * Fetched at once, and put in place of the box when the text is there; who has begun to type in the box goes on in it.
 */
function useCodeEditor({
  host,
  box,
  text,
  label,
  control,
  onChange,
}: {
  readonly host: { readonly current: HTMLElement | null };
  readonly box: { readonly current: HTMLElement | null };
  readonly text: string | null;
  readonly label: string;
  readonly control: string;
  readonly onChange: (text: string) => void;
}): CodeEditor | null {
  const [editor, setEditor] = useState<CodeEditor | null>(null);
  const [open, setOpen] = useState<typeof openEditor | null>(null);
  const changed = useRef(onChange);
  changed.current = onChange;
  useEffect(() => {
    let isOver = false;
    void (async () => {
      // Where it cannot be fetched, the text box stays.
      const fetched = await import("./code-editor.ts").catch(() => null);
      if (fetched !== null && !isOver) setOpen(() => fetched.openEditor);
    })();
    return () => {
      isOver = true;
    };
  }, []);
  const isReady = open !== null && text !== null;
  useEffect(() => {
    const { current } = host;
    if (!isReady || current === null || document.activeElement === box.current) return;
    const opened = open(current, { text, label, control, onChange: (typed) => changed.current(typed) });
    setEditor(opened);
    return () => opened.close();
  }, [isReady]);
  return editor;
}

function Problems({
  problems,
  text,
  onGoTo,
}: {
  problems: readonly PayloadProblem[];
  text: string;
  onGoTo: (at: number) => void;
}): JSX.Element {
  const w = words.value.check;
  return (
    <div aria-live="polite">
      {problems.length > 0 && (
        <ul class="faults" aria-label={w.title}>
          {problems.map(({ pointer, from, fault }) => (
            <li key={`${pointer} ${from} ${fault.kind}`}>
              <button type="button" class="link" onClick={() => onGoTo(from)}>
                {w.line(lineAt(text, from))}
              </button>{" "}
              {pointer !== "" && (
                <code>
                  <Short value={pointer} />
                </code>
              )}{" "}
              <Text value={faultWords(fault)} long={200} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}

function faultWords(fault: Fault): string {
  const w = words.value.check;
  const types: Readonly<Record<string, string>> = w.types;
  switch (fault.kind) {
    case "notJson":
    case "notObject":
    case "twice":
    case "unknown":
    case "digits":
      return w[fault.kind];
    case "missing":
      return w.missing(fault.name);
    case "type":
      return w.expected([...new Set(fault.wanted)].map((type) => types[type] ?? type).join(w.or));
    case "choice":
      return w.expected(fault.choices.join(w.or));
    case "pattern":
      return w.pattern(fault.pattern);
    case "minLength":
    case "maxLength":
    case "minItems":
    case "maxItems":
    case "minimum":
    case "maximum":
      return w[fault.kind](fault.limit);
  }
}
