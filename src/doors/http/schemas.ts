/**
 * The schemas of the answers. An answer is serialized by its schema: fields that are not named here are left
 * out.
 */
import { z } from "zod";
import { EVIDENCE_KINDS, RECIPIENT_STATUSES } from "../../delivery/ledger.ts";
import { DEAD_REASONS, KNOWLEDGE, SHOWN_STATUSES } from "../../delivery/record.ts";
import { SIGHTINGS } from "../../delivery/verify.ts";
import { GROUP_STATES } from "../../operations/group-marks.ts";
import { WORKER_ROLES } from "../../operations/workers.ts";
import { ACTION_KINDS, ACTION_STATUSES } from "../../operations/bulk-action.ts";
import { deadReason } from "../../operations/filter-fields.ts";
import { ROLES } from "../../operations/caller.ts";
import { PROBLEM_CODES } from "./problem.ts";

/** Each set of values is a named schema, defined once. */
const recipientStatus = z.enum(RECIPIENT_STATUSES).meta({ id: "RecipientStatus" });
const evidenceKind = z.enum(EVIDENCE_KINDS).meta({ id: "EvidenceKind" });
export const deliveryStatus = z.enum(SHOWN_STATUSES).meta({ id: "DeliveryStatus" });
const knowledge = z.enum(KNOWLEDGE).meta({ id: "Knowledge" });
const problemCode = z.enum(PROBLEM_CODES).meta({ id: "ProblemCode" });
const actionKind = z.enum(ACTION_KINDS).meta({ id: "ActionKind" });
const actionStatus = z.enum(ACTION_STATUSES).meta({ id: "ActionStatus" });
const role = z.enum(ROLES).meta({ id: "Role" });
/** An object with a number for each name. */
function countOfEach<const Name extends string>(names: readonly Name[]) {
  return z.object(Object.fromEntries(names.map((name) => [name, z.int()])) as Record<Name, z.ZodInt>);
}

const iso = z.string().meta({ format: "date-time", example: "2026-03-01T08:30:00.000Z" });
const json = z.record(z.string(), z.unknown());
const receipt = z
  .record(z.string(), z.string())
  .nullable()
  .describe("The platform's own ids, for example workId.");

const recipient = z
  .object({
    id: z.string().describe("`*` for an operation that names no recipients."),
    status: recipientStatus,
    evidence: z
      .object({ kind: evidenceKind, at: iso, digest: z.string(), note: z.string().optional() })
      .nullable()
      .describe("What proves it."),
    at: iso.nullable(),
    receipt,
    detail: z.string().nullable(),
  })
  .meta({ id: "Recipient" });

const deliveryFields = {
  id: z.string(),
  account: z.string(),
  operation: z.string(),
  key: z.string().nullable(),
  lane: z.string().nullable(),
  status: deliveryStatus,
  reason: deadReason.nullable().describe("Why it is dead."),
  detail: z.string().nullable().describe("The reason for its status, in the language of Accept-Language."),
  recipients: z.array(recipient),
  receipt,
  knowledge,
  createdAt: iso,
  notBefore: iso.nullable(),
  deadlineAt: iso,
  nextAt: iso.nullable(),
  acceptedAt: iso.nullable(),
  finishedAt: iso.nullable(),
  discardedAt: iso.nullable(),
  restorableUntil: iso.nullable().describe("Until when a discard can be taken back."),
  sends: z.int(),
  checks: z.int(),
  generation: z.int().describe("1 for the original, plus 1 for each replay."),
  metadata: json.nullable(),
  producer: z
    .string()
    .nullable()
    .describe("The API key or other way in that created it; null if an earlier version acknowledged it."),
  requestId: z
    .string()
    .nullable()
    .describe(
      "The X-Request-Id of the request that created it; null for another way in, and after it is trimmed.",
    ),
};

export const delivery = z.object(deliveryFields).meta({ id: "Delivery" });

const callback = z
  .object({
    url: z.string().describe("Without the query."),
    status: z.enum(["waiting", "due", "delivered", "dead"]),
    attempts: z.int(),
    detail: z.string().nullable().describe("The result of the last attempt, or what it waits for."),
  })
  .meta({ id: "Callback", description: "The state of the callback. `waiting`: the delivery has not ended." });

const timelineEntry = z
  .looseObject({ at: iso, event: z.string() })
  .meta({ id: "TimelineEntry", description: "One event, with the fields of its kind." });

export const inspectedDelivery = z
  .object({
    ...deliveryFields,
    trimmed: z
      .literal(true)
      .optional()
      .describe("It ended longer ago than policy.trimAfter: it has no payload, and a short timeline."),
    timeline: z.array(timelineEntry).optional().describe("With include=timeline."),
    payload: json.optional().describe("With include=payload, unless it is trimmed."),
    originals: z
      .array(json)
      .optional()
      .describe("With include=payload: the payloads that edits have replaced, the oldest first."),
    callback: callback.nullable().optional().describe("With include=callback; null if it has no callback."),
    trace: z
      .object({ id: z.string(), url: z.string().nullable().describe("As `console.traceUrl` says.") })
      .nullable()
      .optional()
      .describe(
        "Its trace; null if traces are off, or this one is not sampled. Answers to actions leave it out.",
      ),
  })
  .meta({ id: "InspectedDelivery" });

export const deliveryPage = z
  .object({
    items: z.array(delivery),
    nextCursor: z
      .string()
      .nullable()
      .describe("Null on the last page. A page may be short or empty and still have a next one."),
  })
  .meta({ id: "DeliveryPage" });

export const deadCallbackPage = z
  .object({
    items: z.array(z.object({ ...deliveryFields, callback }).meta({ id: "DeadCallback" })),
    nextCursor: z.string().nullable().describe("Null on the last page."),
  })
  .meta({ id: "DeadCallbackPage" });

const fieldError = z
  .object({
    pointer: z
      .string()
      .describe("JSON pointer (RFC 6901) into the body; /query/… and /path/… for the rest of the request."),
    detail: z.string(),
  })
  .meta({ id: "FieldError" });

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: problemCode,
    detail: z.string(),
    requestId: z.string(),
    errors: z.array(fieldError).optional(),
    id: z.string().optional().describe("The delivery that it conflicts with."),
  })
  .meta({ id: "Problem", description: "RFC 9457" });

const ignored = z
  .array(z.string())
  .optional()
  .describe(
    "JSON pointers of the parts (metadata, priority) that differ from the first request with this key, " +
      "and are ignored.",
  );

export const accepted = z
  .object({ id: z.string(), result: z.enum(["created", "existing"]), ignored })
  .meta({ id: "Accepted" });

export const batchAnswer = z
  .object({
    items: z.array(
      z
        .object({
          status: z.int().describe("The status that the same request would have got alone."),
          id: z.string().nullable(),
          result: z.enum(["created", "existing", "refused"]),
          ignored,
          code: problemCode.optional(),
          detail: z.string().optional(),
          errors: z.array(fieldError).optional(),
        })
        .meta({ id: "BatchItem" }),
    ),
  })
  .meta({ id: "BatchAnswer" });

const groupMark = z
  .object({
    acknowledgedAt: iso.nullable(),
    acknowledgedBy: z.string().nullable(),
    assignee: z.string().nullable(),
    snoozedUntil: iso.nullable(),
    note: z.string().nullable(),
    by: z.string().describe("Who changed it last."),
    at: iso,
  })
  .nullable()
  .meta({ id: "GroupMark", description: "The mark of a group; null if it has none." });

export const markedGroup = z.object({ mark: groupMark }).meta({ id: "MarkedGroup" });

export const verified = z
  .object({
    verdict: z
      .enum(["there", "absent", "partly", "unknown"])
      .describe(
        "`there`: it is confirmed now. `absent`: it was not found, which proves nothing yet; a replay asks " +
          "again.",
      ),
    delivery,
    recipients: z.array(
      z.object({ recipient: z.string(), seen: z.enum(SIGHTINGS), detail: z.string().nullable() }),
    ),
    candidates: z
      .array(z.object({ id: z.string(), detail: z.string() }).meta({ id: "Candidate" }))
      .describe("Unclaimed items on the platform that may be this one, for a person to check."),
  })
  .meta({ id: "Verified" });

export const restored = z
  .object({
    delivery,
    ahead: z.int().describe("How many wait in its lane; a replay goes behind them."),
  })
  .meta({ id: "Restored" });

export const groups = z
  .object({
    items: z.array(
      z.object({
        account: z.string(),
        operation: z.string(),
        reason: deadReason.nullable(),
        code: z.string().nullable().describe("The platform's own code of the refusal."),
        count: z.int(),
        example: z.string().describe("The id of the latest one."),
        detail: z
          .string()
          .nullable()
          .describe("Why the latest one is dead; null except for the largest groups."),
        cause: z
          .string()
          .nullable()
          .describe("What the code means, in the language of Accept-Language; null if that is unknown."),
        trend: z
          .array(z.int())
          .nullable()
          .describe(
            "With include=details: how many died in each three of the last 24 hours, the earliest first. Null " +
              "except for the largest groups, and if a filter reads the records.",
          ),
        held: z
          .object({ lanes: z.int(), waiting: z.int() })
          .nullable()
          .describe(
            "With include=details: lanes in which deliveries wait behind one of these dead letters, and how many " +
              "wait. It counts the latest thousand held lanes, and fifty of those with waiting deliveries. Null " +
              "when `trend` is null.",
          ),
        latestAt: iso,
        firstAt: iso,
        state: z
          .enum(GROUP_STATES)
          .describe("`recurring`: one died after somebody had acknowledged the group."),
        mark: groupMark,
      }),
    ),
    counted: z.int(),
    isComplete: z.boolean().describe("False if there are more dead letters than one answer reads."),
  })
  .meta({ id: "DeadLetterGroups" });

export const action = z
  .object({
    id: z.string(),
    kind: actionKind,
    status: actionStatus,
    dryRun: z.boolean(),
    filter: json,
    by: z.string(),
    note: z.string().nullable(),
    ratePerSecond: z.number(),
    startedAt: iso,
    finishedAt: iso.nullable(),
    total: z.int().describe("Dead letters in the lists that the action reads."),
    looked: z.int(),
    matched: z.int(),
    done: z.int(),
    skipped: z.int().describe("Somebody else changed them first."),
    failed: z.int().describe("They cannot be replayed as they are. In a `verify`: not found, or unclear."),
    edits: z.string().nullable().describe("The field that an `edit` changes, as a JSON pointer."),
    repeats: z.string().nullable().describe("The action that it repeats for the failed items."),
    since: z
      .object({ confirmed: z.int(), diedAgain: z.int(), open: z.int() })
      .nullable()
      .describe("The current result of the replayed deliveries; null in lists and for other actions."),
  })
  .meta({ id: "Action" });

export const startedEdit = action
  .extend({
    sample: z
      .array(
        z.object({
          id: z.string(),
          account: z.string(),
          key: z.string().nullable(),
          before: z.string().nullable().describe("JSON; null if the field was not there."),
          after: z.string().nullable(),
          refused: z.string().nullable().describe("Why it would be left unchanged."),
        }),
      )
      .describe("The result for the first few."),
  })
  .meta({ id: "StartedEdit" });

export const failedItemPage = z
  .object({
    items: z.array(
      z
        .object({ id: z.string(), account: z.string(), key: z.string().nullable(), detail: z.string() })
        .meta({ id: "FailedItem" }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: "FailedItemPage" });

export const actionPage = z
  .object({ items: z.array(action), nextCursor: z.string().nullable() })
  .meta({ id: "ActionPage" });

export const searchHits = z
  .object({
    items: z.array(
      z
        .object({
          kind: z.enum(["delivery", "action", "account"]),
          by: z
            .enum(["id", "key", "receipt", "lane", "name"])
            .describe("What the text is; `receipt` is an id of the platform."),
          id: z.string(),
          account: z.string().nullable(),
          delivery: delivery.nullable(),
        })
        .meta({ id: "SearchHit" }),
    ),
    nextCursor: z.null(),
  })
  .meta({ id: "SearchHits" });

export const heldLanePage = z
  .object({
    items: z.array(
      z
        .object({
          account: z.string(),
          lane: z.string(),
          waiting: z.int().describe("Number of deliveries behind the head."),
          head: delivery.describe("The dead letter that holds the lane."),
        })
        .meta({ id: "HeldLane" }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: "HeldLanePage" });

export const account = z
  .object({
    name: z.string(),
    platform: z.string(),
    configured: z
      .boolean()
      .describe("False once the account has left the configuration: its deliveries end at their deadlines."),
    retired: z.boolean().describe("The account was retired, after it had left the configuration."),
    paused: z.boolean(),
    pause: z
      .object({ by: z.string(), note: z.string().nullable(), since: iso, until: iso.nullable() })
      .nullable()
      .describe("Who paused it, why, and when it resumes by itself."),
    backlog: z.int().describe("Acknowledged and not yet ended."),
    counts: countOfEach(SHOWN_STATUSES).meta({ id: "StatusCounts" }),
    oldestAt: iso.nullable(),
    oldestAgeMs: z.number().nullable(),
    breaker: z.object({
      state: z.enum(["closed", "open", "held"]),
      until: iso.nullable(),
      of: z.enum(["all", "sends", "checks"]).nullable().describe("Which calls it stops; null for none."),
    }),
    tokens: z.array(z.object({ scope: z.string(), present: z.boolean(), ageMs: z.number().nullable() })),
    rates: z.record(z.string(), z.number()).describe("Calls per second."),
    concurrency: z.int(),
    brokenKeys: z
      .array(z.string())
      .describe(
        "Keys of this account in Redis that hold a value of another type: somebody else has written there. This answer treats them as empty. Usually there are none.",
      ),
  })
  .meta({ id: "Account" });

export const accountDetail = account
  .extend({
    checkBudget: z
      .object({ calls: z.int(), windowMs: z.int() })
      .nullable()
      .describe("Check calls about one entity in one window; null if the account makes no checks."),
    waitMs: z
      .record(z.string(), z.int())
      .describe("Milliseconds that a call made now would wait for its place in each of `rates`."),
    tokenLastsMs: z
      .record(z.string(), z.int().nullable())
      .describe("How long each of `tokens` is still valid; null for a missing one."),
    errors: z
      .array(
        z
          .object({
            at: iso,
            of: z.enum(["send", "check", "token", "account"]),
            id: z.string().nullable().describe("The delivery; null if the error is about the account."),
            operation: z.string().nullable(),
            outcome: z.string(),
            detail: z.string().nullable(),
          })
          .meta({ id: "AccountError" }),
      )
      .describe("The latest fifty, the latest first, as workers write them every two seconds."),
    breakerChanges: z
      .array(
        z
          .object({
            at: iso,
            state: z.string(),
            of: z
              .enum(["all", "sends", "checks"])
              .nullable()
              .describe("Which calls it stopped; null for none."),
            until: iso.nullable(),
          })
          .meta({ id: "BreakerChange" }),
      )
      .describe("The latest fifty, the latest first."),
    mirrors: z
      .array(
        z.object({
          to: z.string(),
          until: iso
            .nullable()
            .describe(
              "Everything that its lists showed up to then is mirrored; null before the first complete round.",
            ),
          lagMs: z.int().nullable().describe("How long ago that was: normally a few rounds."),
          unmapped: z
            .array(z.object({ staffId: z.string(), messages: z.int() }))
            .describe("Staff ids without a recipient, and how many messages they had; at most fifty."),
        }),
      )
      .describe("The mirrors of its messages."),
    settings: json
      .nullable()
      .describe("Its configuration, without secrets; null after it has left the configuration."),
  })
  .meta({ id: "AccountDetail" });

const leases = z.object({
  count: z.int(),
  firstEndsAt: iso
    .nullable()
    .describe("When the first lease runs out unless it is renewed. An expired one is taken over."),
});

export const system = z
  .object({
    redis: z
      .array(
        z
          .object({
            version: z.string(),
            role: z.string(),
            usedBytes: z.int(),
            mostBytes: z.int().describe("0 for no limit."),
            policy: z.string().describe("`maxmemory-policy`; only `noeviction` is safe."),
            writesAof: z.boolean(),
            replicas: z.int(),
            replicaLagBytes: z
              .int()
              .nullable()
              .describe("How far the slowest replica is behind; null if none is connected."),
            clients: z.int(),
            commandsPerSecond: z.int(),
            uptimeMs: z.number(),
          })
          .meta({ id: "RedisState" }),
      )
      .describe("Each master."),
    work: z
      .array(
        z
          .object({
            account: z.string(),
            sends: leases.describe("Number of sends that workers are making."),
            checks: leases.describe("Number of checks that workers are making."),
            asleep: z.boolean().describe("The workers found nothing to send, and the next order wakes one."),
            lookedAt: iso
              .nullable()
              .describe(
                "When a worker last looked for something to send; it does so at least once a second.",
              ),
            wokenAt: iso
              .nullable()
              .describe("When one was last woken; null if none of the running ones was."),
          })
          .meta({ id: "AccountWork" }),
      )
      .describe("What workers have leased of each account."),
    config: json
      .optional()
      .describe(
        "With include=config: the configuration of the API's process, with every default and without secrets.",
      ),
  })
  .meta({ id: "System" });

export const probed = z
  .object({
    channels: z.array(
      z.object({
        channel: z.string(),
        credentials: z
          .enum(["taken", "refused", "untold"])
          .describe("`untold`: the platform could not be asked, or its answer is unclear."),
      }),
    ),
    released: z.boolean().describe("The account was held, and no longer is."),
    account,
  })
  .meta({ id: "Probed" });

export const workerList = z
  .object({
    items: z.array(
      z
        .object({
          id: z.string(),
          role: z.enum(WORKER_ROLES),
          host: z.string(),
          pid: z.int(),
          version: z.string(),
          startedAt: iso,
          uptimeMs: z.number(),
          seenAt: iso,
          accounts: z.array(z.string()),
          configDigest: z.string().describe("Equal digests: the same configuration."),
          hasOtherConfig: z.boolean().describe("Its configuration differs from that of most others."),
          reasons: z.array(z.string()).describe("Why it is not ready; empty if it is."),
          memoryBytes: z.int(),
        })
        .meta({ id: "Worker" }),
    ),
    nextCursor: z.null(),
  })
  .meta({ id: "WorkerList" });

const counted = {
  accepted: z.int(),
  confirmed: z.int(),
  cancelled: z.int(),
  discarded: z.int(),
  replayed: z.int(),
  calls: z.int().describe("Calls to the platform: sends, checks, tokens."),
  throttled: z
    .int()
    .describe("Calls that the platform refused for its rate: HTTP 429, or too many checks of one item."),
  dead: countOfEach(DEAD_REASONS),
  timeToConfirm: z
    .array(z.int())
    .describe("How many were confirmed within each of `confirmStepsMs`; the last step has no upper limit."),
};

export const stats = z
  .object({
    from: iso,
    bucketMs: z.int(),
    confirmStepsMs: z.array(z.int()),
    buckets: z.array(
      z
        .object({
          at: iso,
          ...counted,
          inTime: z
            .int()
            .describe("Those of `timeToConfirm` that took at most `confirmWithinMs` of their account."),
        })
        .meta({ id: "StatsBucket" }),
    ),
    accounts: z.array(
      z
        .object({
          account: z.string(),
          confirmWithinMs: z
            .int()
            .describe("The account's `slo.confirmWithin`; five minutes if it has none."),
          held: z.object({
            lanes: z.int().describe("Lanes that a dead letter holds, now."),
            waiting: z.int().describe("Deliveries that wait behind one, now."),
          }),
          ...counted,
        })
        .meta({ id: "AccountStats" }),
    ),
  })
  .meta({ id: "Stats" });

export const slo = z
  .object({
    from: iso,
    items: z.array(
      z
        .object({
          account: z.string(),
          confirmWithinMs: z.int(),
          objectivePercent: z.number(),
          deliveries: z.int().describe("Number confirmed or dead; confirmed replays are left out."),
          good: z.int().describe("Number confirmed in time."),
          goodPercent: z.number().nullable().describe("Null if nothing has ended."),
          budgetLeftPercent: z
            .number()
            .nullable()
            .describe("Negative if more was late or dead than the objective allows."),
        })
        .meta({ id: "KeptObjective" }),
    ),
    nextCursor: z.null(),
  })
  .meta({ id: "KeptObjectiveList" });

export const findings = z
  .object({
    items: z.array(
      z
        .object({
          about: z.string(),
          verdict: z.enum(["ok", "warning", "broken"]),
          found: z.string(),
          mend: z.string().nullable().describe("How to fix it."),
        })
        .meta({ id: "Finding" }),
    ),
    nextCursor: z.null(),
  })
  .meta({ id: "Findings" });

export const live = z
  .object({ accounts: z.array(account), actions: z.array(action) })
  .meta({ id: "Live", description: "The data of a `state` event." });

export const retired = z
  .object({
    account: z.string(),
    ended: z.int().describe("How many unfinished deliveries were ended."),
    remaining: z.int().describe("How many a worker will still end, within a minute."),
  })
  .meta({ id: "Retired" });

export const accountList = z
  .object({ items: z.array(account), nextCursor: z.null() })
  .meta({ id: "AccountList" });

export const audit = z
  .object({
    items: z.array(
      z.object({
        at: iso,
        by: z.string(),
        from: z
          .string()
          .nullable()
          .describe(
            "The caller's address, as far as the trusted proxies tell; null if the call was not made over HTTP.",
          ),
        act: z.string(),
        account: z.string().nullable(),
        id: z.string().nullable(),
        note: z.string().nullable(),
        count: z
          .int()
          .nullable()
          .describe(
            "How many it was about. For the begin of a bulk action: how many the lists counted, or null if only " +
              "the records show which ones match. For its end: how many it was done to.",
          ),
        matched: z.int().nullable().describe("For the end of a bulk action: how many matched its filter."),
      }),
    ),
    nextCursor: z.string().nullable().describe("Null on the last page."),
  })
  .meta({ id: "Audit" });

export const operationList = z
  .object({
    items: z.array(
      z
        .object({
          name: z.string(),
          summary: z.string(),
          source: z.string().describe("The document and section that the payload's fields come from."),
          accounts: z.array(z.string()).describe("The caller's accounts that have it."),
          recipientsPerSend: z.number().describe("More recipients take several calls."),
          takesReference: z.boolean().describe('Whether `"of": "<key of the create>"` may stand for an id.'),
          payload: json.describe("JSON Schema (2020-12) of the payload."),
        })
        .meta({ id: "Operation" }),
    ),
    nextCursor: z.null(),
  })
  .meta({ id: "OperationList" });

export const refusedOrderPage = z
  .object({
    items: z.array(
      z
        .object({
          at: iso,
          source: z.string().describe("`stream bida:intake`, `queue bida-intake`"),
          producer: z.string(),
          entry: z.string().describe("The id of the stream entry, or the id in BullMQ."),
          errors: z.array(fieldError),
          order: z
            .string()
            .optional()
            .describe("With include=order: its text as written; a long one is cut."),
        })
        .meta({ id: "RefusedOrder" }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: "RefusedOrderPage" });

const environment = z
  .object({ name: z.string(), colour: z.string() })
  .nullable()
  .describe("`api.environment` of the configuration.");

export const about = z
  .object({
    version: z.string(),
    environment,
    sandbox: z.boolean().describe("Whether the sandbox of `bida up` runs here."),
  })
  .meta({ id: "About" });

const waitingFaults = z.array(
  z.object({
    fault: z.string(),
    endpoint: z.string(),
    times: z.number().describe("-1: until it is cleared or its time is over."),
  }),
);

export const sandboxFaults = z.object({ faults: waitingFaults }).meta({ id: "SandboxFaults" });

export const sandbox = z
  .object({
    items: z.array(
      z.object({
        delivery: z.string(),
        key: z.string().nullable(),
        account: z.string(),
        operation: z.string(),
        recipient: z.string(),
        status: z.string().describe("The status of the delivery in Bida."),
        recipientStatus: z.string(),
        stored: z.string().nullable().describe("What the platform shows; null for nothing."),
        copies: z.int().describe("How often it was stored."),
        marks: z.array(z.string()),
      }),
    ),
    faults: waitingFaults,
    calls: z.record(z.string(), z.int()),
  })
  .meta({ id: "Sandbox" });

export const me = z
  .object({
    name: z.string(),
    role,
    accounts: z.array(z.string()).nullable().describe("Null for all."),
    environment,
    version: z.string(),
    signedOnBy: z
      .enum(["key", "session", "proxy"])
      .describe("`proxy`: through the proxy of `console.trustedProxy`, which also logs out."),
    redisTime: iso.describe("The clock that everything follows."),
  })
  .meta({ id: "Me" });

export const sessionList = z
  .object({
    items: z.array(
      z
        .object({
          id: z.string(),
          name: z.string().describe("The name of its key."),
          current: z.boolean().describe("Whether it is the caller's session."),
          createdAt: iso,
          usedAt: iso,
          expiresAt: iso,
          address: z.string(),
          agent: z.string().nullable().describe("The browser's user agent."),
        })
        .meta({ id: "Session" }),
    ),
    nextCursor: z.null(),
  })
  .meta({ id: "SessionList" });

export const ended = z.object({ ended: z.literal(true) }).meta({ id: "Ended" });

export const loginLink = z
  .object({ path: z.string().describe("Open it in a browser, after Bida's address."), expiresAt: iso })
  .meta({ id: "LoginLink" });

export const health = z.object({ ready: z.boolean(), reasons: z.array(z.string()) }).meta({ id: "Health" });
