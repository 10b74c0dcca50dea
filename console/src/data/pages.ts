/** The pages of the console: the menu, the search and the keys all know these. */
import { about, mayAct } from "./session.ts";
import type { Words } from "../words/en.ts";

interface PageEntry {
  readonly path: string;
  readonly name: keyof Words["nav"];
  /** The key after `g`. */
  readonly key: string;
  /** On a phone it is under the thumb; the others are behind "more". */
  readonly isMain?: true;
}

const PAGES: readonly PageEntry[] = [
  { path: "/", name: "overview", key: "o", isMain: true },
  { path: "/dead", name: "dead", key: "d", isMain: true },
  { path: "/deliveries", name: "deliveries", key: "l" },
  { path: "/lanes", name: "lanes", key: "n" },
  { path: "/accounts", name: "accounts", key: "a" },
  { path: "/actions", name: "actions", key: "b" },
  { path: "/callbacks", name: "callbacks", key: "c" },
  { path: "/intake", name: "intake", key: "i" },
  { path: "/audit", name: "audit", key: "u" },
  { path: "/system", name: "system", key: "s" },
  { path: "/sessions", name: "sessions", key: "e" },
  { path: "/sandbox", name: "sandbox", key: "x" },
  { path: "/help", name: "help", key: "h" },
];

/** The sandbox is there in `bida up` alone. */
export function pagesHere(): readonly PageEntry[] {
  const hasSandbox = about.value?.sandbox === true && mayAct.value;
  return PAGES.filter(({ name }) => name !== "sandbox" || hasSandbox);
}
