/**
 * Payloads of Hainan tasks, in the document's own fields (document 003; finish and cancel from PLATFORMS,
 * "Hainan"). Unknown fields pass through, as text.
 *
 * Ours, and never sent: `assignees` (the document's example calls once for each) and `of` (the key of the
 * delivery that created the task).
 */
import { z } from "zod";
import { EVERYBODY } from "../../delivery/ledger.ts";
import {
  dueTime,
  flag,
  id,
  link,
  notifyLevel,
  notifyTypes,
  openType,
  person,
  subject,
  text,
} from "./fields.ts";

/** One call each, one after the other, and one line each in the record: our limit, not the platform's. */
export const MOST_ASSIGNEES = 500;

type Id = string | number;

export interface Assignee {
  readonly assigneeId: Id;
  readonly assigneeInfo?: string | object;
  readonly bizTaskId?: Id;
}

/** The fields that are read here, of all operations; what an operation requires is in its schema. */
export interface TaskInput {
  readonly assigneeId?: Id;
  readonly assignees?: readonly Assignee[];
  readonly bizTaskId?: Id;
  readonly packageUuid?: string;
  readonly subject?: string;
  readonly taskUuid?: string;
  readonly of?: string;
  readonly [field: string]: unknown;
}

const assignee = z.strictObject({
  assigneeId: id,
  assigneeInfo: person.exactOptional(),
  bizTaskId: id.exactOptional(),
});

const assignees = z
  .array(assignee)
  .min(1, "expected at least one assignee")
  .max(MOST_ASSIGNEES, `expected at most ${MOST_ASSIGNEES} assignees`)
  .refine((all) => areDifferent(all.map(({ assigneeId }) => assigneeId)), {
    error: "expected each assigneeId once",
  })
  .refine((all) => areDifferent(all.flatMap(({ bizTaskId }) => bizTaskId ?? [])), {
    error: "expected each bizTaskId once: the platform keeps one task for each",
  });

// These look at single fields alone, so they run whatever else is wrong with the payload.
const always = { when: () => true };

export const createInput = z
  .looseObject({
    subject,
    creatorId: id,
    tenantId: id,
    url: link,
    mobileUrl: link,
    assigneeId: id.exactOptional(),
    assignees: assignees.exactOptional(),
    bizTaskId: id.exactOptional(),
    assigneeInfo: person.exactOptional(),
    creatorInfo: person.exactOptional(),
    dueTime: dueTime.exactOptional(),
    packageUuid: text.exactOptional(),
    isSendDynamicCard: flag.exactOptional(),
    dueNotifyTypeArr: notifyTypes.exactOptional(),
    dueNotifyLevel: notifyLevel.exactOptional(),
    isSendWindowNotice: flag.exactOptional(),
    tag: z.string().exactOptional(),
    description: z.string().exactOptional(),
    sourceAppkey: z.string().exactOptional(),
    detailLinkOpenType: openType.exactOptional(),
  })
  .refine((input) => has(input, "assigneeId") || has(input, "assignees"), {
    ...always,
    path: ["assigneeId"],
    error: "expected assigneeId, or assignees for several",
  })
  .refine((input) => !(has(input, "assigneeId") && has(input, "assignees")), {
    ...always,
    path: ["assignees"],
    error: "expected either assigneeId or assignees, not both",
  })
  .refine((input) => !(has(input, "assigneeInfo") && has(input, "assignees")), {
    ...always,
    path: ["assigneeInfo"],
    error: "expected assigneeInfo beside each assigneeId in assignees",
  });

const ended = {
  userId: id,
  taskUuid: text.exactOptional(),
  of: text.exactOptional(),
  assigneeId: id.exactOptional(),
};

const oneTask = {
  ...always,
  path: ["taskUuid"],
  error: "expected taskUuid, or of with the key of the create",
};
const oneName = { ...always, path: ["of"], error: "expected either taskUuid or of, not both" };
const noPick = {
  ...always,
  path: ["assigneeId"],
  error: "expected assigneeId only with of: a taskUuid names one task",
};

export const finishInput = z
  .looseObject({ ...ended, closePackage: flag.exactOptional() })
  .refine((input) => has(input, "taskUuid") || has(input, "of"), oneTask)
  .refine((input) => !(has(input, "taskUuid") && has(input, "of")), oneName)
  .refine((input) => !(has(input, "taskUuid") && has(input, "assigneeId")), noPick);

export const cancelInput = z
  .looseObject({ ...ended, cancelPakcage: flag.exactOptional() })
  .refine((input) => has(input, "taskUuid") || has(input, "of"), oneTask)
  .refine((input) => !(has(input, "taskUuid") && has(input, "of")), oneName)
  .refine((input) => !(has(input, "taskUuid") && has(input, "assigneeId")), noPick)
  // Passed through, it would be ignored without a word, and the package would stay.
  .refine((input) => !has(input, "cancelPackage"), {
    ...always,
    path: ["cancelPackage"],
    error: "expected cancelPakcage: the platform spells it so",
  });

export function assigneesOf({ assignees: several, assigneeId }: TaskInput): readonly string[] {
  if (several !== undefined) return several.map((one) => String(one.assigneeId));
  return [assigneeId === undefined ? EVERYBODY : String(assigneeId)];
}

function areDifferent(ids: readonly Id[]): boolean {
  return new Set(ids.map(String)).size === ids.length;
}

function has(input: unknown, field: string): boolean {
  return typeof input === "object" && input !== null && field in input;
}
