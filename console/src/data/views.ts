/** Filters that somebody has given a name, in this browser alone: to others one sends the address. */
import { signal } from "@preact/signals";
import { recall, remember } from "./storage.ts";

export interface View {
  readonly name: string;
  /** `/dead`, `/deliveries`. */
  readonly page: string;
  readonly query: Readonly<Record<string, string>>;
}

const PLACE = "bida-views";
const MOST_VIEWS = 30;

export const views = signal<readonly View[]>(readViews(recall(PLACE)));

/** A view of the same name and page is replaced. */
export function saveView(view: View): void {
  keep([...others(view), view].slice(-MOST_VIEWS));
}

export function forgetView(view: View): void {
  keep(others(view));
}

function others({ name, page }: View): readonly View[] {
  return views.peek().filter((known) => known.name !== name || known.page !== page);
}

function keep(kept: readonly View[]): void {
  views.value = kept;
  remember(PLACE, JSON.stringify(kept));
}

/** What is not what `keep` wrote is nothing. */
function readViews(text: string | null): readonly View[] {
  try {
    const read: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(read) ? read.filter(isView) : [];
  } catch {
    return [];
  }
}

function isView(value: unknown): value is View {
  if (typeof value !== "object" || value === null) return false;
  const { name, page, query } = value as Partial<Record<keyof View, unknown>>;
  return (
    typeof name === "string" &&
    typeof page === "string" &&
    page.startsWith("/") &&
    typeof query === "object" &&
    query !== null &&
    Object.values(query).every((one) => typeof one === "string")
  );
}
