/** The pages of the console: the menu, the search and the keys all know these. */
import type { Words } from "../words/en.ts";

export interface PageEntry {
  readonly path: string;
  readonly name: keyof Words["nav"];
  /** The key after `g`. */
  readonly key: string;
  /** On a phone it is under the thumb; the others are behind "more". */
  readonly isMain?: true;
}

export const PAGES: readonly PageEntry[] = [
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
  { path: "/help", name: "help", key: "h" },
];
