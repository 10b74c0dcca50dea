/**
 * Made from openapi.json by `npm run openapi`; not edited by hand. Types alone: the client needs no package.
 */
/**
 * What people have said about a group; null for nothing.
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
 * Puts a todo in front of people; proven through checkcreatetodo, for each recipient. Source: document 000, section 1.3 (generatetodo).
 *
 */
export interface TodoCreatePayload {
  url: string;
  sourceId: string;
  title: string;
  headImg: string;
  appId: string;
  /**
   * @minItems 1
   * @maxItems 100
   */
  params: {
    openId: string;
    status?: {
      DO?: (0 | 1) | null;
      READ?: (0 | 1) | null;
    } | null;
    url?: string | null;
    content?: string | null;
  }[];
  content?: string | null;
  itemtitle?: string | null;
  senderId?: string | null;
  sync?: boolean | null;
  todoType?: string | number | null;
  tagId?: string | number | null;
  passUrl?: string | boolean | null;
}
/**
 * Marks a todo as done, read or deleted; proven through checkcreatetodo where that shows it. Source: document 000, section 1.4 (action).
 *
 */
export interface TodoUpdatePayload {
  sourcetype: string;
  sourceitemid: string;
  actiontype: {
    deal?: (0 | 1) | null;
    read?: (0 | 1) | null;
    delete?: (0 | 1) | null;
  };
  openids?: (string[] | string) | null;
  sync?: boolean | null;
}
/**
 * Creates a schedule for its participants. Source: document 002 (create).
 *
 */
export interface ScheduleCreatePayload {
  openid: string;
  content: string;
  startDate: number;
  endDate: number;
  actors?: string[] | null;
  noticeTime?: (-1 | 0 | 15 | 60) | null;
  noticeTimes?: number[] | null;
  topState?: (0 | 1) | null;
  submitExperience?: boolean | null;
  channel?: string | null;
  repeat?: number | null;
  repeatEndDate?: number | null;
}
/**
 * Creates a series of schedules. Source: document 002 (repeatWork).
 *
 */
export interface ScheduleRepeatPayload {
  openid: string;
  content: string;
  startDate: number;
  endDate: number;
  actors?: string[] | null;
  noticeTime?: (-1 | 0 | 15 | 60) | null;
  noticeTimes?: number[] | null;
  topState?: (0 | 1) | null;
  submitExperience?: boolean | null;
  channel?: string | null;
  repeat: number;
  repeatEndDate?: number | null;
}
/**
 * Changes one schedule. Source: document 002 (modify).
 *
 */
export interface ScheduleModifyPayload {
  openid: string;
  id?: string | null;
  of?: string | null;
  content?: string | null;
  startDate?: number | null;
  endDate?: number | null;
  addActors?: string[] | null;
  delActors?: string[] | null;
  noticeTime?: (-1 | 0 | 15 | 60) | null;
  noticeTimes?: number[] | null;
  topState?: (0 | 1) | null;
  submitExperience?: boolean | null;
  channel?: string | null;
}
/**
 * Marks a schedule as done for one person. Source: document 002 (finish).
 *
 */
export interface ScheduleFinishPayload {
  openid: string;
  id?: string | null;
  of?: string | null;
}
/**
 * Marks a schedule as not done for one person. Source: document 002 (unfinish).
 *
 */
export interface ScheduleUnfinishPayload {
  openid: string;
  id?: string | null;
  of?: string | null;
}
/**
 * Changes a schedule of a series and those after it. Source: document 002 (batchModify).
 *
 */
export interface ScheduleBatchModifyPayload {
  openid: string;
  id?: string | null;
  of?: string | null;
  content?: string | null;
  startDate?: number | null;
  endDate?: number | null;
  addActors?: string[] | null;
  delActors?: string[] | null;
  noticeTime?: (-1 | 0 | 15 | 60) | null;
  noticeTimes?: number[] | null;
  topState?: (0 | 1) | null;
  submitExperience?: boolean | null;
  channel?: string | null;
  actors?: string[] | null;
  repeat?: (number | string) | null;
  repeatEndDate?: number | null;
  batchId?: string | null;
}
/**
 * Deletes a schedule of a series and those after it. Source: document 002 (batchDelete).
 *
 */
export interface ScheduleBatchDeletePayload {
  openid: string;
  id?: string | null;
  of?: string | null;
  batchId?: string | null;
}
/**
 * Deletes schedules; only their creator may. Source: document 002 (delete).
 *
 */
export interface ScheduleDeletePayload {
  openid: string;
  ids?: string[] | null;
  of?: string | null;
}
/**
 * Creates a task for one or many assignees; proven by its taskUuid and packageUuid. Source: document 003 (create task v2).
 *
 */
export interface TaskCreatePayload {
  subject: string;
  creatorId: string | number;
  tenantId: string | number;
  url: string;
  mobileUrl: string;
  assigneeId?: (string | number) | null;
  assignees?:
    | {
        assigneeId: string | number;
        assigneeInfo?:
          | (
              | {
                  [k: string]: unknown;
                }
              | string
            )
          | null;
        bizTaskId?: (string | number) | null;
        subject?: string | null;
        url?: string | null;
        mobileUrl?: string | null;
      }[]
    | null;
  bizTaskId?: (string | number) | null;
  assigneeInfo?:
    | (
        | {
            [k: string]: unknown;
          }
        | string
      )
    | null;
  creatorInfo?:
    | (
        | {
            [k: string]: unknown;
          }
        | string
      )
    | null;
  dueTime?: string | null;
  packageUuid?: string | null;
  of?: string | null;
  isSendDynamicCard?: (boolean | ("true" | "false")) | null;
  dueNotifyTypeArr?: (("app" | "notification")[] | string) | null;
  dueNotifyLevel?: (number | string) | null;
  isSendWindowNotice?: (boolean | ("true" | "false")) | null;
  tag?: string | null;
  description?: string | null;
  sourceAppkey?: string | null;
  detailLinkOpenType?: ("pc_slide" | "ddtab") | null;
}
/**
 * Finishes a task. Source: finish.json of the same product; not in document 003.
 *
 */
export interface TaskFinishPayload {
  userId: string | number;
  taskUuid?: string | null;
  of?: string | null;
  assigneeId?: (string | number) | null;
  closePackage?: (boolean | ("true" | "false")) | null;
}
/**
 * Cancels a task. Source: cancel.json of the same product; not in document 003.
 *
 */
export interface TaskCancelPayload {
  userId: string | number;
  taskUuid?: string | null;
  of?: string | null;
  assigneeId?: (string | number) | null;
  cancelPakcage?: (boolean | ("true" | "false")) | null;
}
/**
 * Waits until a message that somebody else caused stands in the platform's lists. Source: document 001 (unread, read, waitHandle).
 *
 */
export interface MessageAwaitPayload {
  id?: (string | number) | null;
  plugin?: (string | number) | null;
  notice_type?: (string | number) | null;
  recipient_id?: (string | number) | null;
  head?: string | null;
  title?: string | null;
  content?: string | null;
  project_name?: string | null;
  since?: string | null;
  state?: "delivered" | "read" | "handled";
}
/**
 */
export interface Accepted {
  id: string;
  result: "created" | "existing";
  /**
   * JSON pointers of what is not as it was in the first request with this key, and changes nothing: metadata, priority.
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
  code:
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
    | "raced"
    | "unreadable"
    | "stillConfigured"
    | "unfinished"
    | "queueFull"
    | "tooManyRequests"
    | "unavailable"
    | "internal";
  detail: string;
  requestId: string;
  errors?: FieldError[];
  /**
   * The delivery that is in the way.
   */
  id?: string;
}
/**
 */
export interface FieldError {
  /**
   * JSON pointer (RFC 6901) into the body; /query/… and /path/… else.
   */
  pointer: string;
  detail: string;
}
/**
 */
export interface DeliveryPage {
  items: Delivery[];
  /**
   * Null on the last page. A page may be short, or even empty, and have a next one.
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
  status: "queued" | "sending" | "retrying" | "confirming" | "confirmed" | "dead" | "discarded" | "cancelled";
  /**
   * Why it is dead.
   */
  reason:
    | (
        | "rejected"
        | "partial"
        | "unproven"
        | "unauthorized"
        | "expired"
        | "poison"
        | "blocked"
        | "invalid"
        | "unconfigured"
      )
    | null;
  detail: string | null;
  recipients: Recipient[];
  /**
   * The platform's own ids, for example workId.
   */
  receipt: {
    [k: string]: string;
  } | null;
  knowledge: "notSent" | "accepted" | "unknown";
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
   * 1 for the original, one more for each replay.
   */
  generation: number;
  metadata: {
    [k: string]: unknown;
  } | null;
}
/**
 */
export interface Recipient {
  /**
   * `*` for an operation that addresses nobody by name.
   */
  id: string;
  status: "waiting" | "accepted" | "unknown" | "confirmed" | "rejected" | "unproven";
  /**
   * How we know that it is there.
   */
  evidence: {
    kind: "check" | "list" | "detail" | "reply";
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
   * What the same request alone would have been answered with.
   */
  status: number;
  id: string | null;
  result: "created" | "existing" | "refused";
  /**
   * JSON pointers of what is not as it was in the first request with this key, and changes nothing: metadata, priority.
   */
  ignored?: string[];
  code?:
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
    | "raced"
    | "unreadable"
    | "stillConfigured"
    | "unfinished"
    | "queueFull"
    | "tooManyRequests"
    | "unavailable"
    | "internal";
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
  status: "queued" | "sending" | "retrying" | "confirming" | "confirmed" | "dead" | "discarded" | "cancelled";
  /**
   * Why it is dead.
   */
  reason:
    | (
        | "rejected"
        | "partial"
        | "unproven"
        | "unauthorized"
        | "expired"
        | "poison"
        | "blocked"
        | "invalid"
        | "unconfigured"
      )
    | null;
  detail: string | null;
  recipients: Recipient[];
  /**
   * The platform's own ids, for example workId.
   */
  receipt: {
    [k: string]: string;
  } | null;
  knowledge: "notSent" | "accepted" | "unknown";
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
   * 1 for the original, one more for each replay.
   */
  generation: number;
  metadata: {
    [k: string]: unknown;
  } | null;
  /**
   * With include=timeline.
   */
  timeline?: TimelineEntry[];
  /**
   * With include=payload.
   */
  payload?: {
    [k: string]: unknown;
  };
  /**
   * With include=payload: the payloads that edits have replaced, the first one first.
   */
  originals?: {
    [k: string]: unknown;
  }[];
  /**
   * With include=callback; null where nobody is to be told.
   */
  callback?: Callback | null;
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
 * How the producer was told. `waiting`: the delivery has not ended.
 *
 */
export interface Callback {
  /**
   * Without its query.
   */
  url: string;
  status: "waiting" | "due" | "delivered" | "dead";
  attempts: number;
  /**
   * What the last attempt came to, or whom it waits behind.
   */
  detail: string | null;
}
/**
 */
export interface DeadLetterGroups {
  items: {
    account: string;
    operation: string;
    reason:
      | (
          | "rejected"
          | "partial"
          | "unproven"
          | "unauthorized"
          | "expired"
          | "poison"
          | "blocked"
          | "invalid"
          | "unconfigured"
        )
      | null;
    /**
     * The platform's own code of the refusal.
     */
    code: string | null;
    count: number;
    /**
     * The id of the latest of them.
     */
    example: string;
    latestAt: string;
    firstAt: string;
    /**
     * `recurring`: one of them died after somebody had acknowledged the group.
     */
    state: "new" | "acknowledged" | "snoozed" | "recurring";
    mark: GroupMark;
  }[];
  counted: number;
  /**
   * False when there are more letters than one answer looks at.
   */
  isComplete: boolean;
}
/**
 */
export interface Action {
  id: string;
  kind: "replay" | "discard" | "verify" | "forget";
  status: "running" | "done" | "cancelled";
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
   * Letters on the lists that it walks through.
   */
  total: number;
  looked: number;
  matched: number;
  done: number;
  /**
   * Somebody else moved them on first.
   */
  skipped: number;
  /**
   * They cannot be replayed as they are; of a `verify`: not found, or nobody could tell.
   */
  failed: number;
  /**
   * The action whose failed ones it repeats.
   */
  repeats: string | null;
  /**
   * What became of what a replay has replayed, by now; null in lists and for other acts.
   */
  since: {
    confirmed: number;
    diedAgain: number;
    open: number;
  } | null;
}
/**
 */
export interface Verified {
  /**
   * `there`: it is confirmed now. `absent`: not found now, which proves nothing yet: a replay asks again.
   */
  verdict: "there" | "absent" | "partly" | "unknown";
  delivery: Delivery;
  recipients: {
    recipient: string;
    seen: "there" | "absent" | "pending" | "contradicted" | "unknown";
    detail: string | null;
  }[];
  /**
   * What may be it and is nobody's, to be looked at by a person.
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
   * How many wait in its lane: a replay of it queues up behind them.
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
  status: "queued" | "sending" | "retrying" | "confirming" | "confirmed" | "dead" | "discarded" | "cancelled";
  /**
   * Why it is dead.
   */
  reason:
    | (
        | "rejected"
        | "partial"
        | "unproven"
        | "unauthorized"
        | "expired"
        | "poison"
        | "blocked"
        | "invalid"
        | "unconfigured"
      )
    | null;
  detail: string | null;
  recipients: Recipient[];
  /**
   * The platform's own ids, for example workId.
   */
  receipt: {
    [k: string]: string;
  } | null;
  knowledge: "notSent" | "accepted" | "unknown";
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
   * 1 for the original, one more for each replay.
   */
  generation: number;
  metadata: {
    [k: string]: unknown;
  } | null;
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
   * Somebody has said that what is left of it is nobody's concern any more; then it is not configured.
   */
  retired: boolean;
  paused: boolean;
  /**
   * Acknowledged and not yet ended.
   */
  backlog: number;
  counts: {
    [k: string]: number;
  };
  oldestAt: string | null;
  oldestAgeMs: number | null;
  breaker: {
    state: "closed" | "open" | "held";
    until: string | null;
  };
  tokens: {
    scope: string;
    present: boolean;
    ageMs: number | null;
  }[];
  /**
   * Calls a second.
   */
  rates: {
    [k: string]: number;
  };
  concurrency: number;
}
/**
 */
export interface Probed {
  channels: {
    channel: string;
    /**
     * `untold`: the platform could not be asked, or its answer says nothing.
     */
    credentials: "taken" | "refused" | "untold";
  }[];
  /**
   * The account was held, and is not any more.
   */
  released: boolean;
  account: Account;
}
/**
 */
export interface Retired {
  account: string;
  /**
   * How many unfinished deliveries this has ended.
   */
  ended: number;
  /**
   * What is to be ended still; a worker does so within a minute.
   */
  remaining: number;
}
/**
 */
export interface Audit {
  items: {
    at: string;
    by: string;
    act: string;
    account: string | null;
    id: string | null;
    note: string | null;
    /**
     * How many it was about, where it was about many.
     */
    count: number | null;
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
   * The caller's accounts that know it.
   */
  accounts: string[];
  /**
   * More recipients are sent in several calls.
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
   * The stream entry's or the BullMQ id.
   */
  entry: string;
  errors: FieldError[];
  /**
   * With include=order: its text as it was written; long ones are cut.
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
   * What the text turned out to be; `receipt` is an id of the platform's.
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
   * Deliveries behind the head.
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
  status: "queued" | "sending" | "retrying" | "confirming" | "confirmed" | "dead" | "discarded" | "cancelled";
  /**
   * Why it is dead.
   */
  reason:
    | (
        | "rejected"
        | "partial"
        | "unproven"
        | "unauthorized"
        | "expired"
        | "poison"
        | "blocked"
        | "invalid"
        | "unconfigured"
      )
    | null;
  detail: string | null;
  recipients: Recipient[];
  /**
   * The platform's own ids, for example workId.
   */
  receipt: {
    [k: string]: string;
  } | null;
  knowledge: "notSent" | "accepted" | "unknown";
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
   * 1 for the original, one more for each replay.
   */
  generation: number;
  metadata: {
    [k: string]: unknown;
  } | null;
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
  role: "delivery" | "api" | "callback" | "mirror" | "intake";
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
   * Its configuration is not that of most others.
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
  dead: {
    [k: string]: number;
  };
  /**
   * How many were confirmed within each of `confirmStepsMs`, the last without an end.
   */
  timeToConfirm: number[];
}
/**
 */
export interface AccountStats {
  account: string;
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
  dead: {
    [k: string]: number;
  };
  /**
   * How many were confirmed within each of `confirmStepsMs`, the last without an end.
   */
  timeToConfirm: number[];
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
   * How to mend it.
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
}
/**
 */
export interface Me {
  name: string;
  role: "viewer" | "producer" | "operator" | "admin" | "metrics";
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
   * By which everything is timed.
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
   * Of the key that it stands for.
   */
  name: string;
  /**
   * Whether it is the one that asks.
   */
  current: boolean;
  createdAt: string;
  usedAt: string;
  expiresAt: string;
  address: string;
  /**
   * What the browser calls itself.
   */
  agent: string | null;
}
/**
 */
export interface LoginLink {
  /**
   * To be opened in a browser, after Bida's address.
   */
  path: string;
  expiresAt: string;
}
/**
 */
export interface Health {
  ready: boolean;
  reasons: string[];
}

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
