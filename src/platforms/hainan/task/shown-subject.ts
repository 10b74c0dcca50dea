/**
 * Whether the subject that the platform shows is the one that was sent.
 *
 * Changes that lose nothing leave it the same: the Unicode form, white space, line ends, invisible marks,
 * entities. A subject with lost or replaced characters is `near`, which is neither the same nor another one.
 */
type ShownSubject = "same" | "near" | "other";

export function compareSubject(shown: string, sent: string): ShownSubject {
  if (shown === sent) return "same";
  const [seen, wanted] = [canonical(shown), canonical(sent)];
  if (seen === wanted) return "same";
  return isNear(seen, wanted) ? "near" : "other";
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};
const UNSEEN = /(?:[\s\u00ad\u2060\ufeff]|\u200b|\u200c|\u200d|\u200e|\u200f|\ufe0e|\ufe0f)+/g;

function canonical(text: string): string {
  // Decoded twice, because a text that is stored escaped may be escaped again when it is shown.
  return withoutEntities(withoutEntities(text)).normalize("NFKC").replace(UNSEEN, "");
}

function withoutEntities(text: string): string {
  return text
    .replace(/&#(?:x([\da-f]{1,6})|(\d{1,7}));/gi, (all, hex?: string, digits?: string) => {
      const point = hex === undefined ? Number(digits) : Number.parseInt(hex, 16);
      return point > 0x10ffff ? all : String.fromCodePoint(point);
    })
    .replace(/&([a-z]+);/gi, (all, name: string) => ENTITIES[name.toLowerCase()] ?? all);
}

const PLACEHOLDERS = /[?\ufffd□■*]/g;
const PICTURES = /[\p{Extended_Pictographic}\p{Cs}\u{10000}-\u{10ffff}]/gu;
const ELLIPSIS = /(?:…|\.{3})$/;

/**
 * Whether at least half of the characters are left, in their order, after some were dropped, cut off or
 * replaced by a placeholder.
 */
function isNear(seen: string, wanted: string): boolean {
  const left = seen.replace(ELLIPSIS, "").replace(PLACEHOLDERS, "").replace(PICTURES, "");
  const whole = wanted.replace(PLACEHOLDERS, "").replace(PICTURES, "");
  return isPartOf(left, whole) && (left.length * 2 >= whole.length || whole.startsWith(left));
}

/** Whether all of `part` is in `whole`, in its order and with gaps. */
function isPartOf(part: string, whole: string): boolean {
  let at = 0;
  for (const character of part) {
    at = whole.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
