/**
 * Dead letters over HTTP: list, group, export, replay, discard, one by one and in bulk.
 */
import type { FieldEdit } from "../../delivery/edit-field.ts";
import { writeJson } from "../../delivery/write-json.ts";
import { acceptedLanguage } from "../../language/language.ts";
import { inLanguage, say } from "../../language/say.ts";
import {
  cancelAction,
  changeRate,
  DEFAULT_QUESTIONS_PER_SECOND,
  DEFAULT_RATE_PER_SECOND,
  listFailed,
  repeatFailed,
  showAction,
  startAction,
  type CancelActionResult,
  type RepeatResult,
  type StartResult,
} from "../../operations/bulk.ts";
import { listDeadCallbacks, retryCallback } from "../../operations/dead-callbacks.ts";
import { listDeadLetters } from "../../operations/dead-letters.ts";
import { discardDeadLetter, type DiscardResult } from "../../operations/discard.ts";
import { exportDeadLetters } from "../../operations/export.ts";
import { groupDeadLetters } from "../../operations/group.ts";
import { markGroup } from "../../operations/group-marks.ts";
import { restoreDeadLetter, type RestoreResult } from "../../operations/restore.ts";
import { verifyDeadLetter, type VerifyResult } from "../../operations/verify.ts";
import { listActions } from "../../operations/list-actions.ts";
import { replayDeadLetter, type ReplayResult } from "../../operations/replay.ts";
import type { OperationsContext } from "../../operations/context.ts";
import { type Answer, exported } from "./call.ts";
import { calls } from "./contract.ts";
import { deliveryProblem } from "./delivery-problems.ts";
import { listed } from "./delivery-routes.ts";
import { conflict, invalid, notFound, problemOf, unavailable, type Problem } from "./problem.ts";
import { route, type Route } from "./route.ts";
import { translateDetails } from "./translate-delivery.ts";

export function deadLetterRoutes(context: OperationsContext): Route[] {
  return [
    ...lookingRoutes(context),
    ...actingRoutes(context),
    ...bulkRoutes(context),
    ...actionRoutes(context),
    ...callbackRoutes(context),
  ];
}

function lookingRoutes(context: OperationsContext): Route[] {
  return [
    route(calls.listDeadLetters, async ({ query: { limit, cursor, ...filter }, caller, headers }) =>
      listed(await listDeadLetters({ caller, filter, limit, cursor }, context), headers),
    ),
    route(calls.groupDeadLetters, async ({ query: { include, ...filter }, caller, headers }) => {
      const withDetails = include === "details";
      const result = await groupDeadLetters({ caller, filter, withDetails }, context);
      if (result.kind === "groups") {
        const language = acceptedLanguage(headers["accept-language"]);
        const items = translateDetails(result.items, headers).map(({ cause, ...group }) => ({
          ...group,
          cause: cause === null ? null : inLanguage(cause, language),
        }));
        return { status: 200, body: { ...result, items } };
      }
      return problemOf(result);
    }),
    route(calls.exportDeadLetters, async ({ query: { format, ...filter }, caller }) => {
      const result = await exportDeadLetters({ caller, filter, format }, context);
      if (result.kind === "lines") return exported(result.lines, format);
      return problemOf(result);
    }),
  ];
}

function actingRoutes(context: OperationsContext): Route[] {
  return [
    route(calls.replay, async ({ path: { id }, body, caller }) => {
      const { payload = null, note = null } = body ?? {};
      return actedOn(await replayDeadLetter({ id, caller, payload, note }, context));
    }),
    route(calls.verify, async ({ path: { id }, body, caller }) => {
      const { receipt = null, takesAltered = false, note = null } = body ?? {};
      return verified(await verifyDeadLetter({ id, caller, receipt, takesAltered, note }, context));
    }),
    route(calls.restore, async ({ path: { id }, body, caller }) =>
      restored(await restoreDeadLetter({ id, caller, note: body?.note ?? null }, context)),
    ),
    route(calls.markGroup, async ({ body, caller }) => {
      const { account, operation, reason, code, ...change } = body;
      const result = await markGroup(
        { caller, group: { account, operation, reason, code }, change },
        context,
      );
      if (result.kind === "marked") return { status: 200, body: { mark: result.mark } };
      return problemOf(result);
    }),
    route(calls.discard, async ({ path: { id }, body: { note }, caller }) =>
      actedOn(await discardDeadLetter({ id, caller, note }, context)),
    ),
  ];
}

function bulkRoutes(context: OperationsContext): Route[] {
  return [
    route(calls.replayMany, async ({ body, caller }) =>
      begun(
        await startAction({ ...orderOf(body), kind: "replay", caller, note: body.note ?? null }, context),
      ),
    ),
    route(calls.editMany, async ({ body, caller }) => {
      const edit = fieldEditOf(body);
      if (edit === null) return invalid([{ pointer: "/value", detail: "expected a value of JSON" }]);
      const result = await startAction(
        { ...orderOf(body), kind: "edit", edit, caller, note: body.note },
        context,
      );
      const answer = begun(result);
      return "body" in answer && result.kind === "started"
        ? { ...answer, body: { ...result.action, sample: result.sample } }
        : answer;
    }),
    route(calls.discardMany, async ({ body, caller }) =>
      begun(await startAction({ ...orderOf(body), kind: "discard", caller, note: body.note }, context)),
    ),
    route(calls.verifyMany, async ({ body, caller }) => {
      const { ratePerSecond = DEFAULT_QUESTIONS_PER_SECOND, note = null } = body;
      const order = { ...orderOf(body), ratePerSecond, note };
      return begun(await startAction({ ...order, kind: "verify", caller }, context));
    }),
    route(calls.forgetRecipient, async ({ body, caller }) => {
      const { recipient, account, dryRun = false, note } = body;
      const filter = { recipient, ...(account === undefined ? {} : { account }) };
      const order = { filter, dryRun, ratePerSecond: DEFAULT_RATE_PER_SECOND, note };
      return begun(await startAction({ ...order, kind: "forget", caller }, context));
    }),
  ];
}

/** Bulk actions that have begun: followed, slowed down, repeated, ended. */
function actionRoutes(context: OperationsContext): Route[] {
  return [
    route(calls.repeatFailed, async ({ path: { id }, body: { note }, caller }) =>
      begun(await repeatFailed({ id, caller, note }, context)),
    ),
    route(calls.changeRate, async ({ path: { id }, body: { ratePerSecond, note = null }, caller }) =>
      shown(await changeRate({ id, caller, ratePerSecond, note }, context)),
    ),
    route(calls.listFailedItems, async ({ path: { id }, query, caller, headers }) => {
      const result = await listFailed({ id, caller, ...query }, context);
      switch (result.kind) {
        case "failed": {
          const language = acceptedLanguage(headers["accept-language"]);
          const items = result.items.map((one) => ({ ...one, detail: inLanguage(one.detail, language) }));
          return { status: 200, body: { items, nextCursor: result.nextCursor } };
        }
        case "notFound":
          return NO_SUCH_ACTION;
        case "invalid":
        case "unavailable":
          return problemOf(result);
      }
    }),
    route(calls.listActions, async ({ query, caller }) => {
      const result = await listActions({ ...query, caller }, context);
      if (result.kind === "actions")
        return { status: 200, body: { items: result.items, nextCursor: result.nextCursor } };
      return problemOf(result);
    }),
    route(calls.showAction, async ({ path: { id }, caller }) =>
      shown(await showAction({ id, caller }, context)),
    ),
    route(calls.cancelAction, async ({ path: { id }, body, caller }) =>
      shown(await cancelAction({ id, caller, note: body?.note ?? null }, context)),
    ),
  ];
}

function callbackRoutes(context: OperationsContext): Route[] {
  return [
    route(calls.listDeadCallbacks, async ({ query, caller, headers }) =>
      listed(await listDeadCallbacks({ ...query, caller }, context), headers),
    ),
    route(calls.retryCallback, async ({ path: { id }, body, caller }) => {
      const result = await retryCallback({ id, caller, note: body?.note ?? null }, context);
      switch (result.kind) {
        case "due":
          return { status: 200, body: result.delivery };
        case "notDead":
          return conflict("notDead", say("its callback was not given up"));
        case "notFound":
        case "unreadable":
        case "unavailable":
          return deliveryProblem(result);
      }
    }),
  ];
}

function fieldEditOf(body: {
  readonly field: string;
  readonly value?: unknown;
  readonly find?: string | undefined;
  readonly replaceWith?: string | undefined;
}): FieldEdit | null {
  const { field: pointer, value, find, replaceWith } = body;
  if (find !== undefined) return { kind: "replace", pointer, find, with: replaceWith ?? "" };
  const writing = writeJson(value);
  return writing.kind === "written" ? { kind: "set", pointer, value: writing.text } : null;
}

function orderOf<F>(body: { filter: F; dryRun?: boolean | undefined; ratePerSecond?: number | undefined }) {
  const { filter, dryRun = false, ratePerSecond = DEFAULT_RATE_PER_SECOND } = body;
  return { filter, dryRun, ratePerSecond };
}

function actedOn(result: ReplayResult | DiscardResult): Answer | Problem {
  switch (result.kind) {
    case "replayed":
    case "discarded":
      return { status: 200, body: result.delivery };
    case "notDead":
      return conflict("notDead", say("it is {status}", { status: result.status }));
    case "invalid":
    case "conflict":
    case "notFound":
    case "unreadable":
    case "unavailable":
      return deliveryProblem(result);
  }
}

function verified(result: VerifyResult): Answer | Problem {
  switch (result.kind) {
    case "verified": {
      const { verdict, delivery, recipients, candidates } = result;
      return { status: 200, body: { verdict, delivery, recipients, candidates } };
    }
    case "notAsked":
      return conflict("notAsked", result.detail);
    case "invalidReceipt":
      return invalid([{ pointer: "/receipt", detail: result.detail }]);
    case "claimed":
      return { ...conflict("claimed", say("it proves the delivery {id}", { id: result.by })), id: result.by };
    case "notDead":
      return conflict("notDead", say("it is {status}", { status: result.status }));
    case "conflict":
    case "notFound":
    case "unreadable":
    case "unavailable":
      return deliveryProblem(result);
  }
}

function restored(result: RestoreResult): Answer | Problem {
  switch (result.kind) {
    case "restored":
      return { status: 200, body: { delivery: result.delivery, ahead: result.ahead } };
    case "notDiscarded":
      return conflict("notDiscarded", say("it is {status}", { status: result.status }));
    case "tooLate":
      return conflict("tooLate", say("a discard can be taken back for 24 hours; it can still be replayed"));
    case "conflict":
    case "notFound":
    case "unreadable":
    case "unavailable":
      return deliveryProblem(result);
  }
}

const NO_SUCH_ACTION = notFound(say("there is no action with this id, or it has been deleted"));

function begun(result: StartResult | RepeatResult): Answer | Problem {
  switch (result.kind) {
    case "nothing":
      return conflict("tooLate", result.detail);
    case "notFound":
      return NO_SUCH_ACTION;
    case "started": {
      const { action } = result;
      return { status: 202, body: action, headers: { location: `/v1/actions/${action.id}` } };
    }
    case "unknownAccount":
    case "unavailable":
      return problemOf(result);
  }
}

function shown(result: CancelActionResult): Answer | Problem {
  switch (result.kind) {
    case "found":
      return { status: 200, body: result.action };
    case "ended":
      return conflict("tooLate", say("it is {status}", { status: result.status }));
    case "notFound":
      return NO_SUCH_ACTION;
    case "unavailable":
      return unavailable(result);
  }
}
