/**
 * Accounts, and who did what: what operators call.
 */
import { z } from "zod";
import * as schemas from "../schemas.ts";
import { momentInQuery } from "../../../operations/moment.ts";
import {
  SMALL_BODY,
  accountName,
  call,
  cursor,
  limit,
  name,
  none,
  note,
  ok,
  optionalNote,
} from "./fields.ts";

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
  retireAccount: call({
    name: "retireAccount",
    tag: "accounts",
    method: "POST",
    path: "/v1/accounts/{name}/retire",
    summary: "Retire an account that has left the configuration",
    description:
      "What is left of it is nobody's concern any more: nothing warns of it, and it is forgotten with its last " +
      "record. Refused while a process has it in its configuration, and while it has unfinished deliveries; " +
      "with `force` these end at once, dead `unconfigured`.",
    role: "operator",
    pathSchema: name,
    query: none,
    body: z.strictObject({
      note: note.describe("Why; for the audit, and for the dead letters."),
      force: z.boolean().default(false).describe("End what is unfinished."),
    }),
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.retired, "It is retired."),
    problems: [404, 409],
  }),
  readAudit: call({
    name: "listAudit",
    tag: "accounts",
    method: "GET",
    path: "/v1/audit",
    summary: "Show who did what",
    role: "viewer",
    pathSchema: none,
    query: z.strictObject({
      by: z.string().min(1).max(64).optional(),
      act: z.string().min(1).max(64).optional(),
      account: accountName.optional(),
      id: z.string().min(1).max(64).optional(),
      since: momentInQuery.optional(),
      until: momentInQuery.optional(),
      limit,
      cursor: cursor.optional(),
    }),
    body: z.unknown(),
    answers: ok(schemas.audit, "The latest first."),
    problems: [],
  }),
} as const;
