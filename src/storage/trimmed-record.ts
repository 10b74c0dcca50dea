/**
 * The stored form of a trimmed record (`delivery/trim.ts`).
 *
 * Its texts are compressed together, with a dictionary of frequent words, and split into the fields "0", "1", …
 * of at most 64 bytes. Redis stores a hash with such short values compactly; a longer value would make it a
 * hash table, which takes more memory than the texts themselves.
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { ScriptedRedis } from "./connection.ts";

interface TrimmedTexts {
  readonly request: string;
  readonly state: string;
  /** JSON, one entry a line. */
  readonly timeline: string;
  /** What the operation has kept of the payload; "" for nothing. */
  readonly remains: string;
}

/**
 * The dictionary is part of the stored form: records that were written with it cannot be read with another one.
 * A new dictionary takes a new number in FORMAT and is added beside this one. The most frequent words stand at
 * its end.
 */
const WORDS = Buffer.from(
  [
    '"notBefore":17"callbackUrl":"https://","metadata":"{\\"priority":1',
    '{"at":17,"event":"cancelled","by":"","note":"{"at":17,"event":"replayed","by":"","generation":2',
    '{"at":17,"event":"waiting","cause":"unreachable","throttled","busy","unauthorized","breaker","paused","detail":"',
    ',"absences":1,"detail":"the same todo as already done","knowledge":"notSent","unknown","status":"cancelled"',
    '"rejected","unproven","generation":2"packageUuid":"taskUuid":"workIds":"receipt":{"workId":"',
    '{"operation":"schedule.create","schedule.modify","task.create","message.await","todo.update","key":"","lane":"schedule:',
    '{"operation":"todo.create","key":"","lane":"todo:","createdAt":17,"deadlineAt":17}\n',
    '{"knowledge":"accepted","recipients":[{"id":"","status":"confirmed","sends":1,"evidence":{"kind":"list","detail","reply",',
    '"evidence":{"kind":"check","at":17,"digest":""},"at":17}],"sends":1,"checks":1,"acceptedAt":17,',
    '"status":"confirmed","finishedAt":17,"lane":"todo:"}\n',
    '{"at":17,"event":"sent","outcome":"unknown","to":1,"detail":"{"at":17,"event":"absenceProven","recipients":1}',
    '{"at":17,"event":"sent","outcome":"accepted","to":1}\n',
    '{"at":17,"event":"checked","proven":1,"pending":0,"absent":0,"inconclusive":0}\n{"at":17,"event":"confirmed"}',
  ].join(""),
);

const FORMAT = 1;
/** Redis' default of `hash-max-listpack-value`. */
const LONGEST_PIECE = 64;
/** Together with the other fields no more than Redis' default of `hash-max-listpack-entries`, 128. */
const MOST_PIECES = 100;

/** The values of the fields "0", "1", …; a single value where there would be too many. */
export function packTrimmed({ request, state, timeline, remains }: TrimmedTexts): Buffer[] {
  // JSON that Bida writes has no line ends.
  const text = [request, state, JSON.stringify(remains), timeline].join("\n");
  const packed = deflateRawSync(text, { dictionary: WORDS, level: 9, windowBits: 12, memLevel: 5 });
  const whole = Buffer.concat([Buffer.of(FORMAT), packed]);
  const count = Math.ceil(whole.length / LONGEST_PIECE);
  if (count > MOST_PIECES) return [whole];
  return Array.from({ length: count }, (_, at) =>
    whole.subarray(at * LONGEST_PIECE, (at + 1) * LONGEST_PIECE),
  );
}

/** Null if the pieces cannot be read. */
export function unpackTrimmed(pieces: readonly Buffer[]): TrimmedTexts | null {
  const whole = Buffer.concat(pieces);
  if (whole[0] !== FORMAT) return null;
  try {
    const text = inflateRawSync(whole.subarray(1), { dictionary: WORDS }).toString();
    const [request = "", state = "", remains = '""', ...timeline] = text.split("\n");
    return { request, state, remains: String(JSON.parse(remains)), timeline: timeline.join("\n") };
  } catch {
    return null;
  }
}

const UNREADABLE: TrimmedTexts = { request: "", state: "", timeline: "", remains: "" };

/** Null for a record that is gone, or was never trimmed. */
export async function readTrimmed(redis: ScriptedRedis, record: string): Promise<TrimmedTexts | null> {
  const fields = await redis.hgetallBuffer(record);
  const pieces: Buffer[] = [];
  for (let piece = fields["0"]; piece !== undefined; piece = fields[pieces.length]) pieces.push(piece);
  return pieces.length === 0 ? null : (unpackTrimmed(pieces) ?? UNREADABLE);
}

/** Request and state of a record that may have been trimmed; null where there is none. */
export async function wholeTexts(
  redis: ScriptedRedis,
  {
    record,
    request,
    state,
  }: { readonly record: string; readonly request: string | null; readonly state: string | null },
): Promise<{ readonly request: string; readonly state: string; readonly isTrimmed: boolean } | null> {
  if (request !== null && state !== null) return { request, state, isTrimmed: false };
  const trimmed = await readTrimmed(redis, record);
  if (trimmed === null) return null;
  // The record has a state of its own again: a late receipt was saved after the trimming.
  return { request: trimmed.request, state: state ?? trimmed.state, isTrimmed: true };
}

/** The timeline of a record that may have been trimmed, and may have got entries since. */
export async function wholeTimeline(redis: ScriptedRedis, record: string): Promise<string | null> {
  const [timeline = null, piece = null] = await redis.hmget(record, "timeline", "0");
  if (piece === null) return timeline;
  const before = (await readTrimmed(redis, record))?.timeline ?? "";
  return [before, timeline].filter((text) => text !== null && text !== "").join("\n");
}
