/**
 * The deliveries of one account in Redis: one script per change of state.
 *
 * Every method is one call to Redis. What a script answers is translated here and nowhere else.
 */
import { randomUUID } from "node:crypto";
import { nextStep, type Decision } from "../delivery/decision.ts";
import { isEnded, newProgress, type Delivery, type DeliveryState, type Status } from "../delivery/record.ts";
import { TIMELINE_CAP, type TimelineEntry } from "../delivery/timeline.ts";
import type { Acceptance, Acknowledgements, Claimed, NewDelivery } from "../operations/ports.ts";
import type {
  Beginning,
  Deliveries,
  Lease,
  LeasedCheck,
  LeaseRequest,
  Overdue,
  Referenced,
  Saving,
  SendGate,
} from "../pipeline/ports.ts";
import type { ScriptedRedis } from "./connection.ts";
import { AccountKeys } from "./keys.ts";
import { ScriptBatch } from "./script-batch.ts";
import { RecentRecords } from "./recent-records.ts";
import { promotedOf } from "./promoted.ts";
import { decodeDelivery, decodeKeptReceipt, encodeRequest, encodeState } from "./record-codec.ts";

/** How long the second delivery of a lane waits before it looks whether its head is still there. */
const LANE_RECHECK_MS = 60_000;

/** Behind a shut gate a lease looks for deadlines among so many that are due. */
const LOOK_AT_BEHIND_A_GATE = 1_000;

export interface PurgeLimits {
  /** Of a record after its end, and of its key after that. */
  readonly retentionMs: number;
  /** How long `of` with its key still finds what the platform named. */
  readonly referenceRetentionMs: number;
  readonly most: number;
}

export class DeliveryStore implements Deliveries, Acknowledgements {
  readonly account: string;
  readonly #redis: ScriptedRedis;
  readonly #keys: AccountKeys;
  readonly #accepts: ScriptBatch;
  readonly #begins: ScriptBatch;
  readonly #saves: ScriptBatch;
  readonly #recent = new RecentRecords();
  readonly #owner = randomUUID();
  #marks = 0;

  constructor(redis: ScriptedRedis, prefix: string, account: string) {
    this.account = account;
    this.#redis = redis;
    this.#keys = new AccountKeys(prefix, account);
    const { base } = this.#keys;
    this.#accepts = new ScriptBatch((...args) => redis.bidaAccept(base, ...args));
    this.#begins = new ScriptBatch((...args) => redis.bidaBegin(base, ...args));
    this.#saves = new ScriptBatch((...args) => redis.bidaSave(base, ...args));
  }

  /** Acknowledges one delivery. Calls made in the same turn travel together. */
  async accept(
    { request, payloadText, state, claim }: NewDelivery,
    mostUnfinished: number,
  ): Promise<Acceptance> {
    const [verdict, about, digest = ""] = (await this.#accepts.call(
      [LANE_RECHECK_MS, mostUnfinished],
      request.id,
      encodeRequest(request),
      encodeState(state, request),
      request.lane ?? "",
      claim?.hash ?? "",
      claim?.digest ?? "",
      request.createdAt,
      state.nextAt ?? request.createdAt,
      request.deadlineAt,
      request.callbackUrl ?? "",
      request.priority,
      payloadText,
    )) as ["created" | "claimed" | "full", string | number, string?];
    switch (verdict) {
      case "created":
        return { kind: "created", id: request.id, isHead: about === 1 };
      case "claimed":
        return { kind: "claimed", id: String(about), digest };
      case "full":
        return { kind: "full" };
    }
  }

  async claimed(hash: string): Promise<Claimed | null> {
    const claim = await this.#redis.get(this.#keys.key(hash));
    if (claim === null) return null;
    const [id = "", digest = ""] = claim.split(" ");
    return { kind: "claimed", id, digest };
  }

  /** Passes the gates and marks the send as begun, or says why not and until when. */
  async begin(id: string, gate: SendGate): Promise<Beginning> {
    const { maxRateWaitMs, attemptLeaseMs, probeLeaseMs, intervalsUs } = gate;
    const reply = (await this.#begins.call(
      [maxRateWaitMs, attemptLeaseMs, probeLeaseMs, LANE_RECHECK_MS, ...intervalsUs],
      id,
      this.#nextMark(),
    )) as [Beginning["kind"], number, number, string?, string?, string?, number?, string?];
    const [kind, now, until, request = "", state = "", version = "0", probe, payload = ""] = reply;
    const load = (): Delivery | null => this.#decode(id, request, state, version);
    switch (kind) {
      case "go":
        return { kind, now, leaveAt: until, isProbe: probe === 1, delivery: load(), payload };
      case "interrupted":
        return { kind, now, delivery: load() };
      case "deadline":
        return { kind, now, behind: until === 1, delivery: load() };
      case "unreadable":
        return { kind, now };
      case "gone":
      case "ended":
        return { kind };
      case "behind":
      case "early":
      case "paused":
      case "parked":
      case "paced":
        return { kind, now, until };
    }
  }

  /** Saves a decision against the version it was made on. */
  async save(
    delivery: Delivery,
    decision: Decision,
    leavesLane = isEnded(decision.state.status),
  ): Promise<Saving> {
    const { request, state, version } = delivery;
    const next = decision.state;
    const step = nextStep(next);
    const [kind, promoted, priority] = (await this.#saves.call(
      [TIMELINE_CAP, LANE_RECHECK_MS],
      request.id,
      version,
      encodeState(next, request),
      state.status,
      next.status,
      // Ended deliveries are listed by their end, the others by their acknowledgement.
      next.finishedAt ?? request.createdAt,
      step.kind === "send" ? step.at : "",
      step.kind === "check" ? step.at : "",
      next.reason ?? "",
      state.reason ?? "",
      leavesLane ? (request.lane ?? "") : "",
      ...decision.entries.map((entry) => JSON.stringify(entry)),
    )) as ["saved" | "stale" | "gone", string?, string?];
    if (kind !== "saved" || isEnded(next.status)) this.#recent.forget(request.id);
    else this.#recent.remember({ request, state: next, version: version + 1 });
    if (kind !== "saved") return { kind };
    return { kind, promoted: promotedOf(promoted, priority) };
  }

  /** Ends a delivery whose record does not parse as dead `invalid`; the old record is kept beside it. */
  async condemn(id: string, now: number, leavesLane: boolean): Promise<Saving> {
    const detail = "its stored record is of an older schema and does not parse";
    const state: DeliveryState = {
      ...newProgress([]),
      knowledge: "unknown",
      detail,
      status: "dead",
      reason: "invalid",
      finishedAt: now,
    };
    const request = { operation: "unreadable", createdAt: now, deadlineAt: now };
    const entry: TimelineEntry = { at: now, event: "dead", reason: "invalid", detail };
    const [kind, , promoted, priority] = (await this.#redis.bidaCondemn(
      this.#keys.base,
      id,
      encodeState(state, { lane: null, deadlineAt: now }),
      JSON.stringify(request),
      JSON.stringify(entry),
      leavesLane ? 1 : 0,
      LANE_RECHECK_MS,
    )) as ["saved" | "gone", number?, string?, string?];
    this.#recent.forget(id);
    return kind === "gone" ? { kind } : { kind, promoted: promotedOf(promoted, priority) };
  }

  /** What was acknowledged under an idempotency key, or what is left of it; null if nothing is known. */
  async referenced(keyHash: string): Promise<Referenced | null> {
    const id = await this.idOfKey(keyHash);
    const delivery = id === null ? null : await this.get(id);
    if (delivery === "unreadable") return null;
    if (delivery !== null) {
      const { request, state } = delivery;
      const { lane, createdAt } = request;
      return { ended: isEnded(state.status), receipt: state.receipt, lane, createdAt };
    }
    const kept = await this.#redis.get(this.#keys.receipt(keyHash));
    return kept === null ? null : decodeKeptReceipt(kept);
  }

  /** Takes back the mark of a send that never left. False if somebody else has moved on. */
  async handBack(delivery: Delivery, nextAt: number): Promise<boolean> {
    const { request, version } = delivery;
    return (await this.#redis.bidaHandBack(this.#keys.base, request.id, version, nextAt)) === 1;
  }

  async leaseChecks({ most, leaseMs, probeLeaseMs, withSuspects }: LeaseRequest): Promise<Lease> {
    const [now, nextDue, probe, ...items] = (await this.#redis.bidaLeaseChecks(
      this.#keys.base,
      most,
      leaseMs,
      probeLeaseMs,
      LOOK_AT_BEHIND_A_GATE,
      withSuspects ? 1 : 0,
    )) as [number, string, number, ...string[]];
    const leased: Promise<LeasedCheck>[] = [];
    for (let i = 0; i + 3 < items.length; i += 4) {
      const [id = "", version = "0", leases = "0", past] = items.slice(i, i + 4);
      leased.push(this.#leased(id, Number(version), { expiredLeases: Number(leases), isPast: past === "1" }));
    }
    const checks = await Promise.all(leased);
    return { now, nextDueAt: nextDue === "" ? null : Number(nextDue), isProbe: probe === 1, checks };
  }

  async renewChecks(ids: readonly string[], until: number): Promise<void> {
    if (ids.length === 0) return;
    await this.#redis.zadd(this.#keys.confirmLeases, "XX", ...ids.flatMap((id) => [until, id]));
  }

  async releaseChecks(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#redis.bidaReleaseChecks(this.#keys.base, ...ids);
  }

  async handBackProbe(): Promise<void> {
    await this.#redis.hdel(this.#keys.breaker, "probeUntil");
  }

  /** What should have a ticket by now, or within `horizonMs`. */
  async sweep(options: { horizonMs: number; most: number; pauseMs: number }): Promise<Overdue> {
    const [now, oldestOverdueMs, ...items] = (await this.#redis.bidaSweep(
      this.#keys.base,
      options.horizonMs,
      options.most,
      options.pauseMs,
    )) as [number, number, ...string[]];
    const due: Overdue["due"][number][] = [];
    for (let i = 0; i + 3 < items.length; i += 4) {
      const [id = "", at, priority, expired] = items.slice(i, i + 4);
      due.push({ id, at: Number(at), priority: Number(priority), isExpired: expired === "1" });
    }
    return { now, oldestOverdueMs, due };
  }

  /** Forgets what ended longer ago than `retentionMs`; dead letters only once somebody has discarded them. */
  async purge(status: Status, { retentionMs, referenceRetentionMs, most }: PurgeLimits): Promise<number> {
    const { base } = this.#keys;
    return (await this.#redis.bidaPurge(base, status, retentionMs, most, referenceRetentionMs)) as number;
  }

  /** Null if there is no such delivery; `unreadable` if its record does not parse. */
  async get(id: string): Promise<Delivery | "unreadable" | null> {
    const [request, state, version] = await this.#redis.hmget(
      this.#keys.delivery(id),
      "request",
      "state",
      "version",
    );
    if (request == null || state == null) return null;
    return this.#decode(id, request, state, version ?? "0") ?? "unreadable";
  }

  /** The payload in its producer's text; null if there is no such delivery. */
  async payload(id: string): Promise<string | null> {
    return this.#redis.hget(this.#keys.delivery(id), "payload");
  }

  async timeline(id: string): Promise<TimelineEntry[]> {
    const lines = await this.#redis.lrange(this.#keys.timeline(id), 0, -1);
    return lines.map((line) => JSON.parse(line) as TimelineEntry);
  }

  /** The delivery that an idempotency key was used for. */
  async idOfKey(hash: string): Promise<string | null> {
    const claim = await this.#redis.get(this.#keys.key(hash));
    return claim?.split(" ")[0] ?? null;
  }

  async count(status: Status): Promise<number> {
    return this.#redis.zcard(this.#keys.status(status));
  }

  /** Ids of one status, the oldest first. */
  async ids(status: Status, most: number): Promise<string[]> {
    return this.#redis.zrange(this.#keys.status(status), 0, String(most - 1));
  }

  /** How many deliveries ended dead for each of these reasons. */
  async countReason(reason: string): Promise<number> {
    return this.#redis.zcard(this.#keys.reason(reason));
  }

  /** The record of a lease: most were saved by this worker a moment ago, the others are read together. */
  async #leased(
    id: string,
    version: number,
    told: Pick<LeasedCheck, "expiredLeases" | "isPast">,
  ): Promise<LeasedCheck> {
    const known = this.#recent.find(id, version);
    if (known !== null) return { id, delivery: known, ...told };
    const found = await this.get(id);
    return { id, delivery: found === "unreadable" ? null : found, ...told };
  }

  /** A mark that no other call has made, in this process or another. */
  #nextMark(): string {
    this.#marks += 1;
    return `${this.#owner}:${this.#marks}`;
  }

  #decode(id: string, request: string, state: string, version: string | number): Delivery | null {
    const known = this.#recent.find(id, Number(version));
    return (
      known ?? decodeDelivery({ id, account: this.account }, { request, state, version: Number(version) })
    );
  }
}
