/**
 * Which trace a request belongs to, as W3C Trace Context writes it: `00-<trace>-<span>-<flags>`.
 */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/s;
const LONGEST = 512;
const NOBODY = /^0+$/;

/** Null if the text is not one. Then the request has no trace; it is accepted all the same. */
export function readTraceparent(text: unknown): TraceParent | null {
  if (typeof text !== "string" || text.length > LONGEST) return null;
  const [, version, traceId, spanId, flags, more] = FORM.exec(text) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined || version === "ff") return null;
  // A later version may have further fields; this one may not.
  if ((version === "00" && more !== undefined) || NOBODY.test(traceId) || NOBODY.test(spanId)) return null;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export function writeTraceparent({ traceId, spanId, isSampled }: TraceParent): string {
  return `00-${traceId}-${spanId}-${isSampled ? "01" : "00"}`;
}
