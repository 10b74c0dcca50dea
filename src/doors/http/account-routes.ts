/**
 * Accounts over HTTP, and who did what.
 */
import { say } from "../../language/say.ts";
import { showAccount } from "../../operations/account-detail.ts";
import { listAccounts, setPaused, type PauseResult } from "../../operations/accounts.ts";
import { exportAudit, readAudit } from "../../operations/audit.ts";
import { probeAccount, releaseAccount } from "../../operations/probe.ts";
import { retireAccount, type RetireResult } from "../../operations/retire.ts";
import type { OperationsContext } from "../../operations/context.ts";
import { type Answer, exported } from "./call.ts";
import { calls } from "./contract.ts";
import { conflict, problemOf, unavailable, type Problem } from "./problem.ts";
import { route, type Route } from "./route.ts";

/** @param settings returns the configuration of an account, without secrets; null if it has none */
export function accountRoutes(context: OperationsContext, settings: (name: string) => unknown): Route[] {
  return [
    route(calls.listAccounts, async ({ caller }) => {
      const result = await listAccounts({ caller }, context);
      if (result.kind === "unavailable") return unavailable(result);
      return { status: 200, body: { items: result.items, nextCursor: null } };
    }),
    route(calls.showAccount, async ({ path: { name }, caller }) => {
      const result = await showAccount({ caller, account: name }, context);
      if (result.kind === "account")
        return { status: 200, body: { ...result.account, settings: settings(name) } };
      return problemOf(result);
    }),
    ...actingRoutes(context),
    route(calls.readAudit, async ({ query }) => {
      const result = await readAudit(query, context);
      if (result.kind === "audit")
        return { status: 200, body: { items: result.items, nextCursor: result.nextCursor } };
      return problemOf(result);
    }),
    route(calls.exportAudit, async ({ query: { format, ...filter }, caller }) => {
      const result = await exportAudit({ caller, filter, format }, context);
      return result.kind === "lines" ? exported(result.lines, format) : unavailable(result);
    }),
  ];
}

/** Calls by which an operator changes an account. */
function actingRoutes(context: OperationsContext): Route[] {
  return [
    route(calls.pauseAccount, async ({ path: { name }, body, caller }) =>
      paused(
        await setPaused(
          { caller, account: name, paused: true, until: body?.until ?? null, note: body?.note ?? null },
          context,
        ),
      ),
    ),
    route(calls.resumeAccount, async ({ path: { name }, body, caller }) =>
      paused(await setPaused({ caller, account: name, paused: false, note: body?.note ?? null }, context)),
    ),
    route(calls.probeAccount, async ({ path: { name }, body, caller }) => {
      const result = await probeAccount({ caller, account: name, note: body?.note ?? null }, context);
      switch (result.kind) {
        case "probed": {
          const { channels, released, account } = result;
          return { status: 200, body: { channels, released, account } };
        }
        case "notAsked":
          return conflict("notAsked", result.detail);
        case "unknownAccount":
        case "unavailable":
          return problemOf(result);
      }
    }),
    route(calls.releaseAccount, async ({ path: { name }, body: { note }, caller }) => {
      const result = await releaseAccount({ caller, account: name, note }, context);
      switch (result.kind) {
        case "released":
          return { status: 200, body: result.account };
        case "notHeld":
          return conflict("notHeld", say("it is neither held nor is its breaker open"));
        case "unknownAccount":
        case "unavailable":
          return problemOf(result);
      }
    }),
    route(calls.retireAccount, async ({ path: { name }, body: { note, force }, caller }) =>
      retired(await retireAccount({ caller, account: name, note, force }, context)),
    ),
  ];
}

function paused(result: PauseResult): Answer | Problem {
  switch (result.kind) {
    case "paused":
    case "resumed":
      return { status: 200, body: result.account };
    case "invalid":
    case "unknownAccount":
    case "unavailable":
      return problemOf(result);
  }
}

const CONFIGURED_IN = {
  this: "the account is in the configuration of this process: remove it there, and restart all processes",
  worker:
    "the account is in the configuration of a worker, or was within the last three minutes: restart those that still have it, and wait",
} as const;

function retired(result: RetireResult): Answer | Problem {
  switch (result.kind) {
    case "retired": {
      const { account, ended, remaining } = result;
      return { status: 200, body: { account, ended, remaining } };
    }
    case "stillConfigured":
      return conflict("stillConfigured", say(CONFIGURED_IN[result.by]));
    case "unfinished":
      return conflict(
        "unfinished",
        say("{count} of its deliveries are unfinished; with force they end at once, unconfigured", {
          count: result.count,
        }),
      );
    case "unknownAccount":
    case "unavailable":
      return problemOf(result);
  }
}
