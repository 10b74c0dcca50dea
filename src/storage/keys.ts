import type { ShownStatus } from "../delivery/record.ts";

/** Whose keys: an account of an installation. */
export interface AccountScope {
  /** The prefix of the installation, `redis.prefix`. */
  readonly prefix: string;
  readonly account: string;
}

/**
 * The names of Bida's keys in Redis. All keys of one account share a hash tag, so an account lives in one
 * slot of a cluster, and a script may build its names from the base alone.
 *
 * | key | what |
 * | --- | --- |
 * | `d:<id>` hash | the record; its fields are below |
 * | `key:<hash>` string | idempotency key → `<id> <digest>`; no expiry while the record exists |
 * | `receipt:<hash>` string | the platform's ids, of a record that was deleted |
 * | `lane:<lane>` zset | ids in the order of their acknowledgement (`seq` counts) |
 * | `status:<status>` zset | unfinished ids by acknowledgement, ended ones by their end; `sending` has none: see `send:leases` |
 * | `reason:<reason>` zset | dead letters by their end |
 * | `send:due:<family>` zset | ids to be sent, by their due time; of a lane only the head |
 * | `send:priority` hash | id → priority, for those with another than the highest (0) |
 * | `send:ready:<family>` zset | ids that are due and have a priority, by priority |
 * | `send:suspects` zset | ids whose worker died while sending them: leased in small batches, then alone |
 * | `send:leases` zset | ids that are being sent, by the end of the lease; an entry counts until save, hand-back or takeover |
 * | `send:round:<owner>` string | the last round of a process that leased something, for a repeated call |
 * | `send:asleep` string | a look of some worker found nothing to send: whoever makes something due removes this key, and rings |
 * | `confirm:due`, `confirm:leases` zset | ids to be checked, by due time; ids that are being checked, by the end of the lease |
 * | `confirm:round:<owner>` string | the same as `send:round`, for checks |
 * | `recipient:<hash>` zset | ids of the deliveries to a recipient, by acknowledgement |
 * | `named:<hash>` zset | ids of the deliveries that have a platform id which nobody has claimed, by acknowledgement |
 * | `groups` set, `group:<operation>:<reason>:<code>` zset | the groups of dead letters; the ids in one group by their end |
 * | `lanes:held` zset, `lanes:waits` hash, `lanes:waiting` number | lanes that a dead letter holds, by the time since when; how many wait behind it; the sum of these |
 * | `stats:<minute>`, `stats:h<hour>` hash | how many were accepted, confirmed, and so on; kept for a day, for five weeks |
 * | `deadlines` zset | every unfinished id, by when it must have ended (or is to be looked at again) |
 * | `callback:due`, `callback:dead` zset | callbacks by due time; callbacks that were given up |
 * | `group:marks` hash | a group of dead letters → the mark that people have set on it |
 * | `fates:<action>` hash | how the deliveries ended that one bulk action replayed |
 * | `trimmed:<status>` string | the end and id up to which ended deliveries are trimmed |
 * | `latest:errors`, `latest:breaker` list | recent errors; changes of the breaker (JSON, the latest first) |
 * | `mirror:<account>` hash, `…:unmapped` hash, `…:until` string | what has been mirrored to an account; staff ids without a recipient; up to which time it was mirrored |
 * | `durable` string | written after an accept that waits for the disk or a replica, and waited for |
 * | `probe` string | written to see whether Redis takes writes |
 * | `nothing`, `none` | never exist: they are deleted to see whether Redis takes commands that need no memory |
 * | `bull:…` | BullMQ's |
 * | `claims` hash | the platform's id → the delivery that it proves |
 * | `token:<scope>` hash, `rate:<bucket>` string, `breaker` hash, `breaker:<slot>` hash, `budgets:<window>:<n>` hash, `facts` hash | what the account's workers share |
 *
 * Fields of a record: `request` (what was asked for, JSON without the payload), `payload` (the producer's own
 * text), `state` (JSON), `version` (rises with each change and each lease, by more than one: `lib/version.lua`), `mark`
 * (`L:<owner>:<round>` while a send is leased, else `S:<owner>:<n>` of the last save), `timeline` (JSON, one
 * entry a line), and those that scripts read alone: `family`, `lane`, `deadline`, `callback`, `key`, `turn`
 * (due time of one behind its lane's head), `recipients` and `named` (the lists it is found by), `group` (of a
 * dead letter), `suspect`, `leases` (how many leases of its checks ran out), `overdue` (version and time of a
 * check that was found past the deadline), `late` (receipts that came while the next send was leased),
 * `claimed`, `callbackState`, `callbackLease`, `action` (the bulk action that replayed it), `originals`,
 * `unreadableState`, `unreadableRequest`. A trimmed record keeps `version`, `key`, `recipients`, `named`,
 * `claimed`, `callbackState` and `callbackLease`, and has its `receipt`, its `lane` and the fields `0`, `1`, …
 * (`trimmed-record.ts`).
 */
export class AccountKeys {
  readonly base: string;

  constructor(prefix: string, account: string) {
    this.base = `${prefix}:{${account}}:`;
  }

  delivery(id: string): string {
    return `${this.base}d:${id}`;
  }

  key(hash: string): string {
    return `${this.base}key:${hash}`;
  }

  /** The platform's ids, of a delivery that was deleted. */
  receipt(hash: string): string {
    return `${this.base}receipt:${hash}`;
  }

  /** The list of a status; for `sending` the list of leases. */
  status(status: ShownStatus): string {
    return status === "sending" ? this.sendLeases : `${this.base}status:${status}`;
  }

  /** Deliveries whose worker died while sending them. */
  get sendSuspects(): string {
    return `${this.base}send:suspects`;
  }

  get sendLeases(): string {
    return `${this.base}send:leases`;
  }

  /** Set while a worker sleeps because a look found nothing to send. */
  get asleep(): string {
    return `${this.base}send:asleep`;
  }

  reason(reason: string): string {
    return `${this.base}reason:${reason}`;
  }

  lane(name: string): string {
    return `${this.base}lane:${name}`;
  }

  /** Deliveries to be sent, by due time; of a lane only the head. One list for each family of operations. */
  sendDue(family: string): string {
    return `${this.base}send:due:${family}`;
  }

  /** When each unfinished delivery must have ended. */
  get deadlines(): string {
    return `${this.base}deadlines`;
  }

  get confirmDue(): string {
    return `${this.base}confirm:due`;
  }

  get confirmLeases(): string {
    return `${this.base}confirm:leases`;
  }

  /** Which delivery owns each of the platform's ids. */
  get claims(): string {
    return `${this.base}claims`;
  }

  /** Facts that were found out about the account's installation. */
  get facts(): string {
    return `${this.base}facts`;
  }

  /** A list in which a delivery is found: see `delivery/lookup-names.ts`. */
  lookup(kind: "recipient" | "named", name: string): string {
    return `${this.base}${kind}:${name}`;
  }

  /** The groups of dead letters. */
  get groups(): string {
    return `${this.base}groups`;
  }

  /** The marks that people have set on groups. */
  get groupMarks(): string {
    return `${this.base}group:marks`;
  }

  /** How the deliveries ended that a bulk action replayed. */
  fates(action: string): string {
    return `${this.base}fates:${action}`;
  }

  /** Written after an accept that waits for the disk or a replica. */
  get durable(): string {
    return `${this.base}durable`;
  }

  get lanesHeld(): string {
    return `${this.base}lanes:held`;
  }

  get lanesWaits(): string {
    return `${this.base}lanes:waits`;
  }

  get lanesWaiting(): string {
    return `${this.base}lanes:waiting`;
  }

  get deadCallbacks(): string {
    return `${this.base}callback:dead`;
  }

  get callbackDue(): string {
    return `${this.base}callback:due`;
  }

  /** When the next place of a rate is free. */
  rate(bucket: string): string {
    return `${this.base}rate:${bucket}`;
  }

  get latestErrors(): string {
    return `${this.base}latest:errors`;
  }

  get breakerChanges(): string {
    return `${this.base}latest:breaker`;
  }

  /** Staff ids without a recipient, of the mirror to this account. */
  unmapped(to: string): string {
    return `${this.base}mirror:${to}:unmapped`;
  }

  /** The time up to which messages have been mirrored to this account. */
  mirrored(to: string): string {
    return `${this.base}mirror:${to}:until`;
  }

  get breaker(): string {
    return `${this.base}breaker`;
  }

  token(scope: string): string {
    return `${this.base}token:${scope}`;
  }
}
