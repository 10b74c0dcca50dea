/**
 * What the check of one delivery looks for, and in the lists of which days.
 */
import type { Candidate } from "../../../delivery/outcome.ts";
import type { CheckRequest } from "../../channel.ts";
import { daysOf, momentOfId, shanghaiDay } from "./days.ts";
import type { ScheduleInput } from "./input.ts";
import { namedIds, scheduleOperation, workIdsOf, type ScheduleOperation } from "./operations.ts";
import type { Trouble } from "./read-schedules.ts";
import { CLOCKS_APART_MS, lostCreateOf, type LostCreate } from "./lost-create-match.ts";

/** How long a send may take, its retry with a fresh token included. */
const LONGEST_SEND_MS = 60_000;
/** In days. A delivery that waited longer before it was sent is looked for in the whole list of the team. */
const MOST_DAYS = 7;

interface Days {
  readonly days: readonly number[];
  /** Whether the lists of these days must contain it; otherwise the days are only hints where to look first. */
  readonly areSure: boolean;
}

export interface LookupPlan {
  readonly request: CheckRequest<ScheduleInput>;
  readonly operation: ScheduleOperation;
  /** The schedules that must be seen. */
  readonly ids: readonly string[];
  /** Set where the answer with the schedule's id was lost. */
  readonly lost: LostCreate | null;
  /**
   * The same for every create, also where an id is known: the lists may show another id than the reply named,
   * so a schedule like it must not count as absent.
   */
  readonly like: LostCreate | null;
  readonly created: Days;
  readonly occurring: Days;
  /** Days on which it started when it was created: hints where else to look, no proof. */
  firstDays: readonly number[];
  /** Schedules that were recognised and claimed in this round. */
  recognised: readonly string[];
  missing: number;
  /** Why its absence is not proven although it was not found: a schedule that may be it is listed. */
  doubt: string | null;
  /** The schedules that may be it, for a person to look at. */
  candidates: readonly Candidate[];
  /** Why a list that it depends on could not be read. */
  trouble: Trouble | null;
  /** Calls made for this delivery alone. */
  calls: number;
}

export function planLookup(request: CheckRequest<ScheduleInput>): LookupPlan {
  const operation = scheduleOperation(request.operation);
  const look = {
    request,
    operation,
    firstDays: [],
    recognised: [],
    missing: 0,
    doubt: null,
    candidates: [],
    trouble: null,
    calls: 0,
  };
  switch (operation) {
    case "schedule.create":
    case "schedule.repeat":
      return { ...look, ...forCreated(request, operation) };
    case "schedule.modify":
    case "schedule.delete":
    case "schedule.finish":
    case "schedule.unfinish":
    case "schedule.batchModify":
    case "schedule.batchDelete":
      return { ...look, ...forNamed(request, operation) };
  }
}

type Target = Pick<LookupPlan, "ids" | "lost" | "like" | "created" | "occurring">;

function forCreated(
  request: CheckRequest<ScheduleInput>,
  operation: "schedule.create" | "schedule.repeat",
): Target {
  const { input, createdAt, now, outstanding, receipt } = request;
  const entry = outstanding[0];
  const sentAt = entry?.sentAt ?? null;
  const ids = workIdsOf(receipt);
  // A delivery whose id is known never claims another schedule: its own may only be late.
  const like = lostCreateOf(request, { sentAt, isSeries: operation === "schedule.repeat" });
  const lost = entry?.status === "accepted" && ids.length > 0 ? null : like;
  const since = lost === null && sentAt !== null ? sentAt - LONGEST_SEND_MS : createdAt;
  const days = daysOf(since - CLOCKS_APART_MS, now + CLOCKS_APART_MS);
  const startsOn = input.startDate === undefined ? [] : [shanghaiDay(input.startDate)];
  return {
    ids,
    lost,
    like,
    created: days.length <= MOST_DAYS ? { days, areSure: true } : { days: [], areSure: false },
    // A schedule that is known by its id may have been moved to another day since.
    occurring: { days: startsOn, areSure: ids.length === 0 && operation === "schedule.create" },
  };
}

function forNamed(request: CheckRequest<ScheduleInput>, operation: ScheduleOperation): Target {
  const { input } = request;
  const ids = idsReached(request, operation);
  const made = ids.map(momentOfId).filter((at) => at !== null);
  return {
    ids,
    lost: null,
    like: null,
    created: { days: [...new Set(made.map(shanghaiDay))], areSure: false },
    occurring: {
      days: input.startDate === undefined ? [] : [shanghaiDay(input.startDate)],
      areSure: false,
    },
  };
}

/**
 * The ids that an operation affects. A batch operation affects the schedule that it names and those after it
 * (docs/platforms/yunzhijia.md); earlier ones and the parent stay as they are. Only the receipt of the repeat
 * tells which come after it.
 */
function idsReached(request: CheckRequest<ScheduleInput>, operation: ScheduleOperation): readonly string[] {
  const { input, reference, outstanding } = request;
  const named = namedIds(input, reference) ?? [];
  switch (operation) {
    case "schedule.batchModify":
    case "schedule.batchDelete": {
      const series = workIdsOf(reference);
      const place = series.indexOf(named[0] ?? "");
      return place === -1 ? named : series.slice(place);
    }
    case "schedule.delete": {
      if (input.ids === undefined) return named;
      const asked = new Set(outstanding.map(({ id }) => id));
      return named.filter((id) => asked.has(id));
    }
    case "schedule.create":
    case "schedule.repeat":
    case "schedule.modify":
    case "schedule.finish":
    case "schedule.unfinish":
      return named;
  }
}
