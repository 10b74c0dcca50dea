/**
 * Who looks: the session's cookie, which scripts cannot read. A call that is answered 401 ends it; the page stays as
 * it is, with the login over it, so that nothing typed is lost.
 */
import { computed, signal } from "@preact/signals";
import { BidaClient } from "../../../src/doors/client/bida-client.ts";
import { BidaError } from "../../../src/doors/client/errors.ts";
import type { About, Me } from "../../../src/doors/client/types.ts";
import { language } from "../words/words.ts";
import { apiUrl } from "./place.ts";

type SessionState = "unknown" | "in" | "out" | "ended";

export const session = signal<SessionState>("unknown");
export const me = signal<Me | null>(null);
/** Which Bida this is: people must not take production for a test. */
export const about = signal<About | null>(null);

/** The server decides; the page hides what it would refuse. */
export const isAdmin = computed(() => me.value?.role === "admin");
export const mayAct = computed(() => me.value?.role === "operator" || isAdmin.value);

const ask: typeof fetch = async (input, init) => {
  const headers = new Headers(init?.headers);
  // What the server says in words, it says in the language of the page.
  headers.set("accept-language", language.peek() === "zh" ? "zh-CN" : "en");
  const answer = await fetch(input, { ...init, headers, credentials: "same-origin", cache: "no-store" });
  if (answer.status === 401 && session.value === "in") session.value = "ended";
  return answer;
};

/** Repeats nothing by itself: the next poll does. */
export const bida = new BidaClient({
  url: apiUrl,
  fetch: ask,
  patienceMs: 0,
  isConsole: true,
  numbers: "exact",
});

export type LoginResult = "in" | "wrong" | "usedLink" | "often" | "insecure" | "unreachable";

export async function logIn(by: { readonly key: string } | { readonly link: string }): Promise<LoginResult> {
  try {
    me.value = await bida.sessions.open(by);
    // The browser throws away a secure cookie that came over plain HTTP.
    me.value = await bida.me();
    session.value = "in";
    return "in";
  } catch (error) {
    return refusal(error, "link" in by);
  }
}

function refusal(error: unknown, wasLink: boolean): LoginResult {
  if (!(error instanceof BidaError)) return "unreachable";
  if (me.value !== null && error.status === 401 && !window.isSecureContext) return "insecure";
  if (error.status === 429) return "often";
  if (error.status === 401) return wasLink ? "usedLink" : "wrong";
  return error.status === 403 && !window.isSecureContext ? "insecure" : "unreachable";
}

export const linkResult = signal<LoginResult | null>(null);

/** A one-time link, or a session of an earlier page that still runs. The link does not stay in the address. */
export async function resumeSession(): Promise<void> {
  // Nothing waits for it: on a slow line each answer that is waited for is felt.
  void bida.about().then(
    (answer) => (about.value = answer),
    () => undefined,
  );
  const link = takeLink();
  if (link !== null) {
    linkResult.value = await logIn({ link });
    if (linkResult.value === "in") return;
  }
  try {
    me.value = await bida.me();
    session.value = "in";
  } catch {
    session.value = "out";
  }
}

function takeLink(): string | null {
  const url = new URL(location.href);
  const link = url.searchParams.get("link");
  if (link === null) return null;
  url.searchParams.delete("link");
  history.replaceState(null, "", url);
  return link;
}

export async function logOut(): Promise<void> {
  await bida.sessions.close().catch(() => undefined);
  me.value = null;
  session.value = "out";
}
