/**
 * What all schedule endpoints share: scope resGroupSecret, a checked body, and
 * the refusals, whose codes are the sandbox' own (the vendor's are unknown).
 */
import type { z } from "zod";
import {
  type Call,
  type Endpoint,
  type EndpointKind,
  type EndpointName,
  type Reply,
  textField,
} from "../endpoint.ts";
import { alterText, alterTime } from "../altered-text.ts";
import { ownCodes, parameterError, plainRefusal } from "./answers.ts";
import { behindGateway } from "./gateway.ts";
import { latest, type Schedule, type ScheduleFields } from "./schedule-book.ts";

type ScheduleEndpoint<Body> = {
  readonly name: EndpointName;
  readonly kind: EndpointKind;
  readonly schema: z.ZodType<Body>;
  readonly answer: (call: Call, asked: { readonly body: Body; readonly eid: string }) => Reply;
};

export function scheduleEndpoint<Body>({ name, kind, schema, answer }: ScheduleEndpoint<Body>): Endpoint {
  return behindGateway({
    name,
    kind,
    scope: "resGroupSecret",
    entityOf: (json) => textField(json, "id") ?? textField(json, "openid"),
    perform: (call, eid) => {
      const body = schema.safeParse(call.request.json);
      if (body.success) return answer(call, { body: body.data, eid });
      return plainRefusal(ownCodes.badSchedule, { error: parameterError(body.error) });
    },
  });
}

/** The schedule if it exists and this person may change it, otherwise the refusal. */
export function claimSchedule(
  call: Call,
  { eid, id, openid, actorsToo = false }: { eid: string; id: string; openid: string; actorsToo?: boolean },
): { schedule: Schedule; refusal: null } | { schedule: null; refusal: Reply } {
  const schedule = call.state.schedules.find(eid, id);
  if (!schedule || latest(schedule).workStatus === 2) {
    return {
      schedule: null,
      refusal: plainRefusal(ownCodes.noSuchSchedule, { error: `there is no schedule ${id}` }),
    };
  }
  const mayChange = schedule.openid === openid || (actorsToo && latest(schedule).actors.includes(openid));
  if (mayChange) return { schedule, refusal: null };
  return {
    schedule: null,
    refusal: plainRefusal(ownCodes.notTheCreator, { error: `${openid} is not the creator` }),
  };
}

export function isBackwards(startDate: number, endDate: number): boolean {
  return endDate < startDate;
}

export function refuseBackwards(): Reply {
  return plainRefusal(ownCodes.badSchedule, { error: "param error:'endDate' is before 'startDate'." });
}

/** False under the fault that answers success and stores nothing. */
export function isStoring({ fault }: Call): boolean {
  return fault?.fault !== "not-stored";
}

/** Fields as the database keeps them: altered by the setting `storedText`, or for this call by its fault. */
export function asKept<Fields extends Partial<ScheduleFields>>(call: Call, fields: Fields): Fields {
  const how = call.fault?.fault === "altered-text" ? call.fault.how : call.state.settings.storedText;
  if (how === null) return fields;
  const { content, startDate, endDate } = fields;
  return {
    ...fields,
    ...(content !== undefined && { content: alterText(content, how) }),
    ...(startDate !== undefined && { startDate: alterTime(startDate, how) }),
    ...(endDate !== undefined && { endDate: alterTime(endDate, how) }),
  };
}

/** From when lists show what this call stores. */
export function visibleFrom({ state: { clock }, fault }: Call): number {
  return clock.now() + (fault?.fault === "late" ? clock.scaled(fault.lateMs) : 0);
}
