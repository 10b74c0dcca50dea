/**
 * Whether a text that the platform shows may be the one that was sent, after it lost or replaced
 * characters: cut, without emoji, with `?` in place of what its database does not know.
 *
 * Near is never proof and never absence. So this errs on the side of near: what is wrongly near waits for
 * a person, what is wrongly another text is shown twice.
 */
import { canonicalText, PICTURES } from "./same-text.ts";

/** More of a text than this is not compared: what is cut keeps its beginning. */
const COMPARED = 500;
const ELLIPSIS = /(?:…|\.{3,}|。{3,}|⋯)+$/;
const TAGS = /<[^<>]{1,200}>/g;
/** What is put in place of a character that was lost. */
const PLACEHOLDERS = new Set(["?", "\ufffd", "□", "■", "*"]);
const LEAST_PIECE = 3;

export function isNearText(shown: string, sent: string): boolean {
  const [plainShown, plainSent] = [loosened(shown), loosened(sent)];
  // A text of which nothing is left, or nothing but marks for what was there.
  if (isOnlyPlaceholders(plainShown)) return true;
  return isPartOf(plainShown, plainSent) || isPartOf(plainShown, loosened(sent.replace(TAGS, "")));
}

/** Whether characters were lost and none were added: a platform does that, a person who writes does not. */
export function isOnlyLoss(shown: string, sent: string): boolean {
  const kept = loosened(shown);
  return [sent, sent.replace(TAGS, "")].some((text) => sharedLength(kept, loosened(text)) === kept.length);
}

/** What a lossy platform would keep, in a form that forgives case and compatibility forms. */
function loosened(text: string): string {
  return canonicalText(text)
    .normalize("NFKC")
    .toLowerCase()
    .replace(PICTURES, "")
    .replace(ELLIPSIS, "")
    .slice(0, COMPARED);
}

function isOnlyPlaceholders(text: string): boolean {
  return Array.from(text).every((character) => PLACEHOLDERS.has(character));
}

function isPartOf(shown: string, sent: string): boolean {
  if (sent === "") return shown === "";
  if (isBeginning(shown, sent)) return true;
  if (shown.length >= LEAST_PIECE && sent.includes(shown)) return true;
  const ascii = asciiOf(sent);
  if (ascii !== "" && asciiOf(shown) === ascii && ascii === shown) return true;
  return 2 * sharedLength(shown, sent) >= sent.length;
}

function isBeginning(shown: string, sent: string): boolean {
  if (shown.length > sent.length) return false;
  return Array.from(shown).every(
    (character, index) => character === sent[index] || PLACEHOLDERS.has(character),
  );
}

function asciiOf(text: string): string {
  return text.replace(/[^!-~]/g, "");
}

/**
 * The length of the longest common subsequence, where a placeholder stands for any character. One bit a
 * character of `sent` (Hyyrö 2004), so that a thousand comparisons are nothing.
 */
export function sharedLength(shown: string, sent: string): number {
  const all = (1n << BigInt(sent.length)) - 1n;
  const places = new Map<string, bigint>();
  for (let at = 0; at < sent.length; at += 1) {
    const character = sent.charAt(at);
    places.set(character, (places.get(character) ?? 0n) | (1n << BigInt(at)));
  }
  let open = all;
  for (let at = 0; at < shown.length; at += 1) {
    const character = shown.charAt(at);
    const matches = PLACEHOLDERS.has(character) ? all : (places.get(character) ?? 0n);
    const hits = open & matches;
    open = ((open + hits) | (open - hits)) & all;
  }
  return sent.length - onesIn(open);
}

function onesIn(bits: bigint): number {
  return bits.toString(2).replaceAll("0", "").length;
}
