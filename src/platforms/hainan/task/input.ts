/**
 * Payloads of Hainan tasks, in the document's own fields (document 003; finish and cancel from docs/platforms/hainan.md, "Tasks"). Unknown fields pass through, as text.
 *
 * Bida's own fields, never sent: `assignees` (one call for each, as in the document's example) and `of` (the
 * key of the delivery that created the task; in a create, of the one whose package it joins).
 */
import { z } from "zod";
import { EVERYBODY } from "../../../delivery/ledger.ts";
import { nearestName } from "../../../delivery/nearest-name.ts";
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

/**
 * Bida's limit, not the platform's: each assignee takes a call of its own, one after the other, and an entry in
 * the ledger.
 */
const MOST_ASSIGNEES = 500;

/** An id as a payload has it; a text once it is parsed. */
type Id = string | number;

export interface Assignee {
  readonly assigneeId: Id;
  readonly assigneeInfo?: string | object;
  readonly bizTaskId?: Id;
  readonly subject?: string;
  readonly url?: string;
  readonly mobileUrl?: string;
}

/** The fields that are read here, of all operations; what an operation requires is in its schema. */
export interface TaskInput {
  readonly assigneeId?: Id;
  readonly assignees?: readonly Assignee[];
  readonly bizTaskId?: Id;
  readonly packageUuid?: string;
  readonly tenantId?: Id;
  readonly subject?: string;
  readonly taskUuid?: string;
  readonly of?: string;
  readonly [field: string]: unknown;
}

const own = {
  assigneeId: id,
  assigneeInfo: person.nullish(),
  bizTaskId: id.nullish(),
  subject: subject.nullish(),
  url: link.nullish(),
  mobileUrl: link.nullish(),
};

/**
 * Unknown fields are refused here, unlike in the payload: a misspelt one would silently give this assignee
 * another task than was meant.
 */
const assignee = z
  .looseObject(own)
  .meta({ additionalProperties: false })
  .superRefine((given, context) => {
    for (const name of Object.keys(given).filter((each) => !Object.hasOwn(own, each))) {
      context.addIssue({ code: "custom", path: [name], message: misspelt(name), input: undefined });
    }
  })
  .transform((given) => withoutNulls(given) as Assignee);

function misspelt(name: string): string {
  const meant = nearestName(name, Object.keys(own));
  const names = Object.keys(own).join(", ");
  return `there is no such field of an assignee; ${meant === null ? `it may have ${names}` : `did you mean ${meant}?`}`;
}

/** `null` in an optional field counts as absent, and is not sent. */
function withoutNulls(given: object): object {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

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

// Each of these rules reads only its own fields, so it runs whatever else is wrong with the payload.
const always = { when: () => true };

export const createInput = z
  .looseObject({
    subject,
    creatorId: id,
    tenantId: id,
    url: link,
    mobileUrl: link,
    assigneeId: id.nullish(),
    assignees: assignees.nullish(),
    bizTaskId: id.nullish(),
    assigneeInfo: person.nullish(),
    creatorInfo: person.nullish(),
    dueTime: dueTime.nullish(),
    packageUuid: text.nullish(),
    of: text.nullish(),
    isSendDynamicCard: flag.nullish(),
    dueNotifyTypeArr: notifyTypes.nullish(),
    dueNotifyLevel: notifyLevel.nullish(),
    isSendWindowNotice: flag.nullish(),
    tag: z.string().nullish(),
    description: z.string().nullish(),
    sourceAppkey: z.string().nullish(),
    detailLinkOpenType: openType.nullish(),
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
  })
  .refine((input) => !(has(input, "of") && has(input, "packageUuid")), {
    ...always,
    path: ["of"],
    error: "expected either packageUuid or of, not both",
  })
  .transform((given) => withoutNulls(given) as TaskInput);

const ended = {
  userId: id,
  taskUuid: text.nullish(),
  of: text.nullish(),
  assigneeId: id.nullish(),
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
  .looseObject({ ...ended, closePackage: flag.nullish() })
  .refine((input) => has(input, "taskUuid") || has(input, "of"), oneTask)
  .refine((input) => !(has(input, "taskUuid") && has(input, "of")), oneName)
  .refine((input) => !(has(input, "taskUuid") && has(input, "assigneeId")), noPick)
  .transform((given) => withoutNulls(given) as TaskInput);

export const cancelInput = z
  .looseObject({ ...ended, cancelPakcage: flag.nullish() })
  .refine((input) => has(input, "taskUuid") || has(input, "of"), oneTask)
  .refine((input) => !(has(input, "taskUuid") && has(input, "of")), oneName)
  .refine((input) => !(has(input, "taskUuid") && has(input, "assigneeId")), noPick)
  // Passed through, it would be silently ignored, and the package would stay.
  .refine((input) => !has(input, "cancelPackage"), {
    ...always,
    path: ["cancelPackage"],
    error: "expected cancelPakcage: the platform spells it so",
  })
  .transform((given) => withoutNulls(given) as TaskInput);

export function assigneesOf({ assignees: several, assigneeId }: TaskInput): readonly string[] {
  if (several !== undefined) return several.map((one) => String(one.assigneeId));
  return [assigneeId === undefined ? EVERYBODY : String(assigneeId)];
}

function areDifferent(ids: readonly Id[]): boolean {
  return new Set(ids.map(String)).size === ids.length;
}

function has(input: unknown, field: string): boolean {
  return typeof input === "object" && input !== null && (input as Record<string, unknown>)[field] != null;
}
