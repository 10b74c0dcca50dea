/**
 * Seeded randomness: mulberry32 (Tommy Ettinger, public domain), a fast 32-bit generator that is good enough
 * for fault injection, seeded by an FNV-1a hash of a text. Each endpoint has its own stream, so that calls to
 * one endpoint do not change the faults of another.
 */
export type RandomStream = () => number;

export function randomStream(seedText: string): RandomStream {
  let state = hash32(seedText);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** FNV-1a over UTF-16 units. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** A point in [0, 1) that depends only on the text. */
export function pointOf(text: string): number {
  return randomStream(text)();
}
