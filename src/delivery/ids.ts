/**
 * Delivery ids: 21 characters that sort by time. They consist of a letter (BullMQ refuses ids that look like
 * integers), 48 bits of milliseconds and 72 random bits.
 */
import { randomFillSync } from "node:crypto";

// In ASCII order, so that ids sort by their time.
const ALPHABET = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

/** A new id for a delivery acknowledged at `now` (ms), made of at least 9 random bytes. */
export function deliveryId(now: number, random: Uint8Array = chance()): string {
  let id = "d";
  for (let shift = 42; shift >= 0; shift -= 6) id += ALPHABET[Math.floor(now / 2 ** shift) % 64];
  const bytes = new DataView(random.buffer, random.byteOffset, random.byteLength);
  for (let i = 0; i < 9; i += 3) {
    const bits = (bytes.getUint16(i) << 8) | bytes.getUint8(i + 2);
    id += `${ALPHABET[bits >> 18]}${ALPHABET[(bits >> 12) & 63]}${ALPHABET[(bits >> 6) & 63]}${ALPHABET[bits & 63]}`;
  }
  return id;
}

const POOL_BYTES = 9 * 256;
const pool = new Uint8Array(POOL_BYTES);
let used = POOL_BYTES;

/** Nine random bytes, from a pool: one system call for many ids costs a tenth of one for each id. */
function chance(): Uint8Array {
  if (used === POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  used += 9;
  return pool.subarray(used - 9, used);
}
