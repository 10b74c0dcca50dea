/** Keys of the whole console and of the page that is open. Off while somebody types, composes, or a dialog is open. */
import { useLayoutEffect, useRef } from "preact/hooks";

type Keys = Readonly<Record<string, () => void>>;

const layers: { current: Keys }[] = [];
const PREFIXES = new Set(["g", "*"]);
const PREFIX_LASTS_MS = 1_500;
let prefix: { readonly key: string; readonly until: number } | null = null;

/** The page's own keys win over those registered before. */
export function useKeys(keys: Keys): void {
  const layer = useRef(keys);
  layer.current = keys;
  useLayoutEffect(() => {
    layers.push(layer);
    return () => void layers.splice(layers.indexOf(layer), 1);
  }, []);
}

export function listenToKeys(): void {
  window.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.defaultPrevented) return;
    const isSearch = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
    if ((event.ctrlKey || event.metaKey) && !isSearch) return;
    if (document.querySelector("dialog[open]") !== null || (!isSearch && isTyping(event.target))) return;
    const act = actFor(isSearch ? "/" : event.key);
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
}

function actFor(key: string): (() => void) | undefined {
  const now = performance.now();
  const before = prefix !== null && prefix.until > now ? `${prefix.key} ` : "";
  prefix = before === "" && PREFIXES.has(key) ? { key, until: now + PREFIX_LASTS_MS } : null;
  return layers.findLast(({ current }) => current[before + key] !== undefined)?.current[before + key];
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement)
    return !["checkbox", "radio", "button", "submit"].includes(target.type);
  return (
    target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}

/** j and k: to the next row's first link, without a table having to know. */
export function moveRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at < 0 ? (step === 1 ? 0 : rows.length - 1) : at + step];
  next?.querySelector<HTMLElement>("a, button")?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** Id of the row that has the focus. */
export function currentRow(): string | null {
  return document.activeElement?.closest<HTMLElement>("[data-row]")?.dataset["row"] ?? null;
}
