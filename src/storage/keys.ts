import type { ShownStatus } from "../delivery/record.ts";

/**
 * The names of Bida's keys in Redis (DESIGN section 5). All keys of one account share a hash tag, so an
 * account lives in one slot of a cluster, and a script may build its names from the base alone.
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

  /** What the platform named, of a delivery that is forgotten. */
  receipt(hash: string): string {
    return `${this.base}receipt:${hash}`;
  }

  /** The list of a status; what is being sent is told by its lease. */
  status(status: ShownStatus): string {
    return status === "sending" ? this.sendLeases : `${this.base}status:${status}`;
  }

  get sendLeases(): string {
    return `${this.base}send:leases`;
  }

  reason(reason: string): string {
    return `${this.base}reason:${reason}`;
  }

  lane(name: string): string {
    return `${this.base}lane:${name}`;
  }

  /** What is to be sent, by when; of a lane only the head. One list a family of operations. */
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

  /** What was found out about the account's installation. */
  get facts(): string {
    return `${this.base}facts`;
  }

  get deadCallbacks(): string {
    return `${this.base}callback:dead`;
  }

  get callbackDue(): string {
    return `${this.base}callback:due`;
  }

  get breaker(): string {
    return `${this.base}breaker`;
  }

  token(scope: string): string {
    return `${this.base}token:${scope}`;
  }
}
