/** One box: an id, a key, a recipient, an account, or a page. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { find, type Found } from "../data/find.ts";
import { useNavigation } from "../data/navigate.ts";
import { words } from "../words/words.ts";
import { Modal } from "./modal.tsx";
import { Short } from "./text.tsx";

export const isSearching = signal(false);

/** As long as the page is open, and nowhere else: they may name people. */
const opened = signal<readonly Found[]>([]);
const MOST_OPENED = 5;

const WAIT_MS = 200;

export function SearchDialog(): JSX.Element | null {
  return isSearching.value ? <Search /> : null;
}

const close = (): void => {
  isSearching.value = false;
};

function Search(): JSX.Element {
  const w = words.value.search;
  const { go } = useNavigation();
  const [text, setText] = useState("");
  const [found, setFound] = useState<readonly Found[] | null>(opened.peek());
  const [at, setAt] = useState(0);

  useEffect(() => {
    const wanted = text.trim();
    setAt(0);
    if (wanted === "") return setFound(opened.peek());
    setFound(null);
    let isOver = false;
    const look = async (): Promise<void> => {
      const items = await find(wanted, words.value);
      if (!isOver) setFound(items);
    };
    const timer = setTimeout(() => void look(), WAIT_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [text]);

  const open = (item: Found | undefined): void => {
    if (item === undefined) return;
    if (item.run !== undefined) {
      close();
      return item.run();
    }
    // What was done once is not offered again: pages alone are.
    if (item.kind !== w.command)
      opened.value = [item, ...opened.peek().filter(({ page }) => page !== item.page)].slice(0, MOST_OPENED);
    close();
    go(item.page, item.query ?? {});
  };
  const onKey = (event: KeyboardEvent): void => {
    // While an input method composes, its keys are its own.
    if (event.isComposing || found === null) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) setAt(Math.min(Math.max(0, at + step), Math.max(0, found.length - 1)));
    else if (event.key === "Enter") open(found[at]);
    else return;
    event.preventDefault();
  };
  const isBlank = text.trim() === "";
  const said = isBlank ? (opened.value.length === 0 ? "" : w.recent) : found?.length === 0 ? w.none : "";
  return (
    <Modal title={w.title} onClose={close} kind="search">
      <label class="field">
        <span>{w.label}</span>
        <input
          type="search"
          autofocus
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKey}
        />
      </label>
      <p class="faint" role="status">
        {found === null ? w.searching : said}
      </p>
      <ul class="found">
        {(found ?? []).map((item, index) => (
          <li>
            <button type="button" class={index === at ? "current" : undefined} onClick={() => open(item)}>
              <small>{item.kind}</small> <Short value={item.title} /> <span class="faint">{item.extra}</span>
            </button>
          </li>
        ))}
      </ul>
      <div class="buttons">
        <button type="button" onClick={close}>
          {words.value.act.close}
        </button>
      </div>
    </Modal>
  );
}
