/**
 * The names of Redis' keys that belong to no account. No account can be named `_actions` or the like, so nobody's
 * keys are in the slots of these.
 *
 * | key | what |
 * | --- | --- |
 * | `accounts` hash | every account that ever had a delivery: its platform, and who retired it (JSON) |
 * | `accounts:served` hash | when a process last served each account |
 * | `turn:<what>`, `turn-taken:<what>` string | which process does the periodic work; whether it was done lately |
 * | `alerts` string | which alerts were sent (JSON) |
 * | `intake:refused` list | orders that the intake refused (JSON, the latest first) |
 * | `{_audit}:log`, `{_audit}:reads` stream | what people did; what they looked at |
 * | `{_actions}:a:<id>` hash, `…:due`, `…:all` zset, `…:failed:<id>` list | bulk actions, by when their next round is due, by their start; the items of each that failed (JSON) |
 * | `{_sessions}:s:<id>`, `…:link:<id>`, `…:wrong:<address>` string, `…:all` zset | sessions of people and links to sign on, by the digest of their secret; wrong keys from an address; open sessions |
 * | `{_workers}:w:<id>`, `…:beats:<id>`, `…:latest` string, `…:all` zset, `…:lost` hash | the running processes, and how often each has reported; the time of the latest report; the processes by it; which writes Redis has lost |
 * | `{clock}` | no key is there: Redis' time is asked on its slot |
 */
export class InstallationKeys {
  /** What the names of all keys of bulk actions begin with, for scripts. */
  readonly actions: string;
  /** What the names of all keys of processes begin with, for scripts. */
  readonly workers: string;
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
    this.actions = `${prefix}:{_actions}:`;
    this.workers = `${prefix}:{_workers}:`;
  }

  get accounts(): string {
    return `${this.#prefix}:accounts`;
  }

  get accountsServed(): string {
    return `${this.#prefix}:accounts:served`;
  }

  turn(what: string): string {
    return `${this.#prefix}:turn:${what}`;
  }

  turnTaken(what: string): string {
    return `${this.#prefix}:turn-taken:${what}`;
  }

  get alerts(): string {
    return `${this.#prefix}:alerts`;
  }

  get refusedOrders(): string {
    return `${this.#prefix}:intake:refused`;
  }

  get auditedActs(): string {
    return `${this.#prefix}:{_audit}:log`;
  }

  get auditedReads(): string {
    return `${this.#prefix}:{_audit}:reads`;
  }

  action(id: string): string {
    return `${this.actions}a:${id}`;
  }

  get actionsDue(): string {
    return `${this.actions}due`;
  }

  get allActions(): string {
    return `${this.actions}all`;
  }

  failedItems(action: string): string {
    return `${this.actions}failed:${action}`;
  }

  session(id: string): string {
    return this.#ofSessions(`s:${id}`);
  }

  get allSessions(): string {
    return this.#ofSessions("all");
  }

  loginLink(id: string): string {
    return this.#ofSessions(`link:${id}`);
  }

  wrongKeys(address: string): string {
    return this.#ofSessions(`wrong:${address}`);
  }

  worker(id: string): string {
    return `${this.workers}w:${id}`;
  }

  get allWorkers(): string {
    return `${this.workers}all`;
  }

  heartbeats(worker: string): string {
    return `${this.workers}beats:${worker}`;
  }

  get latestHeartbeat(): string {
    return `${this.workers}latest`;
  }

  get lostWrites(): string {
    return `${this.workers}lost`;
  }

  /** Never written: the slot on which Redis is asked for its time. */
  get clock(): string {
    return `${this.#prefix}:{clock}`;
  }

  #ofSessions(name: string): string {
    return `${this.#prefix}:{_sessions}:${name}`;
  }
}
