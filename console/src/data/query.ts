/**
 * Reads again every few seconds while the tab is seen and live data is on. What was read stays on the page when a
 * later reading fails, and says of when it is.
 */
import { signal } from "@preact/signals";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { session } from "./session.ts";

export const isLive = signal(true);

export function turnLive(): void {
  isLive.value = !isLive.value;
}

/** Moment of the latest good reading of the page, and whether the latest one failed. */
export const freshness = signal<{ readonly at: number; readonly failed: boolean } | null>(null);
/** Goes up whenever somebody acted here: everything on the page is read again. */
export const acted = signal(0);

/** Goes up whenever the server says that something has changed; null while there is no stream that says so. */
export const news = signal<number | null>(null);
/** With a stream, pages read this much later by themselves: what has changed is told. */
const FOLLOWED_EVERY_MS = 15_000;

export interface Query<T> {
  readonly data: T | null;
  readonly error: unknown;
  readonly refresh: () => void;
}

/** @param name changes with what is asked for; null asks for nothing */
export function useQuery<T>(
  name: string | null,
  { read, everyMs = 5_000 }: { readonly read: () => Promise<T>; readonly everyMs?: number },
): Query<T> {
  const [state, setState] = useState<{ name: string | null; data: T | null; error: unknown }>({
    name: null,
    data: null,
    error: null,
  });
  const [turn, setTurn] = useState(0);
  const reader = useRef(read);
  reader.current = read;
  const actedNow = acted.value;
  const live = isLive.value;
  const isIn = session.value === "in";
  const newsNow = news.value;
  const pauseMs = newsNow !== null && everyMs >= 5_000 ? Math.max(everyMs, FOLLOWED_EVERY_MS) : everyMs;

  useEffect(() => {
    if (name === null || !isIn) return;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = (): void => {
      clearTimeout(timer);
      if (!isOver && live && pauseMs > 0 && !document.hidden) timer = setTimeout(() => void once(), pauseMs);
    };
    const once = async (): Promise<void> => {
      try {
        const data = await reader.current();
        if (isOver) return;
        setState({ name, data, error: null });
        freshness.value = { at: Date.now(), failed: false };
      } catch (error) {
        if (isOver) return;
        setState((before) => ({ name, data: before.name === name ? before.data : null, error }));
        if (freshness.value !== null) freshness.value = { ...freshness.value, failed: true };
      }
      next();
    };
    const onSeen = (): void => {
      clearTimeout(timer);
      if (!document.hidden && live) void once();
    };
    document.addEventListener("visibilitychange", onSeen);
    void once();
    return () => {
      isOver = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onSeen);
    };
  }, [name, pauseMs, turn, actedNow, live, isIn, everyMs > 0 ? newsNow : null]);

  const refresh = useCallback(() => setTurn((before) => before + 1), []);
  const isCurrent = state.name === name;
  return { data: isCurrent ? state.data : null, error: isCurrent ? state.error : null, refresh };
}
