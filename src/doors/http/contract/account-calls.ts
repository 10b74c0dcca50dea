/**
 * Accounts, and who did what: what operators call.
 */
import { z } from "zod";
import * as schemas from "../schemas.ts";
import { SMALL_BODY, call, limit, name, none, ok, optionalNote } from "./fields.ts";

export const accountCalls = {
  listAccounts: call({
    name: "listAccounts",
    tag: "accounts",
    method: "GET",
    path: "/v1/accounts",
    summary: "Show how the accounts are doing",
    role: "reader",
    pathSchema: none,
    query: none,
    body: z.unknown(),
    answers: ok(schemas.accountList, "All accounts."),
    problems: [],
  }),
  pauseAccount: call({
    name: "pauseAccount",
    tag: "accounts",
    method: "POST",
    path: "/v1/accounts/{name}/pause",
    summary: "Pause an account",
    description: "It goes on accepting deliveries, and sends and asks nothing.",
    role: "operator",
    pathSchema: name,
    query: none,
    body: optionalNote,
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.account, "It is paused."),
    problems: [404],
  }),
  resumeAccount: call({
    name: "resumeAccount",
    tag: "accounts",
    method: "POST",
    path: "/v1/accounts/{name}/resume",
    summary: "Resume an account",
    role: "operator",
    pathSchema: name,
    query: none,
    body: optionalNote,
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.account, "It runs again."),
    problems: [404],
  }),
  readAudit: call({
    name: "listAudit",
    tag: "accounts",
    method: "GET",
    path: "/v1/audit",
    summary: "Show who did what",
    role: "viewer",
    pathSchema: none,
    query: z.strictObject({ limit }),
    body: z.unknown(),
    answers: ok(schemas.audit, "The latest first."),
    problems: [],
  }),
} as const;
