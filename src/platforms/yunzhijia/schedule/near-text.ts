/**
 * Whether a text that the platform shows may be the one that was sent, after it lost or replaced
 * characters: cut, without emoji, with `?` in place of what its database does not know.
 *
 * A near match is neither proof nor absence, so this errs on the side of near: a delivery that is wrongly near
 * waits for a person; one that is wrongly judged different would be shown twice.
 */
import { canonicalText, PICTURES } from "./same-text.ts";

/** Only so many characters are compared: a text that was cut keeps its beginning. */
const COMPARED = 500;
const LEAST_STOPS = 3;
const TAGS = /<[^<>]{1,200}>/g;
/** Characters that databases put in place of one that they cannot store. */
const PLACEHOLDERS = new Set(["?", "\ufffd", "□", "■", "*"]);
const LEAST_PIECE = 3;

export function isNearText(shown: string, sent: string): boolean {
  const [plainShown, plainSent] = [loosened(shown), loosened(sent)];
  // Nothing is left of the text, or only placeholders.
  if (isOnlyPlaceholders(plainShown)) return true;
  return isPartOf(plainShown, plainSent) || isPartOf(plainShown, loosened(sent.replace(TAGS, "")));
}

/** Whether characters were only lost, never added: a platform does that, an editing person does not. */
export function isOnlyLoss(shown: string, sent: string): boolean {
  const kept = loosened(shown);
  return [sent, sent.replace(TAGS, "")].some((text) => sharedLength(kept, loosened(text)) === kept.length);
}

/** The characters that a lossy platform would keep, without differences of case and compatibility forms. */
function loosened(text: string): string {
  const plain = canonicalText(text).normalize("NFKC").toLowerCase().replace(PICTURES, "");
  return withoutEllipsis(plain).slice(0, COMPARED);
}

/** A regular expression would take hours for a long row of dots in the middle of a text. */
function withoutEllipsis(text: string): string {
  let end = text.length;
  for (;;) {
    const length = ellipsisBefore(text, end);
    if (length === 0) return text.slice(0, end);
    end -= length;
  }
}

/** The length of the ellipsis that ends here; 0 for none. Fewer than three stops are none. */
function ellipsisBefore(text: string, end: number): number {
  const last = text.charAt(end - 1);
  if (last === "…" || last === "⋯") return 1;
  if (last !== "." && last !== "。") return 0;
  let begin = end - 1;
  while (begin > 0 && text.charAt(begin - 1) === last) begin -= 1;
  return end - begin >= LEAST_STOPS ? end - begin : 0;
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
 * The length of the longest common subsequence, where a placeholder matches any character. Bit-parallel, with
 * one bit for each character of `sent` (Hyyrö 2004), so that a thousand comparisons take hardly any time.
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
