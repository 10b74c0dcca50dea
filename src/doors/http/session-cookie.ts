/**
 * The cookie of the console's session, and the checks which ensure that no other site's page made the request.
 */
import type { IncomingHttpHeaders } from "node:http";
import { say } from "../../language/say.ts";
import { SESSION_LASTS_MS } from "../../operations/sessions.ts";
import { forbidden, type Problem } from "./problem.ts";

type Headers = IncomingHttpHeaders;

/** @param prefix the prefix of Redis' keys, so that two installations on one host have different cookies */
export function cookieWith(
  { secret, prefix }: { readonly secret: string; readonly prefix: string },
  headers: Headers,
): string {
  return cookie({ secret, maxAge: SESSION_LASTS_MS / 1_000, prefix }, headers);
}

export function endedCookie(prefix: string, headers: Headers): string {
  return cookie({ secret: "", maxAge: 0, prefix }, headers);
}

/** The secret of the session in the cookie; null without one. */
export function secretIn({ cookie: text = "" }: Headers, prefix: string): string | null {
  const pairs = new Map(
    text.split(";").map((pair): [string, string] => {
      const [name = "", ...value] = pair.trim().split("=");
      return [name, value.join("=")];
    }),
  );
  const secret = pairs.get(`__Secure-bida-${prefix}`) ?? pairs.get(`bida-${prefix}`) ?? "";
  return /^[\w-]{43}$/.test(secret) ? secret : null;
}

/**
 * Browsers say where a request comes from. A write must come from our own pages and have a header that no form
 * can send; a read may also come from a URL that somebody typed.
 */
export function foreignRequest(method: string, headers: Headers): Problem | null {
  const from = headers["sec-fetch-site"];
  if (method === "GET" || method === "HEAD")
    return from === undefined || from === "same-origin" || from === "none" ? null : FOREIGN;
  return from === "same-origin" && headers["x-bida-console"] === "1" ? null : FOREIGN;
}

const FOREIGN = forbidden(
  say("a session works for the console's own pages: Sec-Fetch-Site: same-origin and X-Bida-Console: 1"),
);

function cookie(
  { secret, maxAge, prefix }: { readonly secret: string; readonly maxAge: number; readonly prefix: string },
  headers: Headers,
): string {
  const isOpen = isLoopback(headers.host ?? "") && headers["x-forwarded-proto"] !== "https";
  const name = isOpen ? `bida-${prefix}` : `__Secure-bida-${prefix}`;
  const flags = `HttpOnly; SameSite=Strict; Path=/; Max-Age=${maxAge}`;
  return `${name}=${secret}; ${flags}${isOpen ? "" : "; Secure"}`;
}

/** On the same machine nobody can listen in, so the cookie is allowed without TLS. */
function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(host);
}
