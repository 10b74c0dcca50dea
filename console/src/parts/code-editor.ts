/**
 * CodeMirror in a shadow root: its styles are adopted there as sheets, which the content security policy allows, and
 * nothing of the page's own styles reaches in. Fetched when somebody edits.
 */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, Prec, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  type DecorationSet,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

interface Place {
  readonly from: number;
  readonly to: number;
}

export interface CodeEditor {
  /** Underlines these places. */
  readonly mark: (places: readonly Place[]) => void;
  /** What it is called, and what a control character is called in it. */
  readonly name: (label: string, control: string) => void;
  readonly goTo: (at: number) => void;
  readonly close: () => void;
}

interface OpenOptions {
  readonly text: string;
  readonly label: string;
  /** What a control character is called. */
  readonly control: string;
  readonly onChange: (text: string) => void;
}

/** @param host an element that has no shadow root yet */
export function openEditor(host: HTMLElement, { text, label, control, onChange }: OpenOptions): CodeEditor {
  const root = host.attachShadow({ mode: "open" });
  const names = new Compartment();
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [...extensions(onChange), names.of(named(label, control))],
    }),
  });
  return {
    mark: (places) => view.dispatch({ effects: marking.of(places) }),
    name: (now, controlNow) =>
      view.dispatch({
        effects: names.reconfigure(named(now, controlNow)),
      }),
    goTo: (at) => {
      const anchor = Math.min(at, view.state.doc.length);
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
      view.focus();
    },
    close: () => view.destroy(),
  };
}

/** From its first moment on: a field without a name is nothing to who cannot see it. */
function named(label: string, control: string) {
  return [
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
    EditorState.phrases.of({ "Control character": control }),
  ];
}

function extensions(onChange: (text: string) => void) {
  return [
    lineNumbers(),
    history(),
    json(),
    bracketMatching(),
    indentOnInput(),
    highlightSpecialChars(),
    syntaxHighlighting(colours),
    marked,
    looks,
    EditorView.lineWrapping,
    EditorState.tabSize.of(2),
    // As it was read: a line feed stays one, and no line end is added or taken.
    EditorState.lineSeparator.of("\n"),
    EditorView.contentAttributes.of({ autocapitalize: "off", autocorrect: "off", spellcheck: "false" }),
    Prec.highest(keymap.of([{ key: "Escape", run: letTabLeave }])),
    keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
    EditorView.domEventHandlers({ blur: (_event, view) => view.setTabFocusMode(false) }),
    EditorView.updateListener.of(({ docChanged, view }) => {
      if (!docChanged) return;
      view.setTabFocusMode(false);
      onChange(view.state.doc.toString());
    }),
  ];
}

/** Tab indents; after Escape it leaves, until something is typed. The key is taken, else the dialog would close. */
function letTabLeave(view: EditorView): boolean {
  view.setTabFocusMode(true);
  return true;
}

const marking = StateEffect.define<readonly Place[]>();

const marked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (before, { changes, effects, newDoc }) =>
    effects.reduce(
      (set, effect) => (effect.is(marking) ? underlined(effect.value, newDoc.length) : set),
      before.map(changes),
    ),
  provide: (field) => EditorView.decorations.from(field),
});

function underlined(places: readonly Place[], length: number): DecorationSet {
  const ranges = places.flatMap((place) => {
    const from = Math.min(place.from, Math.max(0, length - 1));
    const to = Math.min(Math.max(place.to, from + 1), length);
    return to > from ? [Decoration.mark({ class: "cm-fault" }).range(from, to)] : [];
  });
  return Decoration.set(ranges, true);
}

/** The tokens of the page: custom properties reach into the shadow root, so that it follows the theme at once. */
const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--accent)" },
  { tag: tags.string, color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--warn)" },
  { tag: tags.punctuation, color: "var(--faint)" },
]);

const looks = EditorView.theme({
  "&": {
    background: "var(--ground)",
    color: "var(--ink)",
    border: "1px solid var(--edge-strong)",
    borderRadius: "var(--radius)",
    maxHeight: "min(46vh, 420px)",
    fontSize: "var(--code-size)",
  },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": { overflow: "auto", fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-content": { minHeight: "180px", caretColor: "var(--ink)", padding: "6px 0" },
  ".cm-gutters": { background: "var(--raised)", color: "var(--faint)", border: "0" },
  ".cm-fault": { textDecoration: "underline wavy var(--bad)", textUnderlineOffset: "3px" },
  ".cm-specialChar": { color: "var(--bad)" },
  "&.cm-focused .cm-matchingBracket, &.cm-focused .cm-nonmatchingBracket": {
    background: "var(--busy-ground)",
  },
});
