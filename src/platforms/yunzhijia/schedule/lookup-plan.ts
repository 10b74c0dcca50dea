/**
 * What one delivery's check looks for, and in the lists of which days.
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
/** A delivery that waited longer than this to be sent is looked for in the team's whole list. */
const MOST_DAYS = 7;

interface Days {
  readonly days: readonly number[];
  /** Whether a list of that kind must hold it; otherwise the days are only where to look first. */
  readonly areSure: boolean;
}

export interface LookupPlan {
  readonly request: CheckRequest<ScheduleInput>;
  readonly operation: ScheduleOperation;
  /** The schedules that must be seen. */
  readonly ids: readonly string[];
  /** Set where the answer that would have named the schedule was lost. */
  readonly lost: LostCreate | null;
  /**
   * The same of every create: the id that a reply names may be none that the lists show, so a schedule like it is no
   * absence, also where an id is known.
   */
  readonly like: LostCreate | null;
  readonly created: Days;
  readonly occurring: Days;
  /** Days on which it started at first: where to look as well, and no proof. */
  firstDays: readonly number[];
  /** Schedules that were recognised and claimed in this round. */
  recognised: readonly string[];
  missing: number;
  /** Why nothing is proven although it was not found: one that may be it is listed. */
  doubt: string | null;
  /** What that may be, to be looked at by a person. */
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
  // A delivery whose id is known never takes another schedule: its own may only be late.
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
    // Somebody may have moved a schedule that we know by its id to another day since.
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
 * A batch operation reaches the schedule that it names and those after it (docs/platforms/yunzhijia.md): its parent and what
 * is before it stay as they are. Which come after it, only the receipt of the repeat tells.
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
