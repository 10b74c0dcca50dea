/**
 * Stored moments as people read them: ISO 8601 in UTC.
 */

/** The first and the last moment that a JavaScript date can hold are this far from 1970. */
const FARTHEST_MS = 8_640_000_000_000_000;

/** Never throws: a moment that no date can hold becomes the nearest one that can be held. */
export function toldMoment(ms: number): string;
export function toldMoment(ms: number | null): string | null;
export function toldMoment(ms: number | null): string | null {
  if (ms === null) return null;
  const near = Math.min(FARTHEST_MS, Math.max(-FARTHEST_MS, ms));
  return new Date(Number.isNaN(near) ? 0 : near).toISOString();
}
