/**
 * The deliveries of one account in Redis: one script per change of state.
 *
 * Every method is one call to Redis. The replies of scripts are translated only here.
 */
import { randomUUID } from "node:crypto";
import { groupNameOf } from "../delivery/dead-group.ts";
import { endsAt, nextStep, type Decision, type SaveResult } from "../delivery/decision.ts";
import { DEFAULT_POLICY } from "../delivery/policy.ts";
import {
  type Delivery,
  type DeliveryState,
  familyOf,
  isEnded,
  newProgress,
  type Status,
} from "../delivery/record.ts";
import type { TimelineEntry } from "../delivery/timeline.ts";
import type { Acceptance, Acknowledgements, Claimed, NewDelivery } from "../operations/ports.ts";
import type { CallKind } from "../account/ports.ts";
import type { InItsWay } from "../delivery/decide-check.ts";
import type { LateReceipt } from "../delivery/late-receipt.ts";
import type {
  Deliveries,
  FoundSend,
  HeldLease,
  FoundChecks,
  LeasedCheck,
  CheckLook,
  Referenced,
  SaveContext,
  FoundSends,
  SendLook,
  CurrentDelivery,
} from "../pipeline/ports.ts";
import type { ScriptedRedis } from "./connection.ts";
import { AccountKeys, type AccountScope } from "./keys.ts";
import { ScriptBatch } from "./script-batch.ts";
import {
  argsOf,
  ACCEPT,
  END_UNREADABLE,
  KEEP_LATE,
  LEASE_CHECKS,
  LEASE_SENDS,
  PURGE,
  RENEW_CHECKS,
  RENEW_SENDS,
  SAVE,
  type ReplyOf,
  type LeasedChecks,
} from "./scripts.ts";
import { newlyNamed, recipientNames } from "../delivery/lookup-names.ts";
import { RecentRecords } from "./recent-records.ts";
import {
  decodeDelivery,
  decodeKeptReceipt,
  decodeReceiptAlone,
  encodeRequest,
  encodeState,
} from "./record-codec.ts";
import { allOf } from "../waiting/waiting.ts";
import { talliesOf } from "./counter-store.ts";
import { readTrimmed, wholeTexts, wholeTimeline } from "./trimmed-record.ts";

/** The operation of a record that was ended because it does not parse. */
const UNREADABLE = "unreadable";

interface PurgeLimits {
  /** How long a record is kept after its end, and its idempotency key after that. */
  readonly retentionMs: number;
  /** How long `of` with its key still resolves to the platform's ids. */
  readonly referenceRetentionMs: number;
  readonly most: number;
}

/** The payloads of one round of checks. A worker has at most four rounds of an account at once. */
const MOST_CHECKED_BYTES = 4 * 1024 * 1024;

export class DeliveryStore implements Deliveries, Acknowledgements {
  readonly account: string;
  readonly #redis: ScriptedRedis;
  readonly #keys: AccountKeys;
  readonly #accepts: ScriptBatch<ReplyOf<typeof ACCEPT>>;
  readonly #saves: ScriptBatch<ReplyOf<typeof SAVE>>;
  readonly #recent: RecentRecords;
  /** Random for each start of a process, so that it never takes the leases of an earlier run for its own. */
  readonly #owner = randomUUID();
  #rounds = 0;
  #checkRounds = 0;
  /** The full families of the latest look for checks, and how far that look has skipped their due checks. */
  #crowd = { families: "", passed: "" };
  #saveCount = 0;

  /** @param recentBytes how many bytes of recently saved records may be kept */
  constructor(
    redis: ScriptedRedis,
    { prefix, account, recentBytes }: AccountScope & { readonly recentBytes?: number | undefined },
  ) {
    this.account = account;
    this.#recent = new RecentRecords(recentBytes);
    this.#redis = redis;
    this.#keys = new AccountKeys(prefix, account);
    const { base } = this.#keys;
    this.#accepts = new ScriptBatch((...args) => redis.bidaAccept(base, ...args), 2);
    this.#saves = new ScriptBatch((...args) => redis.bidaSave(base, ...args));
  }

  /** Acknowledges one delivery. Calls that are made in the same turn of the event loop share one call to Redis. */
  accept({ request, payloadText, state, claim }: NewDelivery, mostUnfinished: number): Promise<Acceptance> {
    const args = argsOf(ACCEPT, {
      named: {
        id: request.id,
        request: encodeRequest(request),
        payload: payloadText,
        state: encodeState(state, request),
        family: familyOf(request.operation),
        lane: request.lane ?? "",
        keyHash: claim?.hash ?? "",
        keyDigest: claim?.digest ?? "",
        createdAt: request.createdAt,
        due: state.nextAt ?? request.createdAt,
        deadline: request.deadlineAt,
        callback: request.callbackUrl ?? "",
        priority: request.priority,
        mostUnfinished,
        recipients: recipientNames(state),
      },
    });
    return this.#accepts.call([], ...args).then((reply) => acceptanceOf(reply, request.id));
  }

  async claimed(hash: string): Promise<Claimed | null> {
    const claim = await this.#redis.get(this.#keys.key(hash));
    if (claim === null) return null;
    const [id = "", digest = ""] = claim.split(" ");
    return { kind: "claimed", id, digest };
  }

  async leaseSends(look: SendLook): Promise<FoundSends> {
    const { most, leaseMs, probeLeaseMs, maxRateWaitMs, patienceMs, calledAt } = look;
    this.#rounds += 1;
    const args = argsOf(LEASE_SENDS, {
      named: {
        most,
        leaseMs,
        probeLeaseMs,
        maxRateWaitMs,
        owner: this.#owner,
        round: this.#rounds,
        calledAt,
        patienceMs,
        withSuspects: look.withSuspects ? 1 : 0,
        overdueCheckMs: look.overdueCheckMs,
        staysAwake: look.staysAwake === true ? 1 : 0,
      },
      rest: look.intervalsUs,
    });
    const [now, nextDue, more, probe, late, suspects, found, ...payloads] = await this.#redis.bidaLeaseSends(
      this.#keys.base,
      ...args,
    );
    const sends = (JSON.parse(found) as string[][]).map((told, at) => this.#found(told, payloads[at] ?? ""));
    return {
      now,
      nextDueAt: nextDue === "" ? null : Number(nextDue),
      more: more === 1,
      isProbe: probe === 1,
      isLate: late === 1,
      moreSuspects: suspects === 1,
      sends,
    };
  }

  #found(
    [kind, id = "", about = "", version = "0", request = "", state = "", late = ""]: readonly string[],
    payload: string,
  ): FoundSend {
    const delivery = this.#decode(id, { request, state, version: Number(version), late });
    const found = { id, version: Number(version), delivery };
    if (kind === "interrupted") return { ...found, kind };
    if (kind === "deadline") return { ...found, kind, inItsWay: inItsWay(about) };
    return { ...found, kind: "go", leaveAt: Number(about), isSuspect: kind === "suspect", payload };
  }

  async renewSends(held: readonly HeldLease[], leaseMs: number): Promise<ReadonlySet<string>> {
    if (held.length === 0) return new Set();
    const args = argsOf(RENEW_SENDS, { named: { owner: this.#owner, leaseMs }, rest: namesOf(held) });
    return new Set(await this.#redis.bidaRenewSends(this.#keys.base, ...args));
  }

  /** Saves a decision against the version it was made on. The same save made twice is saved once. */
  save(
    delivery: Delivery,
    {
      decision,
      leaving: { leavesLane = isEnded(decision.state.status), policy = DEFAULT_POLICY } = {},
    }: { readonly decision: Decision; readonly leaving?: Partial<SaveContext> },
  ): Promise<SaveResult> {
    const { request, state, version } = delivery;
    const next = decision.state;
    const step = nextStep(next);
    const args = argsOf(SAVE, {
      named: {
        id: request.id,
        version,
        saver: this.nextSaver(),
        state: encodeState(next, request),
        from: state.status,
        to: next.status,
        // Ended deliveries are listed by their end, the others by their acknowledgement.
        score: next.discardedAt ?? next.finishedAt ?? request.createdAt,
        step: step.kind,
        at: step.kind === "end" ? "" : step.at,
        family: familyOf(request.operation),
        interruptions: next.interruptions,
        reasonBefore: state.reason ?? "",
        reason: next.status === "dead" ? next.reason : "",
        lane: request.lane ?? "",
        leavesLane: leavesLane ? 1 : 0,
        endsAt:
          step.kind === "end" ? "" : endsAt(next.recipients, { policy, deadlineAt: request.deadlineAt }),
        lateSeen: delivery.lateReceipts ?? 0,
        priority: request.priority,
        createdAt: request.createdAt,
        group: groupNameOf(request.operation, next),
        named: newlyNamed(state, next),
        counts: talliesOf(delivery, next),
        entries: linesOf(decision.entries),
      },
    });
    return this.#saves.call([], ...args).then(([kind, rings, saved]): SaveResult => {
      if (kind !== "saved" || isEnded(next.status)) this.#recent.forget(request.id);
      else this.#recent.remember({ request, state: next, version: Number(saved) });
      return kind === "saved" ? { kind, rings: rings === 1 } : { kind };
    });
  }

  /** An id that no other save has, in this process or another. */
  nextSaver(): string {
    this.#saveCount += 1;
    return `S:${this.#owner}:${this.#saveCount}`;
  }

  async current(id: string): Promise<CurrentDelivery | null> {
    const found = await this.#read(id);
    if (found === null || found.delivery === null) return null;
    return { delivery: found.delivery, isBeingSent: isLeaseMark(found.mark) };
  }

  async keepLate({ id, version }: HeldLease, late: LateReceipt): Promise<boolean> {
    const args = argsOf(KEEP_LATE, { named: { id, version, receipt: JSON.stringify(late) } });
    return (await this.#redis.bidaKeepLate(this.#keys.base, ...args)) === 1;
  }

  /** Ends a delivery whose record does not parse: dead, `invalid`. The old record is kept beside the new one. */
  async endUnreadable(
    id: string,
    { now, leavesLane }: { readonly now: number; readonly leavesLane: boolean },
  ): Promise<SaveResult> {
    const detail = "its stored record is of another version, or broken, and does not parse";
    const state: DeliveryState = {
      ...newProgress([]),
      knowledge: "unknown",
      detail,
      status: "dead",
      reason: "invalid",
      finishedAt: now,
    };
    const request = { operation: UNREADABLE, createdAt: now, deadlineAt: now };
    const entry: TimelineEntry = { at: now, event: "dead", reason: "invalid", detail };
    const args = argsOf(END_UNREADABLE, {
      named: {
        id,
        state: encodeState(state, { lane: null }),
        request: JSON.stringify(request),
        entry: JSON.stringify(entry),
        leavesLane: leavesLane ? 1 : 0,
      },
    });
    const [kind, rings] = await this.#redis.bidaEndUnreadable(this.#keys.base, ...args);
    this.#recent.forget(id);
    return kind === "gone" ? { kind } : { kind, rings: rings === 1 };
  }

  /** What was acknowledged under an idempotency key, or what is left of it; null if nothing is known. */
  async referenced(keyHash: string): Promise<Referenced | null> {
    const id = await idOfKey(this.#redis, this.#keys.key(keyHash));
    const delivery = id === null ? null : await this.get(id);
    if (id !== null && delivery === "unreadable") return this.#unreadableReference(id);
    if (id !== null && delivery !== null && delivery !== "unreadable") {
      const { request, state } = delivery;
      if (request.operation === UNREADABLE) return this.#unreadableReference(id);
      const { lane, createdAt } = request;
      return { ended: isEnded(state.status), receipt: state.receipt, lane, createdAt };
    }
    const kept = await this.#redis.get(this.#keys.receipt(keyHash));
    return kept === null ? null : decodeKeptReceipt(kept);
  }

  /**
   * The reference to a delivery whose record does not parse. The platform's ids are still found, for the
   * deliveries that name it by its key.
   */
  async #unreadableReference(id: string): Promise<Referenced | null> {
    const fields = await this.#redis.hmget(this.#keys.delivery(id), "unreadableState", "state", "lane");
    const [before = null, state = null, lane = null] = fields;
    const receipt = [before, state].map((text) => decodeReceiptAlone(text ?? "")).find((one) => one !== null);
    return receipt === undefined ? null : { ended: true, receipt: receipt ?? null, lane, createdAt: null };
  }

  async leaseChecks({
    most,
    leaseMs,
    probeLeaseMs,
    withSuspects,
    fullFamilies,
  }: CheckLook): Promise<FoundChecks> {
    this.#checkRounds += 1;
    const crowd = fullFamilies.join(" ");
    if (crowd !== this.#crowd.families) this.#crowd = { families: crowd, passed: "" };
    const told = await this.#redis.bidaLeaseChecks(
      this.#keys.base,
      ...argsOf(LEASE_CHECKS, {
        named: {
          most,
          leaseMs,
          probeLeaseMs,
          withSuspects: withSuspects ? 1 : 0,
          mostBytes: MOST_CHECKED_BYTES,
          passed: this.#crowd.passed,
          owner: this.#owner,
          round: this.#checkRounds,
        },
        rest: fullFamilies,
      }),
    );
    const [now, nextDue, probe, suspects, passed, isCrowded, ...items] = JSON.parse(told) as LeasedChecks;
    this.#crowd = { families: crowd, passed };
    const leased: (LeasedCheck | Promise<LeasedCheck>)[] = [];
    for (let i = 0; i + 3 < items.length; i += 4) {
      const [id = "", version = "0", former = "0", leases = "0"] = items.slice(i, i + 4);
      const lease = { version: Number(version), expiredLeases: Number(leases) };
      leased.push(this.#leased(id, { ...lease, former: Number(former) }));
    }
    const checks = await allOf(leased);
    return {
      now,
      nextDueAt: nextDue === "" ? null : Number(nextDue),
      isProbe: probe === 1,
      moreSuspects: suspects === 1,
      isCrowded: isCrowded === 1,
      checks,
    };
  }

  async renewChecks(held: readonly HeldLease[], leaseMs: number): Promise<void> {
    if (held.length === 0) return;
    const args = argsOf(RENEW_CHECKS, { named: { leaseMs }, rest: namesOf(held) });
    await this.#redis.bidaRenewChecks(this.#keys.base, ...args);
  }

  async releaseChecks(held: readonly HeldLease[]): Promise<void> {
    if (held.length > 0) await this.#redis.bidaReleaseChecks(this.#keys.base, ...namesOf(held));
  }

  async handBackProbe(of: CallKind): Promise<void> {
    await this.#redis.hdel(this.#keys.breaker, of === "send" ? "probeUntil" : "checkProbeUntil");
  }

  /**
   * Deletes records that ended longer ago than `retentionMs`. A dead letter is deleted only after a person has
   * discarded it. Returns how many were deleted.
   */
  async purge(status: Status, { retentionMs, referenceRetentionMs, most }: PurgeLimits): Promise<number> {
    const { base } = this.#keys;
    const args = argsOf(PURGE, { named: { status, retentionMs, most, receiptMs: referenceRetentionMs } });
    return this.#redis.bidaPurge(base, ...args);
  }

  /** Null if there is no such delivery; `unreadable` if its record does not parse. */
  async get(id: string): Promise<Delivery | "unreadable" | null> {
    const found = await this.#read(id);
    return found === null ? null : (found.delivery ?? "unreadable");
  }

  /** The payload in its producer's text; null if there is no such delivery, or it was trimmed. */
  async payload(id: string): Promise<string | null> {
    return this.#redis.hget(this.#keys.delivery(id), "payload");
  }

  /** What the operation has kept of a trimmed delivery's payload (`remains`); null if it was not trimmed. */
  async remains(id: string): Promise<string | null> {
    return (await readTrimmed(this.#redis, this.#keys.delivery(id)))?.remains ?? null;
  }

  async timeline(id: string): Promise<TimelineEntry[]> {
    return timelineOf(await wholeTimeline(this.#redis, this.#keys.delivery(id)));
  }

  async count(status: Status): Promise<number> {
    return this.#redis.zcard(this.#keys.status(status));
  }

  /** The ids of one status, the oldest first, at most `most`. */
  async ids(status: Status, most: number): Promise<string[]> {
    return this.#redis.zrange(this.#keys.status(status), 0, String(most - 1));
  }

  /** How many deliveries ended dead for each of these reasons. */
  async countReason(reason: string): Promise<number> {
    return this.#redis.zcard(this.#keys.reason(reason));
  }

  /** The record of a leased check. Most were saved by this worker a moment ago; the others are read together. */
  #leased(
    id: string,
    {
      version,
      former,
      expiredLeases,
    }: { readonly version: number; readonly former: number; readonly expiredLeases: number },
  ): LeasedCheck | Promise<LeasedCheck> {
    // The lease raised the version, and changed nothing else.
    const known = this.#recent.find(id, former);
    if (known !== null) return { id, version, delivery: { ...known, version }, expiredLeases };
    return this.#readLeased(id, { version, expiredLeases });
  }

  async #readLeased(
    id: string,
    { version, expiredLeases }: { readonly version: number; readonly expiredLeases: number },
  ): Promise<LeasedCheck> {
    const found = await this.get(id);
    // With the lease's version: if somebody has changed the record since, a save against that version is
    // refused.
    const delivery = found === "unreadable" || found === null ? null : { ...found, version };
    return { id, version, delivery, expiredLeases };
  }

  /** Null if there is no such delivery; its `delivery` is null if it does not parse. */
  async #read(
    id: string,
  ): Promise<{ readonly delivery: Delivery | null; readonly mark: string | null } | null> {
    const key = this.#keys.delivery(id);
    const fields = await this.#redis.hmget(key, "request", "state", "version", "late", "mark");
    const [request = null, state = null, version, late, mark = null] = fields;
    if (request === null && version == null) return null;
    const texts = await wholeTexts(this.#redis, { record: key, request, state });
    if (texts === null) return null;
    const stored = { ...texts, version: Number(version ?? "0"), late: late ?? "" };
    return { delivery: this.#decode(id, stored), mark };
  }

  #decode(
    id: string,
    stored: {
      readonly request: string;
      readonly state: string;
      readonly version: number;
      readonly late: string;
    },
  ): Delivery | null {
    const known = stored.late === "" ? this.#recent.find(id, stored.version) : null;
    return known ?? decodeDelivery({ id, account: this.account }, stored);
  }
}

/** Translates the reply of accept.lua. */
function acceptanceOf(reply: ReplyOf<typeof ACCEPT>, id: string): Acceptance {
  if (reply === "created") return { kind: "created", id, rings: false };
  switch (reply[0]) {
    case "created":
      return { kind: "created", id, rings: true };
    case "claimed":
      return { kind: "claimed", id: reply[1], digest: reply[2] };
    case "full":
      return { kind: "full" };
  }
}

/** The ids and versions of leases, as the scripts take them. */
function namesOf(held: readonly HeldLease[]): (string | number)[] {
  return held.flatMap(({ id, version }) => [id, version]);
}

/** Whether the mark of a record names a lease, rather than the last save. */
export function isLeaseMark(mark: string | null): boolean {
  return mark !== null && mark.startsWith("L:");
}

/** The entries of a timeline as they are stored: JSON, one a line. */
export function linesOf(entries: readonly TimelineEntry[]): string {
  return entries.map((entry) => JSON.stringify(entry)).join("\n");
}

export function timelineOf(lines: string | null): TimelineEntry[] {
  if (lines === null || lines === "") return [];
  let at = 0;
  return lines.split("\n").map((line) => {
    const entry = entryOf(line) ?? { at, event: "unreadable" };
    ({ at } = entry);
    return entry;
  });
}

/** Null for an entry that does not parse, so that it hides no other. */
function entryOf(line: string): TimelineEntry | null {
  try {
    const entry = JSON.parse(line) as Partial<TimelineEntry> | null;
    const isEntry = typeof entry?.at === "number" && typeof entry.event === "string";
    return isEntry ? (entry as TimelineEntry) : null;
  } catch {
    return null;
  }
}

/** Parses the `about` of lease-sends.lua: the gate, the lane's head and its status. */
function inItsWay(about: string): InItsWay {
  const [gate = "", id = "", status = ""] = about.split(" ");
  return { gate: gate === "" ? null : gate, head: id === "" ? null : { id, status } };
}

/**
 * The delivery that an idempotency key was used for.
 *
 * @param key the name of its claim in Redis
 */
export async function idOfKey(redis: ScriptedRedis, key: string): Promise<string | null> {
  const claim = await redis.get(key);
  return claim?.split(" ")[0] ?? null;
}
