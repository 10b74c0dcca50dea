/**
 * Translates Bida's own texts about a delivery into the language of the caller: its detail, those of its
 * recipients, and those in its timeline. They are stored in English. A platform's own words stay as they are.
 */
import type { IncomingHttpHeaders } from "node:http";
import { acceptedLanguage } from "../../language/language.ts";
import { inLanguage } from "../../language/say.ts";

interface WithDetail {
  readonly detail: string | null;
}

interface Inspected extends WithDetail {
  readonly recipients: readonly WithDetail[];
  readonly timeline?: readonly Readonly<Record<string, unknown>>[];
}

/** Translates the `detail` of each item; for lists. */
export function translateDetails<Item extends WithDetail>(
  items: readonly Item[],
  headers: IncomingHttpHeaders,
): readonly Item[] {
  const translate = translatorFor(headers);
  return translate === null ? items : items.map((item) => ({ ...item, detail: translate(item.detail) }));
}

export function translateDelivery<View extends Inspected>(view: View, headers: IncomingHttpHeaders): View {
  const translate = translatorFor(headers);
  if (translate === null) return view;
  const recipients = view.recipients.map((one) => ({ ...one, detail: translate(one.detail) }));
  const timeline = view.timeline?.map((entry) =>
    typeof entry["detail"] === "string" ? { ...entry, detail: translate(entry["detail"]) } : entry,
  );
  return {
    ...view,
    detail: translate(view.detail),
    recipients,
    ...(timeline === undefined ? {} : { timeline }),
  };
}

/** Null for English. Most texts in an answer are equal, so each is looked up once. */
function translatorFor({ "accept-language": accepted }: IncomingHttpHeaders) {
  const language = acceptedLanguage(accepted);
  if (language === "en") return null;
  const known = new Map<string, string>();
  return (detail: string | null): string | null => {
    if (detail === null) return null;
    const translated = known.get(detail) ?? inLanguage(detail, language);
    known.set(detail, translated);
    return translated;
  };
}
