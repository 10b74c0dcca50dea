/**
 * What is going on, pushed by the server: one stream a tab, open while the tab is seen and live data is on. The
 * browser makes a lost connection again by itself, and says what it has seen last. Without a stream, pages go on
 * reading every few seconds.
 */
import { effect, signal } from "@preact/signals";
import type { AccountState, LiveState } from "../../../src/doors/client/types.ts";
import { apiUrl } from "./place.ts";
import { acted, isLive, news } from "./query.ts";
import { bida, session } from "./session.ts";

/** The latest; null while there is no stream. */
const pushed = signal<LiveState | null>(null);

const AGAIN_MS = 10_000;
let stream: EventSource | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

export function followStream(): void {
  effect(() => {
    if (session.value === "in" && isLive.value) open();
    else close();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
    else if (session.value === "in" && isLive.value) open();
  });
}

function open(): void {
  if (stream !== null || document.hidden) return;
  clearTimeout(timer);
  const opened = new EventSource(`${apiUrl}/v1/stream`);
  stream = opened;
  opened.addEventListener("state", (event: MessageEvent<string>) => {
    pushed.value = JSON.parse(event.data) as LiveState;
    news.value = (news.peek() ?? 0) + 1;
  });
  opened.addEventListener("error", () => {
    forget();
    // A refusal ends it: the next reading of the page says why. Anything else the browser repeats.
    if (opened.readyState !== EventSource.CLOSED) return;
    close();
    timer = setTimeout(() => {
      if (session.peek() === "in" && isLive.peek()) open();
    }, AGAIN_MS);
  });
}

function close(): void {
  clearTimeout(timer);
  stream?.close();
  stream = null;
  forget();
}

function forget(): void {
  pushed.value = null;
  news.value = null;
}

/** What was pushed before somebody acted here is old. */
effect(() => {
  if (acted.value > 0) pushed.value = null;
});

export async function readAccounts(): Promise<readonly AccountState[]> {
  return pushed.peek()?.accounts ?? bida.accounts();
}
