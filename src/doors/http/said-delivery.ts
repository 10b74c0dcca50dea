/**
 * What Bida says of a delivery, in the language of whoever asks: why it is as it is, of its recipients too, and in its
 * timeline. It is stored in English. A platform's own words stay as they are.
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

/** Of a list: `detail` alone. */
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

/** Null for English. In an answer most are the same: each is looked up once. */
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
