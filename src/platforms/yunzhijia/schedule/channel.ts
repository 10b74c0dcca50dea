/**
 * The channel of Yunzhijia schedules (document 002).
 *
 * Operations on one schedule reach the platform in order: those that name it by `of` share the lane of
 * the delivery that created it, those that name it by its id have that id's.
 */
import { EVERYBODY, type LedgerEntry } from "../../../delivery/ledger.ts";
import type { CheckOutcome, SendOutcome } from "../../../delivery/outcome.ts";
import type { Channel, OperationSpec } from "../../channel.ts";
import { tryGateway } from "../try-gateway.ts";
import { ABOUT } from "./about.ts";
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
import { remainsOf } from "./first-sent.ts";
import { sendSchedule } from "./send.ts";
import { ONE_OF_THE_TEAM } from "./operations.ts";

type Spec = OperationSpec<ScheduleInput>;

const creating = {
  // The list of a day has all that was created on it.
  asksTogether: true,
  hasNoKey: true,
  entity: (_input, key) => key,
  recipients: () => [EVERYBODY],
  recipientsPerSend: 1,
  receiptField: "workId",
  // A change of it is compared with what it said at first, and looked for where it started.
  remains: remainsOf,
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
  // An entry for each schedule, so that a delete that reached only some of them says which.
  recipients: ({ ids }) => ids ?? [EVERYBODY],
  // One call for all, as the document has it; it names no limit.
  recipientsPerSend: Number.MAX_SAFE_INTEGER,
} satisfies Partial<Spec>;

const operations = {
  "schedule.create": {
    ...creating,
    about: ABOUT["schedule.create"],
    input: createInput,
  },
  "schedule.repeat": {
    ...creating,
    about: ABOUT["schedule.repeat"],
    input: repeatInput,
  },
  "schedule.modify": {
    ...changing,
    about: ABOUT["schedule.modify"],
    input: modifyInput,
  },
  "schedule.finish": {
    ...changing,
    about: ABOUT["schedule.finish"],
    input: nameInput,
  },
  "schedule.unfinish": {
    ...changing,
    about: ABOUT["schedule.unfinish"],
    input: nameInput,
  },
  "schedule.batchModify": {
    ...changing,
    about: ABOUT["schedule.batchModify"],
    input: batchModifyInput,
  },
  "schedule.batchDelete": {
    ...changing,
    about: ABOUT["schedule.batchDelete"],
    input: batchDeleteInput,
  },
  "schedule.delete": {
    ...deleting,
    about: ABOUT["schedule.delete"],
    input: deleteInput,
  },
} satisfies Record<string, Spec>;

export const yunzhijiaSchedule: Channel<ScheduleInput> = {
  name: "yunzhijia-schedule",
  operations,
  send: sendSchedule,
  tryCredentials: async (account, { signal }) =>
    tryGateway({ scope: "resGroupSecret", bucket: "schedule", ...ONE_OF_THE_TEAM }, { account, signal }),
  check: checkSchedules,
};

/** The same for an account that cannot have a token for schedules: it says so, and asks for none. */
export function yunzhijiaScheduleWithout(missing: "eid" | "resGroupSecret"): Channel<ScheduleInput> {
  const text = `the account has no ${missing}`;
  return {
    ...yunzhijiaSchedule,
    lacks: missing,
    send: async (): Promise<SendOutcome> => ({ kind: "rejected", code: "account", text }),
    check: async (batch) => batch.map(({ outstanding }) => notAskable(outstanding, text)),
  };
}

/** What was sent while the account still had its secret. */
function notAskable(outstanding: readonly LedgerEntry[], detail: string): CheckOutcome {
  const recipients = outstanding.map(({ id }) => ({ kind: "inconclusive" as const, recipient: id, detail }));
  return { recipients, calls: 0, retryAfterMs: null };
}
