/**
 * Lists that come in pages.
 */
import type { Delivery } from "../client/types.ts";

type Told = { say(line: string): void; readonly isJson: boolean };

export function tellMore(nextCursor: string | null, shown: number, out: Told): void {
  if (out.isJson) return;
  if (nextCursor !== null) out.say(`There may be more: --cursor ${nextCursor}, or --all`);
  else if (shown === 0) out.say("There are none.");
}

interface Page {
  readonly items: readonly Delivery[];
  readonly nextCursor: string | null;
}

/** One page, or all of them as one. */
export async function pages<F extends { readonly cursor?: string }>(
  all: boolean,
  filter: F,
  ask: (filter: F) => Promise<Page>,
): Promise<Page> {
  let page = await ask(filter);
  while (all && page.nextCursor !== null) {
    const next = await ask({ ...filter, cursor: page.nextCursor });
    page = { items: [...page.items, ...next.items], nextCursor: next.nextCursor };
  }
  return page;
}

type Given<T> = { [Name in keyof T]: Exclude<T[Name], undefined> };

/** Without the fields that were not given. */
export function defined<T extends object>(fields: T): Partial<Given<T>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<
    Given<T>
  >;
}
