/**
 * The channel of Yunzhijia schedules (document 002).
 *
 * Operations on one schedule reach the platform in order: those that name it by `of` share the lane of
 * the delivery that created it, those that name it by its id have that id's.
 */
import { EVERYBODY, type LedgerEntry } from "../../delivery/ledger.ts";
import type { CheckOutcome, SendOutcome } from "../../delivery/outcome.ts";
import type { Channel, OperationSpec } from "../channel.ts";
import { tryGateway } from "../try-credentials.ts";
import { checkSchedules } from "./check.ts";
import {
  batchDeleteInput,
  batchModifyInput,
  createInput,
  deleteInput,
  modifyInput,
  nameInput,
  repeatInput,
  type ScheduleInput,
} from "./input.ts";
import { sendSchedule } from "./send.ts";
import { listOfDay } from "./operations.ts";

type Spec = OperationSpec<ScheduleInput>;

const creating = {
  entity: (_input, key) => key,
  recipients: () => [EVERYBODY],
  recipientsPerSend: 1,
} satisfies Partial<Spec>;

const changing = {
  entity: ({ of, id }) => of ?? id ?? null,
  refersTo: ({ of }) => of ?? null,
  recipients: () => [EVERYBODY],
  recipientsPerSend: 1,
} satisfies Partial<Spec>;

const deleting = {
  ...changing,
  // Several schedules have several lanes and a delivery has one: it waits its turn in that of the first.
  entity: ({ of, ids }) => of ?? ids?.[0] ?? null,
  // A line for each schedule, so that a delete that reached only some of them says which.
  recipients: ({ ids }) => ids ?? [EVERYBODY],
  // One call for all, as the document has it; it names no limit.
  recipientsPerSend: Number.MAX_SAFE_INTEGER,
} satisfies Partial<Spec>;

/** One sentence for the contract, and the call of document 002 that the payload belongs to. */
const about = (summary: string, call: string): NonNullable<Spec["about"]> => ({
  summary,
  source: `document 002 (${call})`,
});

const operations = {
  "schedule.create": {
    ...creating,
    about: about("Creates a schedule for its participants", "create"),
    input: createInput,
  },
  "schedule.repeat": {
    ...creating,
    about: about("Creates a series of schedules", "repeatWork"),
    input: repeatInput,
  },
  "schedule.modify": {
    ...changing,
    about: about("Changes one schedule", "modify"),
    input: modifyInput,
  },
  "schedule.finish": {
    ...changing,
    about: about("Marks a schedule as done for one person", "finish"),
    input: nameInput,
  },
  "schedule.unfinish": {
    ...changing,
    about: about("Marks a schedule as not done for one person", "unfinish"),
    input: nameInput,
  },
  "schedule.batchModify": {
    ...changing,
    about: about("Changes a schedule of a series and those after it", "batchModify"),
    input: batchModifyInput,
  },
  "schedule.batchDelete": {
    ...changing,
    about: about("Deletes a schedule of a series and those after it", "batchDelete"),
    input: batchDeleteInput,
  },
  "schedule.delete": {
    ...deleting,
    about: about("Deletes schedules; only their creator may", "delete"),
    input: deleteInput,
  },
} satisfies Record<string, Spec>;

export const yunzhijiaSchedule: Channel<ScheduleInput> = {
  name: "yunzhijia-schedule",
  operations,
  send: sendSchedule,
  tryCredentials: async (account, now, signal) =>
    tryGateway({ scope: "resGroupSecret", ...listOfDay(now) }, "schedule", account, signal),
  check: checkSchedules,
};

/** The same for an account that cannot have a token for schedules: it says so, and asks for none. */
export function yunzhijiaScheduleWithout(missing: "eid" | "resGroupSecret"): Channel<ScheduleInput> {
  const text = `the account has no ${missing}`;
  return {
    ...yunzhijiaSchedule,
    send: async (): Promise<SendOutcome> => ({ kind: "rejected", code: "account", text }),
    check: async (batch) => batch.map(({ outstanding }) => notAskable(outstanding, text)),
  };
}

/** What was sent while the account still had its secret. */
function notAskable(outstanding: readonly LedgerEntry[], detail: string): CheckOutcome {
  const recipients = outstanding.map(({ id }) => ({ kind: "inconclusive" as const, recipient: id, detail }));
  return { recipients, calls: 0, retryAfterMs: null };
}
