/**
 * Yunzmall's times: `2022-08-05 17:35:00`, without a zone, meant in Asia/Shanghai (UTC+8, no summer time).
 */
const PLATFORM = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/;
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds since 1970 of a platform's time or of ISO 8601 with a zone; null for anything else. */
export function platformTime(text: string): number | null {
  const local = PLATFORM.exec(text);
  if (local === null && !ISO.test(text)) return null;
  const at = Date.parse(local === null ? text : `${local[1]}T${local[2]}+08:00`);
  return Number.isNaN(at) ? null : at;
}
