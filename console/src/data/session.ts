/**
 * Who looks: the session's cookie, which scripts cannot read. A call that is answered 401 ends it; the page stays as
 * it is, with the login over it, so that nothing typed is lost.
 */
import { signal } from "@preact/signals";
import { BidaClient } from "../../../src/doors/client/bida-client.ts";
import { parseExact } from "./exact-json.ts";
import { apiUrl } from "./place.ts";

export type SessionState = "unknown" | "in" | "out" | "ended";

export const session = signal<SessionState>("unknown");

/** For an API that knows no sessions: the key in memory, gone with the page. */
let heldKey: string | null = null;

const ask: typeof fetch = async (input, init) => {
  const headers = new Headers(init?.headers);
  headers.set("x-bida-console", "1");
  if (heldKey !== null) headers.set("authorization", `Bearer ${heldKey}`);
  const answer = await fetch(input, { ...init, headers, credentials: "same-origin", cache: "no-store" });
  if (answer.status === 401)
    session.value = session.value === "in" || session.value === "ended" ? "ended" : "out";
  // The client reads answers with json(): numbers keep their digits.
  Object.defineProperty(answer, "json", { value: async () => parseExact(await answer.text()) });
  return answer;
};

/** Repeats nothing by itself: the next poll does. */
export const bida = new BidaClient({ url: apiUrl, fetch: ask, patienceMs: 0 });

export type LoginResult = "in" | "wrong" | "often" | "unreachable";

export async function logIn(key: string): Promise<LoginResult> {
  try {
    const answer = await post("/v1/session", { key });
    if (answer.status === 404) return await logInWithoutSession(key);
    if (answer.ok) session.value = "in";
    return answer.ok ? "in" : answer.status === 429 ? "often" : answer.status < 500 ? "wrong" : "unreachable";
  } catch {
    return "unreachable";
  }
}

async function logInWithoutSession(key: string): Promise<LoginResult> {
  const answer = await fetch(`${apiUrl}/v1/accounts`, { headers: { authorization: `Bearer ${key}` } });
  if (!answer.ok) return "wrong";
  heldKey = key;
  session.value = "in";
  return "in";
}

/** A one-time link, or a session of an earlier page that still runs. The link does not stay in the address. */
export async function resumeSession(): Promise<void> {
  const url = new URL(location.href);
  const link = url.searchParams.get("link");
  if (link !== null) {
    url.searchParams.delete("link");
    history.replaceState(null, "", url);
    const answer = await post("/v1/session", { link }).catch(() => null);
    if (answer?.ok === true) {
      session.value = "in";
      return;
    }
  }
  const answer = await ask(`${apiUrl}/v1/accounts`).catch(() => null);
  session.value = answer?.ok === true || answer?.status === 403 ? "in" : "out";
}

export async function logOut(): Promise<void> {
  heldKey = null;
  await ask(`${apiUrl}/v1/session`, { method: "DELETE" }).catch(() => null);
  session.value = "out";
}

async function post(path: string, body: unknown): Promise<Response> {
  return fetch(apiUrl + path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-bida-console": "1" },
    credentials: "same-origin",
    body: JSON.stringify(body),
  });
}
