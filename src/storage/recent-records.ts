/**
 * The records that this worker has saved most recently, so that it need not parse them again a moment later.
 *
 * Safe because of the version: records with the same id and version are equal, also after a failover that lost
 * writes (`scripts/lib/version.lua`). Bounded in bytes, because one record may have a hundred recipients and another
 * one. Payloads are not kept.
 */
import type { LedgerEntry } from "../delivery/ledger.ts";
import type { Delivery } from "../delivery/record.ts";

/** The most bytes on the heap, approximately: for one account, and for all accounts of a process. */
export const MOST_BYTES = 16 * 1024 * 1024;
const MOST_OF_ALL_BYTES = 64 * 1024 * 1024;

/** The share of each account. */
export function shareOfRecords(accounts: number): number {
  return Math.min(MOST_BYTES, Math.floor(MOST_OF_ALL_BYTES / Math.max(1, accounts)));
}

export class RecentRecords {
  readonly #byId = new Map<string, { readonly delivery: Delivery; readonly bytes: number }>();
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** Their approximate size now. */
  get bytes(): number {
    return this.#bytes;
  }

  remember(delivery: Delivery): void {
    const { id } = delivery.request;
    // Taken out first, so that the oldest entry is always the first of the map.
    this.forget(id);
    const bytes = bytesOf(delivery);
    this.#byId.set(id, { delivery, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#byId.keys()) {
      if (this.#bytes <= this.#mostBytes) return;
      this.forget(oldest);
    }
  }

  forget(id: string): void {
    this.#bytes -= this.#byId.get(id)?.bytes ?? 0;
    this.#byId.delete(id);
  }

  /** Null unless the record was saved here and nobody has changed it since. */
  find(id: string, version: number): Delivery | null {
    const known = this.#byId.get(id);
    return known?.delivery.version === version ? known.delivery : null;
  }
}

/** An object with some fields, numbers included. */
const RECORD_BYTES = 800;
const RECIPIENT_BYTES = 200;
/** Two bytes, as for text beyond Latin-1. */
const CHARACTER_BYTES = 2;

function bytesOf({ request, state }: Delivery): number {
  const texts = [request.key, request.lane, request.callbackUrl, request.metadata, state.detail];
  const characters = texts.reduce((sum, text) => sum + (text?.length ?? 0), charactersIn(state.receipt));
  const recipients = state.recipients.reduce((sum, entry) => sum + bytesOfEntry(entry), 0);
  return RECORD_BYTES + CHARACTER_BYTES * characters + recipients;
}

function bytesOfEntry({ id, detail, memo, receipt, evidence }: LedgerEntry): number {
  const texts = [id, detail, memo, evidence?.digest, evidence?.note];
  const characters = texts.reduce((sum, text) => sum + (text?.length ?? 0), charactersIn(receipt));
  return RECIPIENT_BYTES + CHARACTER_BYTES * characters;
}

function charactersIn(receipt: Readonly<Record<string, string>> | null): number {
  return Object.values(receipt ?? {}).reduce((sum, text) => sum + text.length, 0);
}
