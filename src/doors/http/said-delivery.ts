/**
 * Translates Bida's own texts about a delivery into the language of the caller: its detail, those of its
 * recipients, and those in its timeline. They are stored in English. A platform's own words stay as they are.
 */
import type { IncomingHttpHeaders } from "node:http";
import { acceptedLanguage } from "../../language/language.ts";
import { inLanguage } from "../../language/say.ts";

interface Told {
  readonly detail: string | null;
}

interface Inspected extends Told {
  readonly recipients: readonly Told[];
  readonly timeline?: readonly Readonly<Record<string, unknown>>[];
}

/** For lists: only `detail`. */
export function saidInList<Item extends Told>(
  items: readonly Item[],
  headers: IncomingHttpHeaders,
): readonly Item[] {
  const say = sayerFor(headers);
  return say === null ? items : items.map((item) => ({ ...item, detail: say(item.detail) }));
}

export function saidOf<View extends Inspected>(view: View, headers: IncomingHttpHeaders): View {
  const say = sayerFor(headers);
  if (say === null) return view;
  const recipients = view.recipients.map((one) => ({ ...one, detail: say(one.detail) }));
  const timeline = view.timeline?.map((entry) =>
    typeof entry["detail"] === "string" ? { ...entry, detail: say(entry["detail"]) } : entry,
  );
  return {
    ...view,
    detail: say(view.detail),
    recipients,
    ...(timeline === undefined ? {} : { timeline }),
  };
}

/** Null for English. Most texts in an answer are equal, so each is looked up once. */
function sayerFor({ "accept-language": accepted }: IncomingHttpHeaders) {
  const language = acceptedLanguage(accepted);
  if (language === "en") return null;
  const known = new Map<string, string>();
  return (detail: string | null): string | null => {
    if (detail === null) return null;
    const said = known.get(detail) ?? inLanguage(detail, language);
    known.set(detail, said);
    return said;
  };
}
