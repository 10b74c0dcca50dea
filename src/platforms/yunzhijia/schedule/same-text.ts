/**
 * Whether a text that the platform shows is the one that was sent, and how it was altered on the way.
 *
 * Reversible changes leave the text the same: the Unicode form (NFC, NFD), the width of characters, white
 * space, line ends, invisible marks, entities. Compatibility forms (① for 1, ㎡ for m2) make another text,
 * because a reader sees something else. A text that has lost characters is at best near.
 */
import { withoutEntities } from "./html-entities.ts";

const BREAK_TAG = /<br\s*\/?>/gi;
const WIDTH_FORMS = /[\uff00-\uffef]+/g;
/** White space, control characters and invisible marks. */
const UNSEEN = /(?:[\s\p{Cc}\u00ad\u180e\u200b\u200c\u200e\u200f\u2060]|\ufe0e|\ufe0f)+/gu;

/** The form in which two texts are compared. */
export function canonicalText(text: string): string {
  return withoutEntities(text)
    .replace(BREAK_TAG, "")
    .replace(WIDTH_FORMS, (wide) => wide.normalize("NFKC"))
    .normalize("NFC")
    .replace(UNSEEN, "");
}

export function isSameText(shown: string, sent: string): boolean {
  return shown === sent || canonicalText(shown) === canonicalText(sent);
}

/** The ways in which a platform may alter what it was sent. `doctor` names those that were seen. */
export type Alteration =
  | "white space"
  | "entities"
  | "character width"
  | "Unicode form"
  | "invisible characters"
  | "cut text"
  | "lost emoji"
  | "replaced characters"
  | "other text"
  | "seconds without milliseconds";

/** How the shown text differs from the one that was sent; null where it does not. */
export function alterationOf(shown: string, sent: string): Alteration | null {
  if (shown === sent) return null;
  const steps: readonly (readonly [Alteration, (text: string) => string])[] = [
    ["white space", withoutSpace],
    ["Unicode form", (text) => withoutSpace(text.normalize("NFC"))],
    ["entities", (text) => withoutSpace(withoutEntities(text).normalize("NFC"))],
    [
      "character width",
      (text) => withoutSpace(text.replace(WIDTH_FORMS, (wide) => wide.normalize("NFKC")).normalize("NFC")),
    ],
    ["invisible characters", canonicalText],
  ];
  const found = steps.find(([, form]) => form(shown) === form(sent));
  return found?.[0] ?? lossOf(canonicalText(shown), canonicalText(sent));
}

function withoutSpace(text: string): string {
  return text.replace(BREAK_TAG, "").replace(/\s+/g, "");
}

/** Characters that a database with three-byte UTF-8 loses, and half of a surrogate pair where a text was cut. */
export const PICTURES = /[\p{Extended_Pictographic}\p{Cs}\u{10000}-\u{10ffff}\u200d]/gu;
const PLACEHOLDERS = /[?\ufffd□■*]/g;

function lossOf(shown: string, sent: string): Alteration {
  if (sent.startsWith(shown.replace(/(?:…|\.{3})$/, ""))) return "cut text";
  if (shown.replace(PLACEHOLDERS, "") === sent.replace(PICTURES, "").replace(PLACEHOLDERS, ""))
    return "lost emoji";
  return /[?\ufffd□■*]/.test(shown) ? "replaced characters" : "other text";
}
