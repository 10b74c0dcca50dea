/**
 * Whether a text that the platform shows is the one that was sent, or what became of it on the way.
 *
 * Reversible changes leave the text the same: the Unicode form (NFC, NFD), the width of characters, white
 * space, line ends, marks that nobody sees, entities. Compatibility forms (① for 1, ㎡ for m2) are other
 * texts: who reads them reads something else. Whatever loses characters is at best near.
 */
import { withoutEntities } from "./html-entities.ts";

const BREAK_TAG = /<br\s*\/?>/gi;
const WIDTH_FORMS = /[\uff00-\uffef]+/g;
/** White space, controls, and marks that change nothing that is seen. */
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

/** The ways in which a platform may change what it was sent; `doctor` tells which were seen. */
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

/** What a database of three-byte characters loses; half a character too, where a text was cut through one. */
export const PICTURES = /[\p{Extended_Pictographic}\p{Cs}\u{10000}-\u{10ffff}\u200d]/gu;
const PLACEHOLDERS = /[?\ufffd□■*]/g;

function lossOf(shown: string, sent: string): Alteration {
  if (sent.startsWith(shown.replace(/(?:…|\.{3})$/, ""))) return "cut text";
  if (shown.replace(PLACEHOLDERS, "") === sent.replace(PICTURES, "").replace(PLACEHOLDERS, ""))
    return "lost emoji";
  return /[?\ufffd□■*]/.test(shown) ? "replaced characters" : "other text";
}
