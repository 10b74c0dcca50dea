/**
 * The sandbox' own API under /_sandbox, which shows and controls it. Described for users in
 * src/sandbox/README.md. An invalid body is answered with 400 and the reason; control calls meet no faults.
 */
import { z } from "zod";
import { accountSchema } from "../accounts.ts";
import { faultRequestSchema } from "../faults/fault-plan.ts";
import { drawReadings, nextReadings, playedReadings } from "../readings.ts";
import { settingsChangeSchema } from "../settings.ts";
import { addMessages, messageDoor } from "./message-doors.ts";
import { type ControlAnswer, type ControlCall, type Door, ok, withBody } from "./control-door.ts";
import { ledgerOf, totalsOf } from "./ledger.ts";

const accountChangeSchema = accountSchema.safeExtend({
  /** Whether tokens of this appId and eid expire with the old secret. */
  killTokens: z.boolean().default(true),
});
const outageSchema = z.strictObject({ forMs: z.number().positive() });
const readingsSchema = z.union([
  z.strictObject({ seed: z.union([z.string(), z.number()]) }),
  z.strictObject({ next: z.literal(true), without: z.array(z.unknown()).default([]) }),
]);
const resetSchema = z.strictObject({ tokens: z.boolean().default(false) });

const doors: ReadonlyMap<string, Door> = new Map<string, Door>([
  ["GET /_sandbox/health", () => ok({ ok: true })],
  ["GET /_sandbox/ledger", ({ state, query }) => ok(ledgerOf(state, query))],
  ["GET /_sandbox/totals", ({ state }) => ok(totalsOf(state))],
  ["GET /_sandbox/calls", listCalls],
  ["GET /_sandbox/faults", ({ state }) => ok(state.faults.describe())],
  ["POST /_sandbox/faults", changeFaults],
  ["GET /_sandbox/settings", ({ state }) => ok(state.settings)],
  ["POST /_sandbox/settings", changeSettings],
  ["GET /_sandbox/readings", ({ state }) => ok(playedReadings(state.settings))],
  ["POST /_sandbox/readings", changeReadings],
  ["POST /_sandbox/accounts", changeAccount],
  ["POST /_sandbox/messages", addMessages],
  ["POST /_sandbox/outage", startOutage],
  ["POST /_sandbox/reset", reset],
]);

export function answerControlCall(
  { method, path }: { readonly method: string; readonly path: string },
  call: ControlCall,
): ControlAnswer {
  const door = doors.get(`${method} ${path}`) ?? messageDoor(method, path);
  if (!door) return { status: 404, body: { error: `there is no ${method} ${path}` } };
  return door(call);
}

function listCalls({ state, query }: ControlCall): ControlAnswer {
  const since = Number(query.get("since") ?? 0);
  if (Number.isNaN(since)) return { status: 400, body: { error: "since: a time in ms" } };
  return ok(state.calls.list(since, query.get("endpoint")));
}

function changeFaults(call: ControlCall): ControlAnswer {
  return withBody({ schema: faultRequestSchema, call }, (request) => {
    call.state.faults.change(request);
    return ok(call.state.faults.describe());
  });
}

function changeSettings(call: ControlCall): ControlAnswer {
  return withBody({ schema: settingsChangeSchema, call }, (change) => {
    call.state.change(change);
    return ok(call.state.settings);
  });
}

function changeReadings(call: ControlCall): ControlAnswer {
  return withBody({ schema: readingsSchema, call }, (asked) => {
    const { settings } = call.state;
    call.state.change(
      "next" in asked ? nextReadings(settings, asked.without) : drawReadings(String(asked.seed)),
    );
    return ok(playedReadings(call.state.settings));
  });
}

function changeAccount(call: ControlCall): ControlAnswer {
  return withBody({ schema: accountChangeSchema, call }, ({ killTokens, ...account }) => {
    call.state.accounts.put(account);
    for (const owner of [account.appId, account.eid]) {
      if (killTokens && owner !== undefined) call.state.tokens.killAll(owner);
    }
    return ok({ ok: true });
  });
}

function startOutage(call: ControlCall): ControlAnswer {
  return withBody({ schema: outageSchema, call }, ({ forMs }) => ({
    ...ok({ ok: true }),
    darkForMs: call.state.clock.scaled(forMs),
  }));
}

function reset(call: ControlCall): ControlAnswer {
  return withBody({ schema: resetSchema, call }, ({ tokens }) => {
    call.state.reset({ tokens });
    return ok({ ok: true });
  });
}
