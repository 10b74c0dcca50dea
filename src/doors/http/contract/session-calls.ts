/**
 * Who is asking, and sessions of people in a browser.
 */
import { z } from "zod";
import * as schemas from "../schemas.ts";
import { SMALL_BODY, call, none, ok } from "./fields.ts";

const sessionId = z.strictObject({ id: z.string().min(1).max(64) });
const secret = z.string().min(1).max(512);

export const sessionCalls = {
  about: call({
    name: "getAbout",
    tag: "sessions",
    method: "GET",
    path: "/v1/about",
    summary: "Show version and environment of this Bida",
    role: "public",
    pathSchema: none,
    query: none,
    body: z.unknown(),
    answers: ok(schemas.about, "Its version and its environment."),
    problems: [],
  }),
  me: call({
    name: "getMe",
    tag: "sessions",
    method: "GET",
    path: "/v1/me",
    summary: "Show whose key or session this is, and what it may do",
    role: "anybody",
    pathSchema: none,
    query: none,
    body: z.unknown(),
    answers: ok(schemas.me, "The caller."),
    problems: [],
  }),
  openSession: call({
    name: "openSession",
    tag: "sessions",
    method: "POST",
    path: "/v1/session",
    summary: "Log in: begin a session with an API key, or with a login link",
    description:
      "For a browser on the console's own pages: this call needs `Sec-Fetch-Site: same-origin` and " +
      "`X-Bida-Console: 1`, and so does every write with the session's cookie. The cookie lasts 12 hours, " +
      "or 30 minutes without a request. After five wrong keys within a minute, an address has to wait.",
    role: "public",
    pathSchema: none,
    query: none,
    body: z.union([z.strictObject({ key: secret }), z.strictObject({ link: secret })]),
    bodyLimitBytes: SMALL_BODY,
    answers: {
      200: {
        description: "The session has begun.",
        schema: schemas.me,
        headers: { "Set-Cookie": "The session: HttpOnly, SameSite=Strict." },
      },
    },
    problems: [401, 403, 429, 503],
  }),
  closeSession: call({
    name: "closeSession",
    tag: "sessions",
    method: "DELETE",
    path: "/v1/session",
    summary: "Log out: end the caller's session",
    role: "anybody",
    pathSchema: none,
    query: none,
    body: z.unknown(),
    answers: ok(schemas.ended, "It has ended."),
    problems: [404],
  }),
  listSessions: call({
    name: "listSessions",
    tag: "sessions",
    method: "GET",
    path: "/v1/sessions",
    summary: "List open sessions: an admin sees all, others see their own",
    role: "reader",
    pathSchema: none,
    query: none,
    body: z.unknown(),
    answers: ok(schemas.sessionList, "All of them."),
    problems: [],
  }),
  endSession: call({
    name: "endSession",
    tag: "sessions",
    method: "DELETE",
    path: "/v1/sessions/{id}",
    summary: "End a session: an admin any session, others their own",
    role: "reader",
    pathSchema: sessionId,
    query: none,
    body: z.unknown(),
    answers: ok(schemas.ended, "It has ended."),
    problems: [404],
  }),
  makeLoginLink: call({
    name: "makeLoginLink",
    tag: "sessions",
    method: "POST",
    path: "/v1/login-links",
    summary: "Make a login link: good for one session within ten minutes",
    description:
      "The session is in the caller's name. This call needs the key itself; a session cannot make links.",
    role: "operator",
    pathSchema: none,
    query: none,
    body: none.optional(),
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.loginLink, "The link."),
    problems: [],
  }),
} as const;
