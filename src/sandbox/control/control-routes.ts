/**
 * The sandbox' own doors under /_sandbox: see and steer it. Described for its
 * users in src/sandbox/README.md. A body that does not fit is 400 with the
 * reason in words; control calls meet no faults.
 */
import { z } from "zod";
import { accountSchema } from "../accounts.ts";
import { faultRequestSchema } from "../faults/fault-plan.ts";
import { drawReadings, playedReadings } from "../readings.ts";
import { settingsChangeSchema } from "../settings.ts";
import { addMessages, messageDoor } from "./message-doors.ts";
import { type ControlAnswer, type ControlCall, type Door, ok, withBody } from "./control-door.ts";
import { ledgerOf, totalsOf } from "./ledger.ts";

const accountChangeSchema = accountSchema.safeExtend({
  /** Whether the tokens of the named app and eid die with the old secret. */
  killTokens: z.boolean().default(true),
});
const outageSchema = z.strictObject({ forMs: z.number().positive() });
const readingsSchema = z.strictObject({ seed: z.union([z.string(), z.number()]) });
const resetSchema = z.strictObject({ tokens: z.boolean().default(false) });

const doors: ReadonlyMap<string, Door> = new Map<string, Door>([
  ["GET /_sandbox/health", () => ok({ ok: true })],
  ["GET /_sandbox/ledger", ({ world, query }) => ok(ledgerOf(world, query))],
  ["GET /_sandbox/totals", ({ world }) => ok(totalsOf(world))],
  ["GET /_sandbox/calls", listCalls],
  ["GET /_sandbox/faults", ({ world }) => ok(world.faults.describe())],
  ["POST /_sandbox/faults", changeFaults],
  ["GET /_sandbox/settings", ({ world }) => ok(world.settings)],
  ["POST /_sandbox/settings", changeSettings],
  ["GET /_sandbox/readings", ({ world }) => ok(playedReadings(world.settings))],
  ["POST /_sandbox/readings", changeReadings],
  ["POST /_sandbox/accounts", changeAccount],
  ["POST /_sandbox/messages", addMessages],
  ["POST /_sandbox/outage", startOutage],
  ["POST /_sandbox/reset", reset],
]);

export function answerControlCall(method: string, path: string, call: ControlCall): ControlAnswer {
  const door = doors.get(`${method} ${path}`) ?? messageDoor(method, path);
  if (!door) return { status: 404, body: { error: `there is no ${method} ${path}` } };
  return door(call);
}

function listCalls({ world, query }: ControlCall): ControlAnswer {
  const since = Number(query.get("since") ?? 0);
  if (Number.isNaN(since)) return { status: 400, body: { error: "since: a time in ms" } };
  return ok(world.calls.list(since, query.get("endpoint")));
}

function changeFaults(call: ControlCall): ControlAnswer {
  return withBody(faultRequestSchema, call, (request) => {
    call.world.faults.change(request);
    return ok(call.world.faults.describe());
  });
}

function changeSettings(call: ControlCall): ControlAnswer {
  return withBody(settingsChangeSchema, call, (change) => {
    call.world.change(change);
    return ok(call.world.settings);
  });
}

function changeReadings(call: ControlCall): ControlAnswer {
  return withBody(readingsSchema, call, ({ seed }) => {
    call.world.change(drawReadings(String(seed)));
    return ok(playedReadings(call.world.settings));
  });
}

function changeAccount(call: ControlCall): ControlAnswer {
  return withBody(accountChangeSchema, call, ({ killTokens, ...account }) => {
    call.world.accounts.put(account);
    for (const owner of [account.appId, account.eid]) {
      if (killTokens && owner !== undefined) call.world.tokens.killAll(owner);
    }
    return ok({ ok: true });
  });
}

function startOutage(call: ControlCall): ControlAnswer {
  return withBody(outageSchema, call, ({ forMs }) => ({
    ...ok({ ok: true }),
    darkForMs: call.world.clock.scaled(forMs),
  }));
}

function reset(call: ControlCall): ControlAnswer {
  return withBody(resetSchema, call, ({ tokens }) => {
    call.world.reset({ tokens });
    return ok({ ok: true });
  });
}
