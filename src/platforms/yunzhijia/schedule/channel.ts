/**
 * The channel of Yunzhijia schedules (document 002).
 *
 * Operations on one schedule reach the platform in order: those that name it by `of` share the lane of its
 * create, those that name it by its id share the lane of that id.
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
  // One list of a day shows all schedules that were created on that day.
  asksTogether: true,
  hasNoKey: true,
  entity: (_input, key) => key,
  recipients: () => [EVERYBODY],
  recipientsPerSend: 1,
  receiptField: "workId",
  // A later change is compared with the content of the create, and looked for on the day of its start.
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
  // A delivery has one lane, even where it names several schedules: that of the first one.
  entity: ({ of, ids }) => of ?? ids?.[0] ?? null,
  // One ledger entry for each schedule, so that a partial delete shows which were reached.
  recipients: ({ ids }) => ids ?? [EVERYBODY],
  // One call for all, as the document shows it; it names no limit.
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

/** The channel of an account that cannot get a token for schedules: every send is rejected with the reason. */
export function yunzhijiaScheduleWithout(missing: "eid" | "resGroupSecret"): Channel<ScheduleInput> {
  const text = `the account has no ${missing}`;
  return {
    ...yunzhijiaSchedule,
    lacks: missing,
    send: async (): Promise<SendOutcome> => ({ kind: "rejected", code: "account", text }),
    check: async (batch) => batch.map(({ outstanding }) => notAskable(outstanding, text)),
  };
}

/** The check of what was sent while the account still had its secret. */
function notAskable(outstanding: readonly LedgerEntry[], detail: string): CheckOutcome {
  const recipients = outstanding.map(({ id }) => ({ kind: "inconclusive" as const, recipient: id, detail }));
  return { recipients, calls: 0, retryAfterMs: null };
}
