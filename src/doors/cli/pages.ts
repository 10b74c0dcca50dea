/**
 * Lists with pages.
 */
import type { Delivery } from "../client/types.ts";
import type { Output } from "./output.ts";

export function emitMore(
  nextCursor: string | null,
  { shown, out }: { readonly shown: number; readonly out: Pick<Output, "say" | "isJson"> },
): void {
  if (out.isJson) return;
  if (nextCursor !== null) out.say("There may be more: --cursor {cursor}, or --all", { cursor: nextCursor });
  else if (shown === 0) out.say("There are none.");
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** One page, or all of them as one. */
export async function pages<F extends { readonly cursor?: string }, Item = Delivery>(
  { all, filter }: { readonly all: boolean; readonly filter: F },
  ask: (filter: F) => Promise<Page<Item>>,
): Promise<Page<Item>> {
  const first = await ask(filter);
  if (!all) return first;
  const items = [...first.items];
  for (let cursor = first.nextCursor; cursor !== null;) {
    const next = await ask({ ...filter, cursor });
    items.push(...next.items);
    cursor = next.nextCursor;
  }
  return { items, nextCursor: null };
}

type Given<T> = { [Name in keyof T]: Exclude<T[Name], undefined> };

/** The object without undefined fields. */
export function defined<T extends object>(fields: T): Partial<Given<T>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<
    Given<T>
  >;
}
