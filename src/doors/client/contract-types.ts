/**
 * Made from openapi.json by `npm run openapi`; not edited by hand. Types alone: the client needs no package.
 */
/**
 */
export type DeadReason =
  | "rejected"
  | "partial"
  | "unproven"
  | "unauthorized"
  | "expired"
  | "poison"
  | "blocked"
  | "invalid"
  | "unconfigured";
/**
 */
export type DeliveryStatus =
  "queued" | "sending" | "retrying" | "confirming" | "confirmed" | "dead" | "discarded" | "cancelled";
/**
 */
export type ProblemCode =
  | "invalid"
  | "malformed"
  | "unauthenticated"
  | "forbidden"
  | "notFound"
  | "unknownAccount"
  | "methodNotAllowed"
  | "notAcceptable"
  | "tooLarge"
  | "keyConflict"
  | "acceptedNotDurable"
  | "tooLate"
  | "notDead"
  | "notDiscarded"
  | "claimed"
  | "notAsked"
  | "notHeld"
  | "conflict"
  | "unreadable"
  | "stillConfigured"
  | "unfinished"
  | "queueFull"
  | "tooManyRequests"
  | "unavailable"
  | "internal";
/**
 */
export type RecipientStatus = "waiting" | "accepted" | "unknown" | "confirmed" | "rejected" | "unproven";
/**
 */
export type EvidenceKind = "check" | "list" | "detail" | "reply";
/**
 */
export type Knowledge = "notSent" | "accepted" | "unknown";
/**
 * The mark of a group; null if it has none.
 *
 */
export type GroupMark = {
  acknowledgedAt: string | null;
  acknowledgedBy: string | null;
  assignee: string | null;
  snoozedUntil: string | null;
  note: string | null;
  /**
   * Who changed it last.
   */
  by: string;
  at: string;
} | null;
/**
 */
export type ActionKind = "replay" | "edit" | "discard" | "verify" | "forget";
/**
 */
export type ActionStatus = "running" | "done" | "cancelled";
/**
 */
export type Role = "viewer" | "producer" | "operator" | "admin" | "metrics";
/**
 */
export type OpenSessionRequest =
  | {
      key: string;
    }
  | {
      link: string;
    };
/**
 */
export type ChangeSandboxRequest =
  | {
      clear: true;
    }
  | {
      fault:
        | "unavailable"
        | "throttled"
        | "error-after"
        | "cut-after"
        | "not-stored"
        | "late"
        | "parameter-error"
        | "bad-recipients"
        | "token-expired";
      times?: number;
      /**
       * For that long, any number of times, instead of `times`.
       */
      forMs?: number;
    };

/**
 * Puts a todo in front of people; proven through checkcreatetodo, for each recipient. Source: document 000, section 1.3 (generatetodo).
 *
 */
export interface TodoCreatePayload {
  /**
   * Where a click on the todo leads.
   */
  url: string;
  /**
   * The id of the business record; with appId it names the todo. In todo.update it is called sourceitemid.
   */
  sourceId: string;
  /**
   * The source that the todo shows.
   */
  title: string;
  /**
   * URL of the image shown next to it.
   */
  headImg: string;
  /**
   * The application; the account's own.
   */
  appId: string;
  /**
   * The recipients, at most 100.
   *
   * @minItems 1
   * @maxItems 100
   */
  params: {
    /**
     * The recipient.
     */
    openId: string;
    /**
     * Its first state; by default it is to be done and unread.
     */
    status?: {
      /**
       * 0 to be done, 1 done; 0 if it is left out.
       */
      DO?: (0 | 1) | null;
      /**
       * 0 unread, 1 read; 0 if it is left out.
       */
      READ?: (0 | 1) | null;
    } | null;
    /**
     * For this recipient, instead of url. A newer option of the platform.
     */
    url?: string | null;
    /**
     * For this recipient, instead of content. A newer option of the platform.
     */
    content?: string | null;
  }[];
  /**
   * The text of the todo.
   */
  content?: string | null;
  /**
   * The title of the todo itself; the platform uses title if it is left out.
   */
  itemtitle?: string | null;
  /**
   * The sender's openId.
   */
  senderId?: string | null;
  /**
   * Whether the platform answers with its verdict, instead of `received`. A newer option of the platform.
   */
  sync?: boolean | null;
  /**
   * A newer option of the platform; passed through.
   */
  todoType?: string | number | null;
  /**
   * A newer option of the platform; passed through.
   */
  tagId?: string | number | null;
  /**
   * A newer option of the platform; passed through.
   */
  passUrl?: string | boolean | null;
}
/**
 * Marks a todo as done, read or deleted; proven through checkcreatetodo if that shows it. Source: document 000, section 1.4 (action).
 *
 */
export interface TodoUpdatePayload {
  /**
   * The application, as appId in todo.create.
   */
  sourcetype: string;
  /**
   * The id of the business record, as sourceId in todo.create.
   */
  sourceitemid: string;
  /**
   * The state to reach. The platform takes a field that is left out for 0: `{}` is not done, not read.
   */
  actiontype: {
    /**
     * 1 done, 0 not done. Done cannot be undone.
     */
    deal?: (0 | 1) | null;
    /**
     * 1 read, 0 unread.
     */
    read?: (0 | 1) | null;
    /**
     * 1 deleted, 0 not deleted.
     */
    delete?: (0 | 1) | null;
  };
  /**
   * Whose todo; a list, or a text with commas between them. Default: everybody's under this sourceitemid.
   */
  openids?: (string[] | string) | null;
  /**
   * Whether the platform answers with its verdict, instead of `received`. A newer option of the platform.
   */
  sync?: boolean | null;
}
/**
 * Creates a schedule for its participants. Source: document 002 (create).
 *
 */
export interface ScheduleCreatePayload {
  /**
   * The openId of the schedule's creator.
   */
  openid: string;
  /**
   * Its subject.
   */
  content: string;
  /**
   * When it begins: milliseconds since 1970.
   */
  startDate: number;
  /**
   * When it ends: milliseconds since 1970, not before startDate.
   */
  endDate: number;
  /**
   * openIds of the participants.
   */
  actors?: string[] | null;
  /**
   * Reminder: -1 none, 0 at the start, 15 minutes before it, or 60.
   */
  noticeTime?: (-1 | 0 | 15 | 60) | null;
  /**
   * Instead of noticeTime, several. A newer option of the platform.
   */
  noticeTimes?: number[] | null;
  /**
   * 1 important, 0 not.
   */
  topState?: (0 | 1) | null;
  /**
   * Whether minutes must be handed in.
   */
  submitExperience?: boolean | null;
  /**
   * Its origin; free text that the lists return. A newer option of the platform.
   */
  channel?: string | null;
  /**
   * 0 once, 1 every workday, 2 every day, 3 every week, 4 every two weeks, 5 every month.
   */
  repeat?: number | null;
  /**
   * The last day of the series: milliseconds since 1970.
   */
  repeatEndDate?: number | null;
}
/**
 * Creates a series of schedules. Source: document 002 (repeatWork).
 *
 */
export interface ScheduleRepeatPayload {
  /**
   * The openId of the schedule's creator.
   */
  openid: string;
  /**
   * Its subject.
   */
  content: string;
  /**
   * When it begins: milliseconds since 1970.
   */
  startDate: number;
  /**
   * When it ends: milliseconds since 1970, not before startDate.
   */
  endDate: number;
  /**
   * openIds of the participants.
   */
  actors?: string[] | null;
  /**
   * Reminder: -1 none, 0 at the start, 15 minutes before it, or 60.
   */
  noticeTime?: (-1 | 0 | 15 | 60) | null;
  /**
   * Instead of noticeTime, several. A newer option of the platform.
   */
  noticeTimes?: number[] | null;
  /**
   * 1 important, 0 not.
   */
  topState?: (0 | 1) | null;
  /**
   * Whether minutes must be handed in.
   */
  submitExperience?: boolean | null;
  /**
   * Its origin; free text that the lists return. A newer option of the platform.
   */
  channel?: string | null;
  /**
   * 0 once, 1 every workday, 2 every day, 3 every week, 4 every two weeks, 5 every month.
   */
  repeat: number;
  /**
   * The last day of the series: milliseconds since 1970.
   */
  repeatEndDate?: number | null;
}
/**
 * Changes one schedule. Source: document 002 (modify).
 *
 */
export interface ScheduleModifyPayload {
  /**
   * The openId of the schedule's creator.
   */
  openid: string;
  /**
   * The schedule's id, a workId of the platform.
   */
  id?: string | null;
  /**
   * Instead of id: the key of the delivery that creates the schedule. Bida's own; never sent.
   */
  of?: string | null;
  /**
   * Its subject.
   */
  content?: string | null;
  /**
   * When it begins: milliseconds since 1970.
   */
  startDate?: number | null;
  /**
   * When it ends: milliseconds since 1970, not before startDate.
   */
  endDate?: number | null;
  /**
   * openIds of participants to add.
   */
  addActors?: string[] | null;
  /**
   * openIds of participants to remove.
   */
  delActors?: string[] | null;
  /**
   * Reminder: -1 none, 0 at the start, 15 minutes before it, or 60.
   */
  noticeTime?: (-1 | 0 | 15 | 60) | null;
  /**
   * Instead of noticeTime, several. A newer option of the platform.
   */
  noticeTimes?: number[] | null;
  /**
   * 1 important, 0 not.
   */
  topState?: (0 | 1) | null;
  /**
   * Whether minutes must be handed in.
   */
  submitExperience?: boolean | null;
  /**
   * Its origin; free text that the lists return. A newer option of the platform.
   */
  channel?: string | null;
}
/**
 * Marks a schedule as done for one person. Source: document 002 (finish).
 *
 */
export interface ScheduleFinishPayload {
  /**
   * The openId of the schedule's creator.
   */
  openid: string;
  /**
   * The schedule's id, a workId of the platform.
   */
  id?: string | null;
  /**
   * Instead of id: the key of the delivery that creates the schedule. Bida's own; never sent.
   */
  of?: string | null;
}
/**
 * Marks a schedule as not done for one person. Source: document 002 (unfinish).
 *
 */
export interface ScheduleUnfinishPayload {
  /**
   * The openId of the schedule's creator.
   */
  openid: string;
  /**
   * The schedule's id, a workId of the platform.
   */
  id?: string | null;
  /**
   * Instead of id: the key of the delivery that creates the schedule. Bida's own; never sent.
   */
  of?: string | null;
}
/**
 * Changes a schedule of a series and those after it. Source: document 002 (batchModify).
 *
 */
export interface ScheduleBatchModifyPayload {
  /**
   * The openId of the schedule's creator.
   */
  openid: string;
  /**
   * The schedule's id, a workId of the platform.
   */
  id?: string | null;
  /**
   * Instead of id: the key of the delivery that creates the schedule. Bida's own; never sent.
   */
  of?: string | null;
  /**
   * Its subject.
   */
  content?: string | null;
  /**
   * When it begins: milliseconds since 1970.
   */
  startDate?: number | null;
  /**
   * When it ends: milliseconds since 1970, not before startDate.
   */
  endDate?: number | null;
  /**
   * openIds of participants to add.
   */
  addActors?: string[] | null;
  /**
   * openIds of participants to remove.
   */
  delActors?: string[] | null;
  /**
   * Reminder: -1 none, 0 at the start, 15 minutes before it, or 60.
   */
  noticeTime?: (-1 | 0 | 15 | 60) | null;
  /**
   * Instead of noticeTime, several. A newer option of the platform.
   */
  noticeTimes?: number[] | null;
  /**
   * 1 important, 0 not.
   */
  topState?: (0 | 1) | null;
  /**
   * Whether minutes must be handed in.
   */
  submitExperience?: boolean | null;
  /**
   * Its origin; free text that the lists return. A newer option of the platform.
   */
  channel?: string | null;
  /**
   * openIds of the participants.
   */
  actors?: string[] | null;
  /**
   * 0 once, 1 every workday, 2 every day, 3 every week, 4 every two weeks, 5 every month.
   */
  repeat?: (number | string) | null;
  /**
   * The last day of the series: milliseconds since 1970.
   */
  repeatEndDate?: number | null;
  /**
   * The series: the id of its first schedule. Not needed if id is that one.
   */
  batchId?: string | null;
}
/**
 * Deletes a schedule of a series and those after it. Source: document 002 (batchDelete).
 *
 */
export interface ScheduleBatchDeletePayload {
  /**
   * The openId of the schedule's creator.
   */
  openid: string;
  /**
   * The schedule's id, a workId of the platform.
   */
  id?: string | null;
  /**
   * Instead of id: the key of the delivery that creates the schedule. Bida's own; never sent.
   */
  of?: string | null;
  /**
   * The series: the id of its first schedule. Not needed if id is that one.
   */
  batchId?: string | null;
}
/**
 * Deletes schedules; only their creator may. Source: document 002 (delete).
 *
 */
export interface ScheduleDeletePayload {
  /**
   * The openId of the schedule's creator.
   */
  openid: string;
  /**
   * The schedules' ids, workIds of the platform.
   */
  ids?: string[] | null;
  /**
   * Instead of ids: the key of the delivery that creates the schedule. Bida's own; never sent.
   */
  of?: string | null;
}
/**
 * Creates a task for one or many assignees; proven by its taskUuid and packageUuid. Source: document 003 (create task v2).
 *
 */
export interface TaskCreatePayload {
  /**
   * The title, at most 200 characters.
   */
  subject: string;
  /**
   * Who creates it: an accountId.
   */
  creatorId: string | number;
  /**
   * The tenant.
   */
  tenantId: string | number;
  /**
   * The page that it opens on a PC: a GET URL with parameters, at most 1000 characters.
   */
  url: string;
  /**
   * The page that it opens on a phone: a GET URL with parameters, at most 1000 characters.
   */
  mobileUrl: string;
  /**
   * The assignee: an accountId. For several people, see assignees.
   */
  assigneeId?: (string | number) | null;
  /**
   * Several people, in one package: each gets a task of their own. Bida's own; never sent.
   */
  assignees?:
    | {
        /**
         * The assignee: an accountId.
         */
        assigneeId: string | number;
        /**
         * Name and image, as an object `{imgId, name}` or as JSON in a text; without it, none are shown.
         */
        assigneeInfo?:
          | (
              | {
                  [k: string]: unknown;
                }
              | string
            )
          | null;
        /**
         * For this task, instead of the payload's.
         */
        bizTaskId?: (string | number) | null;
        /**
         * For this task, instead of the payload's.
         */
        subject?: string | null;
        /**
         * For this task, instead of the payload's.
         */
        url?: string | null;
        /**
         * For this task, instead of the payload's.
         */
        mobileUrl?: string | null;
      }[]
    | null;
  /**
   * The id of the business record, unique there: the platform keeps one task for each id.
   */
  bizTaskId?: (string | number) | null;
  /**
   * Name and image, as an object `{imgId, name}` or as JSON in a text; without it, none are shown.
   */
  assigneeInfo?:
    | (
        | {
            [k: string]: unknown;
          }
        | string
      )
    | null;
  /**
   * Name and image, as an object `{imgId, name}` or as JSON in a text; without it, none are shown.
   */
  creatorInfo?:
    | (
        | {
            [k: string]: unknown;
          }
        | string
      )
    | null;
  /**
   * When it is due: yyyy-MM-dd HH:mm:ss.
   */
  dueTime?: string | null;
  /**
   * The package that the task joins; without it, a new one is made.
   */
  packageUuid?: string | null;
  /**
   * Instead of packageUuid: the key of the create whose package it joins. Bida's own; never sent.
   */
  of?: string | null;
  /**
   * Whether a dynamic card is sent.
   */
  isSendDynamicCard?: (boolean | ("true" | "false")) | null;
  /**
   * How to remind: app (a window), notification (a message), or both, as a list or with a comma.
   */
  dueNotifyTypeArr?: (("app" | "notification")[] | string) | null;
  /**
   * When to remind: 0 at dueTime, 1 15 minutes before it, 2 an hour, 3 three hours, 4 a day.
   */
  dueNotifyLevel?: (number | string) | null;
  /**
   * Whether a window is shown.
   */
  isSendWindowNotice?: (boolean | ("true" | "false")) | null;
  /**
   * A tag.
   */
  tag?: string | null;
  /**
   * A longer text.
   */
  description?: string | null;
  /**
   * The appkey of its origin, assigned by the task centre.
   */
  sourceAppkey?: string | null;
  /**
   * How url is opened: pc_slide (next to the page) or ddtab (in a tab of its own; the default).
   */
  detailLinkOpenType?: ("pc_slide" | "ddtab") | null;
}
/**
 * Finishes a task. Source: finish.json of the same product; not in document 003.
 *
 */
export interface TaskFinishPayload {
  /**
   * Who ends it: an accountId.
   */
  userId: string | number;
  /**
   * The task.
   */
  taskUuid?: string | null;
  /**
   * Instead of taskUuid: the key of the delivery that creates the task. Bida's own; never sent.
   */
  of?: string | null;
  /**
   * With of, if the create has several assignees: whose task. Bida's own; never sent.
   */
  assigneeId?: (string | number) | null;
  /**
   * Whether the whole package is finished with it.
   */
  closePackage?: (boolean | ("true" | "false")) | null;
}
/**
 * Cancels a task. Source: cancel.json of the same product; not in document 003.
 *
 */
export interface TaskCancelPayload {
  /**
   * Who ends it: an accountId.
   */
  userId: string | number;
  /**
   * The task.
   */
  taskUuid?: string | null;
  /**
   * Instead of taskUuid: the key of the delivery that creates the task. Bida's own; never sent.
   */
  of?: string | null;
  /**
   * With of, if the create has several assignees: whose task. Bida's own; never sent.
   */
  assigneeId?: (string | number) | null;
  /**
   * Whether the whole package is cancelled with it; the platform's spelling.
   */
  cancelPakcage?: (boolean | ("true" | "false")) | null;
}
/**
 * Waits until a message that somebody else caused stands in the platform's lists. Source: document 001 (unread, read, waitHandle).
 *
 */
export interface MessageAwaitPayload {
  /**
   * The message's own id.
   */
  id?: (string | number) | null;
  /**
   * The plugin that it comes from.
   */
  plugin?: (string | number) | null;
  /**
   * Its kind.
   */
  notice_type?: (string | number) | null;
  /**
   * The staff id that it is for.
   */
  recipient_id?: (string | number) | null;
  /**
   * The complete message_body.
   */
  head?: string | null;
  /**
   * The complete message_body.
   */
  title?: string | null;
  /**
   * The complete message_body.
   */
  content?: string | null;
  /**
   * The complete message_body.
   */
  project_name?: string | null;
  /**
   * Not created before: 2022-08-05 17:35:00 (Asia/Shanghai), or ISO 8601. Without it, an old message proves the delivery too.
   */
  since?: string | null;
  /**
   * The state to wait for: delivered, read or handled.
   */
  state?: "delivered" | "read" | "handled";
}
/**
 * The reason, for the audit.
 *
 */
export interface NoteRequest {
  note?: string;
}
/**
 */
export interface DeadLetterFilter {
  account?: string;
  reason?: DeadReason;
  operation?: string;
  /**
   * The platform's own code of a refusal; `-` for those without one.
   */
  code?: string;
  recipient?: string;
  key?: string;
  /**
   * The whole name, as a delivery shows it.
   */
  lane?: string;
  /**
   * An id that the platform gave, for example a workId.
   */
  receipt?: string;
  generation?: number;
  /**
   * At least this many sends.
   */
  sends?: number;
  /**
   * A part of the text of `detail`.
   */
  text?: string;
  /**
   * A field of the metadata and its value: `order=4711`.
   */
  metadata?: string;
  /**
   * The name of an API key or of another way in, as a delivery shows it.
   */
  producer?: string;
  /**
   * The X-Request-Id of the request that created it; kept until it is trimmed.
   */
  requestId?: string;
  since?: number | string;
  until?: number | string;
}
/**
 */
export interface Accepted {
  id: string;
  result: "created" | "existing";
  /**
   * JSON pointers of the parts (metadata, priority) that differ from the first request with this key, and are ignored.
   */
  ignored?: string[];
}
/**
 * RFC 9457
 *
 */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail: string;
  requestId: string;
  errors?: FieldError[];
  /**
   * The delivery that it conflicts with.
   */
  id?: string;
}
/**
 */
export interface FieldError {
  /**
   * JSON pointer (RFC 6901) into the body; /query/… and /path/… for the rest of the request.
   */
  pointer: string;
  detail: string;
}
/**
 */
export interface DeliveryPage {
  items: Delivery[];
  /**
   * Null on the last page. A page may be short or empty and still have a next one.
   */
  nextCursor: string | null;
}
/**
 */
export interface Delivery {
  id: string;
  account: string;
  operation: string;
  key: string | null;
  lane: string | null;
  status: DeliveryStatus;
  /**
   * Why it is dead.
   */
  reason: DeadReason | null;
  /**
   * The reason for its status, in the language of Accept-Language.
   */
  detail: string | null;
  recipients: Recipient[];
  /**
   * The platform's own ids, for example workId.
   */
  receipt: {
    [k: string]: string;
  } | null;
  knowledge: Knowledge;
  createdAt: string;
  notBefore: string | null;
  deadlineAt: string;
  nextAt: string | null;
  acceptedAt: string | null;
  finishedAt: string | null;
  discardedAt: string | null;
  /**
   * Until when a discard can be taken back.
   */
  restorableUntil: string | null;
  sends: number;
  checks: number;
  /**
   * 1 for the original, plus 1 for each replay.
   */
  generation: number;
  metadata: {
    [k: string]: unknown;
  } | null;
  /**
   * The API key or other way in that created it; null if an earlier version acknowledged it.
   */
  producer: string | null;
  /**
   * The X-Request-Id of the request that created it; null for another way in, and after it is trimmed.
   */
  requestId: string | null;
}
/**
 */
export interface Recipient {
  /**
   * `*` for an operation that names no recipients.
   */
  id: string;
  status: RecipientStatus;
  /**
   * What proves it.
   */
  evidence: {
    kind: EvidenceKind;
    at: string;
    digest: string;
    note?: string;
  } | null;
  at: string | null;
  /**
   * The platform's own ids, for example workId.
   */
  receipt: {
    [k: string]: string;
  } | null;
  detail: string | null;
}
/**
 */
export interface BatchAnswer {
  items: BatchItem[];
}
/**
 */
export interface BatchItem {
  /**
   * The status that the same request would have got alone.
   */
  status: number;
  id: string | null;
  result: "created" | "existing" | "refused";
  /**
   * JSON pointers of the parts (metadata, priority) that differ from the first request with this key, and are ignored.
   */
  ignored?: string[];
  code?: ProblemCode;
  detail?: string;
  errors?: FieldError[];
}
/**
 */
export interface InspectedDelivery {
  id: string;
  account: string;
  operation: string;
  key: string | null;
  lane: string | null;
  status: DeliveryStatus;
  /**
   * Why it is dead.
   */
  reason: DeadReason | null;
  /**
   * The reason for its status, in the language of Accept-Language.
   */
  detail: string | null;
  recipients: Recipient[];
  /**
   * The platform's own ids, for example workId.
   */
  receipt: {
    [k: string]: string;
  } | null;
  knowledge: Knowledge;
  createdAt: string;
  notBefore: string | null;
  deadlineAt: string;
  nextAt: string | null;
  acceptedAt: string | null;
  finishedAt: string | null;
  discardedAt: string | null;
  /**
   * Until when a discard can be taken back.
   */
  restorableUntil: string | null;
  sends: number;
  checks: number;
  /**
   * 1 for the original, plus 1 for each replay.
   */
  generation: number;
  metadata: {
    [k: string]: unknown;
  } | null;
  /**
   * The API key or other way in that created it; null if an earlier version acknowledged it.
   */
  producer: string | null;
  /**
   * The X-Request-Id of the request that created it; null for another way in, and after it is trimmed.
   */
  requestId: string | null;
  /**
   * It ended longer ago than policy.trimAfter: it has no payload, and a short timeline.
   */
  trimmed?: true;
  /**
   * With include=timeline.
   */
  timeline?: TimelineEntry[];
  /**
   * With include=payload, unless it is trimmed.
   */
  payload?: {
    [k: string]: unknown;
  };
  /**
   * With include=payload: the payloads that edits have replaced, the oldest first.
   */
  originals?: {
    [k: string]: unknown;
  }[];
  /**
   * With include=callback; null if it has no callback.
   */
  callback?: Callback | null;
  /**
   * Its trace; null if traces are off, or this one is not sampled. Answers to actions leave it out.
   */
  trace?: {
    id: string;
    /**
     * As `console.traceUrl` says.
     */
    url: string | null;
  } | null;
}
/**
 * One event, with the fields of its kind.
 *
 */
export interface TimelineEntry {
  at: string;
  event: string;
}
/**
 * The state of the callback. `waiting`: the delivery has not ended.
 *
 */
export interface Callback {
  /**
   * Without the query.
   */
  url: string;
  status: "waiting" | "due" | "delivered" | "dead";
  attempts: number;
  /**
   * The result of the last attempt, or what it waits for.
   */
  detail: string | null;
}
/**
 */
export interface DeadLetterGroups {
  items: {
    account: string;
    operation: string;
    reason: DeadReason | null;
    /**
     * The platform's own code of the refusal.
     */
    code: string | null;
    count: number;
    /**
     * The id of the latest one.
     */
    example: string;
    /**
     * Why the latest one is dead; null except for the largest groups.
     */
    detail: string | null;
    /**
     * What the code means, in the language of Accept-Language; null if that is unknown.
     */
    cause: string | null;
    /**
     * With include=details: how many died in each three of the last 24 hours, the earliest first. Null except for the largest groups, and if a filter reads the records.
     */
    trend: number[] | null;
    /**
     * With include=details: lanes in which deliveries wait behind one of these dead letters, and how many wait. It counts the latest thousand held lanes, and fifty of those with waiting deliveries. Null when `trend` is null.
     */
    held: {
      lanes: number;
      waiting: number;
    } | null;
    latestAt: string;
    firstAt: string;
    /**
     * `recurring`: one died after somebody had acknowledged the group.
     */
    state: "new" | "acknowledged" | "snoozed" | "recurring";
    mark: GroupMark;
  }[];
  counted: number;
  /**
   * False if there are more dead letters than one answer reads.
   */
  isComplete: boolean;
}
/**
 */
export interface Action {
  id: string;
  kind: ActionKind;
  status: ActionStatus;
  dryRun: boolean;
  filter: {
    [k: string]: unknown;
  };
  by: string;
  note: string | null;
  ratePerSecond: number;
  startedAt: string;
  finishedAt: string | null;
  /**
   * Dead letters in the lists that the action reads.
   */
  total: number;
  looked: number;
  matched: number;
  done: number;
  /**
   * Somebody else changed them first.
   */
  skipped: number;
  /**
   * They cannot be replayed as they are. In a `verify`: not found, or unclear.
   */
  failed: number;
  /**
   * The field that an `edit` changes, as a JSON pointer.
   */
  edits: string | null;
  /**
   * The action that it repeats for the failed items.
   */
  repeats: string | null;
  /**
   * The current result of the replayed deliveries; null in lists and for other actions.
   */
  since: {
    confirmed: number;
    diedAgain: number;
    open: number;
  } | null;
}
/**
 */
export interface StartedEdit {
  id: string;
  kind: ActionKind;
  status: ActionStatus;
  dryRun: boolean;
  filter: {
    [k: string]: unknown;
  };
  by: string;
  note: string | null;
  ratePerSecond: number;
  startedAt: string;
  finishedAt: string | null;
  /**
   * Dead letters in the lists that the action reads.
   */
  total: number;
  looked: number;
  matched: number;
  done: number;
  /**
   * Somebody else changed them first.
   */
  skipped: number;
  /**
   * They cannot be replayed as they are. In a `verify`: not found, or unclear.
   */
  failed: number;
  /**
   * The field that an `edit` changes, as a JSON pointer.
   */
  edits: string | null;
  /**
   * The action that it repeats for the failed items.
   */
  repeats: string | null;
  /**
   * The current result of the replayed deliveries; null in lists and for other actions.
   */
  since: {
    confirmed: number;
    diedAgain: number;
    open: number;
  } | null;
  /**
   * The result for the first few.
   */
  sample: {
    id: string;
    account: string;
    key: string | null;
    /**
     * JSON; null if the field was not there.
     */
    before: string | null;
    after: string | null;
    /**
     * Why it would be left unchanged.
     */
    refused: string | null;
  }[];
}
/**
 */
export interface Verified {
  /**
   * `there`: it is confirmed now. `absent`: it was not found, which proves nothing yet; a replay asks again.
   */
  verdict: "there" | "absent" | "partly" | "unknown";
  delivery: Delivery;
  recipients: {
    recipient: string;
    seen: "there" | "absent" | "pending" | "contradicted" | "unknown";
    detail: string | null;
  }[];
  /**
   * Unclaimed items on the platform that may be this one, for a person to check.
   */
  candidates: Candidate[];
}
/**
 */
export interface Candidate {
  id: string;
  detail: string;
}
/**
 */
export interface Restored {
  delivery: Delivery;
  /**
   * How many wait in its lane; a replay goes behind them.
   */
  ahead: number;
}
/**
 */
export interface MarkedGroup {
  mark: GroupMark;
}
/**
 */
export interface DeadCallbackPage {
  items: DeadCallback[];
  /**
   * Null on the last page.
   */
  nextCursor: string | null;
}
/**
 */
export interface DeadCallback {
  id: string;
  account: string;
  operation: string;
  key: string | null;
  lane: string | null;
  status: DeliveryStatus;
  /**
   * Why it is dead.
   */
  reason: DeadReason | null;
  /**
   * The reason for its status, in the language of Accept-Language.
   */
  detail: string | null;
  recipients: Recipient[];
  /**
   * The platform's own ids, for example workId.
   */
  receipt: {
    [k: string]: string;
  } | null;
  knowledge: Knowledge;
  createdAt: string;
  notBefore: string | null;
  deadlineAt: string;
  nextAt: string | null;
  acceptedAt: string | null;
  finishedAt: string | null;
  discardedAt: string | null;
  /**
   * Until when a discard can be taken back.
   */
  restorableUntil: string | null;
  sends: number;
  checks: number;
  /**
   * 1 for the original, plus 1 for each replay.
   */
  generation: number;
  metadata: {
    [k: string]: unknown;
  } | null;
  /**
   * The API key or other way in that created it; null if an earlier version acknowledged it.
   */
  producer: string | null;
  /**
   * The X-Request-Id of the request that created it; null for another way in, and after it is trimmed.
   */
  requestId: string | null;
  callback: Callback;
}
/**
 */
export interface ActionPage {
  items: Action[];
  nextCursor: string | null;
}
/**
 */
export interface FailedItemPage {
  items: FailedItem[];
  nextCursor: string | null;
}
/**
 */
export interface FailedItem {
  id: string;
  account: string;
  key: string | null;
  detail: string;
}
/**
 */
export interface AccountList {
  items: Account[];
  nextCursor: null;
}
/**
 */
export interface Account {
  name: string;
  platform: string;
  /**
   * False once the account has left the configuration: its deliveries end at their deadlines.
   */
  configured: boolean;
  /**
   * The account was retired, after it had left the configuration.
   */
  retired: boolean;
  paused: boolean;
  /**
   * Who paused it, why, and when it resumes by itself.
   */
  pause: {
    by: string;
    note: string | null;
    since: string;
    until: string | null;
  } | null;
  /**
   * Acknowledged and not yet ended.
   */
  backlog: number;
  counts: StatusCounts;
  oldestAt: string | null;
  oldestAgeMs: number | null;
  breaker: {
    state: "closed" | "open" | "held";
    until: string | null;
    /**
     * Which calls it stops; null for none.
     */
    of: ("all" | "sends" | "checks") | null;
  };
  tokens: {
    scope: string;
    present: boolean;
    ageMs: number | null;
  }[];
  /**
   * Calls per second.
   */
  rates: {
    [k: string]: number;
  };
  concurrency: number;
  /**
   * Keys of this account in Redis that hold a value of another type: somebody else has written there. This answer treats them as empty. Usually there are none.
   */
  brokenKeys: string[];
}
/**
 */
export interface StatusCounts {
  queued: number;
  sending: number;
  retrying: number;
  confirming: number;
  confirmed: number;
  dead: number;
  discarded: number;
  cancelled: number;
}
/**
 */
export interface AccountDetail {
  name: string;
  platform: string;
  /**
   * False once the account has left the configuration: its deliveries end at their deadlines.
   */
  configured: boolean;
  /**
   * The account was retired, after it had left the configuration.
   */
  retired: boolean;
  paused: boolean;
  /**
   * Who paused it, why, and when it resumes by itself.
   */
  pause: {
    by: string;
    note: string | null;
    since: string;
    until: string | null;
  } | null;
  /**
   * Acknowledged and not yet ended.
   */
  backlog: number;
  counts: StatusCounts;
  oldestAt: string | null;
  oldestAgeMs: number | null;
  breaker: {
    state: "closed" | "open" | "held";
    until: string | null;
    /**
     * Which calls it stops; null for none.
     */
    of: ("all" | "sends" | "checks") | null;
  };
  tokens: {
    scope: string;
    present: boolean;
    ageMs: number | null;
  }[];
  /**
   * Calls per second.
   */
  rates: {
    [k: string]: number;
  };
  concurrency: number;
  /**
   * Keys of this account in Redis that hold a value of another type: somebody else has written there. This answer treats them as empty. Usually there are none.
   */
  brokenKeys: string[];
  /**
   * Check calls about one entity in one window; null if the account makes no checks.
   */
  checkBudget: {
    calls: number;
    windowMs: number;
  } | null;
  /**
   * Milliseconds that a call made now would wait for its place in each of `rates`.
   */
  waitMs: {
    [k: string]: number;
  };
  /**
   * How long each of `tokens` is still valid; null for a missing one.
   */
  tokenLastsMs: {
    [k: string]: number | null;
  };
  /**
   * The latest fifty, the latest first, as workers write them every two seconds.
   */
  errors: AccountError[];
  /**
   * The latest fifty, the latest first.
   */
  breakerChanges: BreakerChange[];
  /**
   * The mirrors of its messages.
   */
  mirrors: {
    to: string;
    /**
     * Everything that its lists showed up to then is mirrored; null before the first complete round.
     */
    until: string | null;
    /**
     * How long ago that was: normally a few rounds.
     */
    lagMs: number | null;
    /**
     * Staff ids without a recipient, and how many messages they had; at most fifty.
     */
    unmapped: {
      staffId: string;
      messages: number;
    }[];
  }[];
  /**
   * Its configuration, without secrets; null after it has left the configuration.
   */
  settings: {
    [k: string]: unknown;
  } | null;
}
/**
 */
export interface AccountError {
  at: string;
  of: "send" | "check" | "token" | "account";
  /**
   * The delivery; null if the error is about the account.
   */
  id: string | null;
  operation: string | null;
  outcome: string;
  detail: string | null;
}
/**
 */
export interface BreakerChange {
  at: string;
  state: string;
  /**
   * Which calls it stopped; null for none.
   */
  of: ("all" | "sends" | "checks") | null;
  until: string | null;
}
/**
 */
export interface Probed {
  channels: {
    channel: string;
    /**
     * `untold`: the platform could not be asked, or its answer is unclear.
     */
    credentials: "taken" | "refused" | "untold";
  }[];
  /**
   * The account was held, and no longer is.
   */
  released: boolean;
  account: Account;
}
/**
 */
export interface Retired {
  account: string;
  /**
   * How many unfinished deliveries were ended.
   */
  ended: number;
  /**
   * How many a worker will still end, within a minute.
   */
  remaining: number;
}
/**
 */
export interface Audit {
  items: {
    at: string;
    by: string;
    /**
     * The caller's address, as far as the trusted proxies tell; null if the call was not made over HTTP.
     */
    from: string | null;
    act: string;
    account: string | null;
    id: string | null;
    note: string | null;
    /**
     * How many it was about. For the begin of a bulk action: how many the lists counted, or null if only the records show which ones match. For its end: how many it was done to.
     */
    count: number | null;
    /**
     * For the end of a bulk action: how many matched its filter.
     */
    matched: number | null;
  }[];
  /**
   * Null on the last page.
   */
  nextCursor: string | null;
}
/**
 */
export interface OperationList {
  items: Operation[];
  nextCursor: null;
}
/**
 */
export interface Operation {
  name: string;
  summary: string;
  /**
   * The document and section that the payload's fields come from.
   */
  source: string;
  /**
   * The caller's accounts that have it.
   */
  accounts: string[];
  /**
   * More recipients take several calls.
   */
  recipientsPerSend: number;
  /**
   * Whether `"of": "<key of the create>"` may stand for an id.
   */
  takesReference: boolean;
  /**
   * JSON Schema (2020-12) of the payload.
   */
  payload: {
    [k: string]: unknown;
  };
}
/**
 */
export interface RefusedOrderPage {
  items: RefusedOrder[];
  nextCursor: string | null;
}
/**
 */
export interface RefusedOrder {
  at: string;
  /**
   * `stream bida:intake`, `queue bida-intake`
   */
  source: string;
  producer: string;
  /**
   * The id of the stream entry, or the id in BullMQ.
   */
  entry: string;
  errors: FieldError[];
  /**
   * With include=order: its text as written; a long one is cut.
   */
  order?: string;
}
/**
 */
export interface SearchHits {
  items: SearchHit[];
  nextCursor: null;
}
/**
 */
export interface SearchHit {
  kind: "delivery" | "action" | "account";
  /**
   * What the text is; `receipt` is an id of the platform.
   */
  by: "id" | "key" | "receipt" | "lane" | "name";
  id: string;
  account: string | null;
  delivery: Delivery | null;
}
/**
 */
export interface HeldLanePage {
  items: HeldLane[];
  nextCursor: string | null;
}
/**
 */
export interface HeldLane {
  account: string;
  lane: string;
  /**
   * Number of deliveries behind the head.
   */
  waiting: number;
  head: Delivery1;
}
/**
 * The dead letter that holds the lane.
 */
export interface Delivery1 {
  id: string;
  account: string;
  operation: string;
  key: string | null;
  lane: string | null;
  status: DeliveryStatus;
  /**
   * Why it is dead.
   */
  reason: DeadReason | null;
  /**
   * The reason for its status, in the language of Accept-Language.
   */
  detail: string | null;
  recipients: Recipient[];
  /**
   * The platform's own ids, for example workId.
   */
  receipt: {
    [k: string]: string;
  } | null;
  knowledge: Knowledge;
  createdAt: string;
  notBefore: string | null;
  deadlineAt: string;
  nextAt: string | null;
  acceptedAt: string | null;
  finishedAt: string | null;
  discardedAt: string | null;
  /**
   * Until when a discard can be taken back.
   */
  restorableUntil: string | null;
  sends: number;
  checks: number;
  /**
   * 1 for the original, plus 1 for each replay.
   */
  generation: number;
  metadata: {
    [k: string]: unknown;
  } | null;
  /**
   * The API key or other way in that created it; null if an earlier version acknowledged it.
   */
  producer: string | null;
  /**
   * The X-Request-Id of the request that created it; null for another way in, and after it is trimmed.
   */
  requestId: string | null;
}
/**
 */
export interface WorkerList {
  items: Worker[];
  nextCursor: null;
}
/**
 */
export interface Worker {
  id: string;
  role: "delivery" | "api" | "callback" | "mirror" | "intake" | "outbox";
  host: string;
  pid: number;
  version: string;
  startedAt: string;
  uptimeMs: number;
  seenAt: string;
  accounts: string[];
  /**
   * Equal digests: the same configuration.
   */
  configDigest: string;
  /**
   * Its configuration differs from that of most others.
   */
  hasOtherConfig: boolean;
  /**
   * Why it is not ready; empty if it is.
   */
  reasons: string[];
  memoryBytes: number;
}
/**
 */
export interface Stats {
  from: string;
  bucketMs: number;
  confirmStepsMs: number[];
  buckets: StatsBucket[];
  accounts: AccountStats[];
}
/**
 */
export interface StatsBucket {
  at: string;
  accepted: number;
  confirmed: number;
  cancelled: number;
  discarded: number;
  replayed: number;
  /**
   * Calls to the platform: sends, checks, tokens.
   */
  calls: number;
  /**
   * Calls that the platform refused for its rate: HTTP 429, or too many checks of one item.
   */
  throttled: number;
  dead: {
    rejected: number;
    partial: number;
    unproven: number;
    unauthorized: number;
    expired: number;
    poison: number;
    blocked: number;
    invalid: number;
    unconfigured: number;
  };
  /**
   * How many were confirmed within each of `confirmStepsMs`; the last step has no upper limit.
   */
  timeToConfirm: number[];
  /**
   * Those of `timeToConfirm` that took at most `confirmWithinMs` of their account.
   */
  inTime: number;
}
/**
 */
export interface AccountStats {
  account: string;
  /**
   * The account's `slo.confirmWithin`; five minutes if it has none.
   */
  confirmWithinMs: number;
  held: {
    /**
     * Lanes that a dead letter holds, now.
     */
    lanes: number;
    /**
     * Deliveries that wait behind one, now.
     */
    waiting: number;
  };
  accepted: number;
  confirmed: number;
  cancelled: number;
  discarded: number;
  replayed: number;
  /**
   * Calls to the platform: sends, checks, tokens.
   */
  calls: number;
  /**
   * Calls that the platform refused for its rate: HTTP 429, or too many checks of one item.
   */
  throttled: number;
  dead: {
    rejected: number;
    partial: number;
    unproven: number;
    unauthorized: number;
    expired: number;
    poison: number;
    blocked: number;
    invalid: number;
    unconfigured: number;
  };
  /**
   * How many were confirmed within each of `confirmStepsMs`; the last step has no upper limit.
   */
  timeToConfirm: number[];
}
/**
 */
export interface KeptObjectiveList {
  from: string;
  items: KeptObjective[];
  nextCursor: null;
}
/**
 */
export interface KeptObjective {
  account: string;
  confirmWithinMs: number;
  objectivePercent: number;
  /**
   * Number confirmed or dead; confirmed replays are left out.
   */
  deliveries: number;
  /**
   * Number confirmed in time.
   */
  good: number;
  /**
   * Null if nothing has ended.
   */
  goodPercent: number | null;
  /**
   * Negative if more was late or dead than the objective allows.
   */
  budgetLeftPercent: number | null;
}
/**
 */
export interface System {
  /**
   * Each master.
   */
  redis: RedisState[];
  /**
   * What workers have leased of each account.
   */
  work: AccountWork[];
  /**
   * With include=config: the configuration of the API's process, with every default and without secrets.
   */
  config?: {
    [k: string]: unknown;
  };
}
/**
 */
export interface RedisState {
  version: string;
  role: string;
  usedBytes: number;
  /**
   * 0 for no limit.
   */
  mostBytes: number;
  /**
   * `maxmemory-policy`; only `noeviction` is safe.
   */
  policy: string;
  writesAof: boolean;
  replicas: number;
  /**
   * How far the slowest replica is behind; null if none is connected.
   */
  replicaLagBytes: number | null;
  clients: number;
  commandsPerSecond: number;
  uptimeMs: number;
}
/**
 */
export interface AccountWork {
  account: string;
  /**
   * Number of sends that workers are making.
   */
  sends: {
    count: number;
    /**
     * When the first lease runs out unless it is renewed. An expired one is taken over.
     */
    firstEndsAt: string | null;
  };
  /**
   * Number of checks that workers are making.
   */
  checks: {
    count: number;
    /**
     * When the first lease runs out unless it is renewed. An expired one is taken over.
     */
    firstEndsAt: string | null;
  };
  /**
   * The workers found nothing to send, and the next order wakes one.
   */
  asleep: boolean;
  /**
   * When a worker last looked for something to send; it does so at least once a second.
   */
  lookedAt: string | null;
  /**
   * When one was last woken; null if none of the running ones was.
   */
  wokenAt: string | null;
}
/**
 */
export interface Findings {
  items: Finding[];
  nextCursor: null;
}
/**
 */
export interface Finding {
  about: string;
  verdict: "ok" | "warning" | "broken";
  found: string;
  /**
   * How to fix it.
   */
  mend: string | null;
}
/**
 * The data of a `state` event.
 *
 */
export interface Live {
  accounts: Account[];
  actions: Action[];
}
/**
 */
export interface About {
  version: string;
  /**
   * `api.environment` of the configuration.
   */
  environment: {
    name: string;
    colour: string;
  } | null;
  /**
   * Whether the sandbox of `bida up` runs here.
   */
  sandbox: boolean;
}
/**
 */
export interface Me {
  name: string;
  role: Role;
  /**
   * Null for all.
   */
  accounts: string[] | null;
  /**
   * `api.environment` of the configuration.
   */
  environment: {
    name: string;
    colour: string;
  } | null;
  version: string;
  /**
   * `proxy`: through the proxy of `console.trustedProxy`, which also logs out.
   */
  signedOnBy: "key" | "session" | "proxy";
  /**
   * The clock that everything follows.
   */
  redisTime: string;
}
/**
 */
export interface Ended {
  ended: true;
}
/**
 */
export interface SessionList {
  items: Session[];
  nextCursor: null;
}
/**
 */
export interface Session {
  id: string;
  /**
   * The name of its key.
   */
  name: string;
  /**
   * Whether it is the caller's session.
   */
  current: boolean;
  createdAt: string;
  usedAt: string;
  expiresAt: string;
  address: string;
  /**
   * The browser's user agent.
   */
  agent: string | null;
}
/**
 */
export interface LoginLink {
  /**
   * Open it in a browser, after Bida's address.
   */
  path: string;
  expiresAt: string;
}
/**
 */
export interface Sandbox {
  items: {
    delivery: string;
    key: string | null;
    account: string;
    operation: string;
    recipient: string;
    /**
     * The status of the delivery in Bida.
     */
    status: string;
    recipientStatus: string;
    /**
     * What the platform shows; null for nothing.
     */
    stored: string | null;
    /**
     * How often it was stored.
     */
    copies: number;
    marks: string[];
  }[];
  faults: {
    fault: string;
    endpoint: string;
    /**
     * -1: until it is cleared or its time is over.
     */
    times: number;
  }[];
  calls: {
    [k: string]: number;
  };
}
/**
 */
export interface SandboxFaults {
  faults: {
    fault: string;
    endpoint: string;
    /**
     * -1: until it is cleared or its time is over.
     */
    times: number;
  }[];
}
/**
 */
export interface Health {
  ready: boolean;
  reasons: string[];
}
/**
 */
export interface ReplayDeadLetterRequest {
  payload?: {
    [k: string]: unknown;
  };
  note?: string;
}
/**
 */
export interface ReplayDeadLettersRequest {
  filter: DeadLetterFilter;
  /**
   * Only count what it would act on.
   */
  dryRun?: boolean;
  /**
   * Default 100.
   */
  ratePerSecond?: number;
  note?: string;
}
/**
 */
export interface EditDeadLettersRequest {
  filter: DeadLetterFilter;
  /**
   * Only count what it would act on.
   */
  dryRun?: boolean;
  /**
   * Default 100.
   */
  ratePerSecond?: number;
  field: string;
  value?: unknown;
  find?: string;
  replaceWith?: string;
  note: string;
}
/**
 */
export interface VerifyDeadLetterRequest {
  /**
   * The platform's id, for example a workId, for operations that can be looked up by one.
   */
  receipt?: string;
  takesAltered?: boolean;
  note?: string;
}
/**
 */
export interface VerifyDeadLettersRequest {
  filter: DeadLetterFilter;
  /**
   * Only count what it would act on.
   */
  dryRun?: boolean;
  /**
   * Questions a second; default 5.
   */
  ratePerSecond?: number;
  note?: string;
}
/**
 */
export interface MarkDeadLetterGroupRequest {
  account: string;
  operation: string;
  reason: DeadReason | null;
  code: string | null;
  acknowledged?: boolean;
  assignee?: string | null;
  snoozedUntil?: (number | string) | null;
  note?: string | null;
}
/**
 */
export interface ForgetRecipientRequest {
  recipient: string;
  account?: string;
  /**
   * Only count what it would erase.
   */
  dryRun?: boolean;
  note: string;
}
/**
 */
export interface DiscardDeadLettersRequest {
  filter: DeadLetterFilter;
  /**
   * Only count what it would act on.
   */
  dryRun?: boolean;
  /**
   * Default 100.
   */
  ratePerSecond?: number;
  note: string;
}
/**
 */
export interface DiscardDeadLetterRequest {
  note: string;
}
/**
 */
export interface RepeatFailedItemsRequest {
  note: string;
}
/**
 */
export interface ChangeActionRateRequest {
  ratePerSecond: number;
  note?: string;
}
/**
 */
export interface PauseAccountRequest {
  note?: string;
  /**
   * When it resumes by itself. Without it, somebody has to resume the account.
   */
  until?: number | string;
}
/**
 */
export interface ReleaseAccountRequest {
  note: string;
}
/**
 */
export interface RetireAccountRequest {
  /**
   * The reason, for the audit and the dead letters.
   */
  note: string;
  /**
   * End the unfinished deliveries.
   */
  force?: boolean;
}
/**
 */
export interface MakeLoginLinkRequest {}

/** The payload of each operation. */
export interface Payloads {
  "todo.create": TodoCreatePayload;
  "todo.update": TodoUpdatePayload;
  "schedule.create": ScheduleCreatePayload;
  "schedule.repeat": ScheduleRepeatPayload;
  "schedule.modify": ScheduleModifyPayload;
  "schedule.finish": ScheduleFinishPayload;
  "schedule.unfinish": ScheduleUnfinishPayload;
  "schedule.batchModify": ScheduleBatchModifyPayload;
  "schedule.batchDelete": ScheduleBatchDeletePayload;
  "schedule.delete": ScheduleDeletePayload;
  "task.create": TaskCreatePayload;
  "task.finish": TaskFinishPayload;
  "task.cancel": TaskCancelPayload;
  "message.await": MessageAwaitPayload;
}
