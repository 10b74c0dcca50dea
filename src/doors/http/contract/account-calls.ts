/**
 * Accounts, and who did what: what operators call.
 */
import { z } from "zod";
import * as schemas from "../schemas.ts";
import { moment, momentInQuery } from "../../../operations/moment.ts";
import {
  SMALL_BODY,
  accountName,
  call,
  cursor,
  exportFormat,
  limit,
  name,
  none,
  note,
  ok,
  optionalNote,
} from "./fields.ts";

const auditFilter = {
  by: z.string().min(1).max(64).optional(),
  act: z.string().min(1).max(64).optional(),
  account: accountName.optional(),
  id: z.string().min(1).max(64).optional(),
  since: momentInQuery.optional(),
  until: momentInQuery.optional(),
};

export const accountCalls = {
  listAccounts: call({
    name: "listAccounts",
    tag: "accounts",
    method: "GET",
    path: "/v1/accounts",
    summary: "Show the state of all accounts",
    role: "reader",
    pathSchema: none,
    query: none,
    body: z.unknown(),
    answers: ok(schemas.accountList, "All accounts."),
    problems: [],
  }),
  showAccount: call({
    name: "getAccount",
    tag: "accounts",
    method: "GET",
    path: "/v1/accounts/{name}",
    summary: "Show an account, with its latest errors",
    description:
      "With its latest errors, the history of its breaker, how full its rates are, and its settings.",
    role: "viewer",
    pathSchema: name,
    query: none,
    body: z.unknown(),
    answers: ok(schemas.accountDetail, "The account."),
    problems: [404],
  }),
  pauseAccount: call({
    name: "pauseAccount",
    tag: "accounts",
    method: "POST",
    path: "/v1/accounts/{name}/pause",
    summary: "Pause an account",
    description:
      "The account still accepts deliveries, but makes no calls. With `until` it resumes by itself at that " +
      "time.",
    role: "operator",
    pathSchema: name,
    query: none,
    body: z
      .strictObject({
        note: note.optional(),
        until: moment
          .optional()
          .describe("When it resumes by itself. Without it, somebody has to resume the account."),
      })
      .optional(),
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
    answers: ok(schemas.account, "It is active again."),
    problems: [404],
  }),
  probeAccount: call({
    name: "probeAccount",
    tag: "accounts",
    method: "POST",
    path: "/v1/accounts/{name}/probe",
    summary: "Try an account's credentials now",
    description:
      "Makes calls that change nothing. If the platform accepts all of them, a hold of the account ends.",
    role: "operator",
    pathSchema: name,
    query: none,
    body: optionalNote,
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.probed, "What the platform said."),
    problems: [404, 409],
  }),
  releaseAccount: call({
    name: "releaseAccount",
    tag: "accounts",
    method: "POST",
    path: "/v1/accounts/{name}/release",
    summary: "End a hold or close a breaker without a call to the platform",
    description: "The next call to the platform shows whether that was right.",
    role: "admin",
    pathSchema: name,
    query: none,
    body: z.strictObject({ note }),
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.account, "It is active again."),
    problems: [404, 409],
  }),
  retireAccount: call({
    name: "retireAccount",
    tag: "accounts",
    method: "POST",
    path: "/v1/accounts/{name}/retire",
    summary: "Retire an account that has left the configuration",
    description:
      "Nothing warns about a retired account any more, and it is forgotten with its last record. This is " +
      "refused while a process has the account in its configuration, and while it has unfinished " +
      "deliveries. With `force` these end at once, dead `unconfigured`.",
    role: "admin",
    pathSchema: name,
    query: none,
    body: z.strictObject({
      note: note.describe("The reason, for the audit and the dead letters."),
      force: z.boolean().default(false).describe("End the unfinished deliveries."),
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
      ...auditFilter,
      limit,
      cursor: cursor.optional(),
    }),
    body: z.unknown(),
    answers: ok(schemas.audit, "The latest first."),
    problems: [],
  }),
  exportAudit: call({
    name: "exportAudit",
    tag: "accounts",
    method: "GET",
    path: "/v1/audit/export",
    summary: "Export who did what",
    description: "One JSON object or one line of CSV per entry, the latest first. The export is audited.",
    role: "operator",
    pathSchema: none,
    query: z.strictObject({ ...auditFilter, format: exportFormat }),
    body: z.unknown(),
    answers: {
      200: { description: "One entry per line.", schema: null, mediaType: "application/x-ndjson" },
    },
    problems: [],
  }),
} as const;
