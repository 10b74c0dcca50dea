/**
 * The languages that Bida speaks, and how a person says which one is theirs.
 */
export type Language = "en" | "zh";

/** Of a locale as systems write it: `zh_CN.UTF-8`, `zh-Hans`, `zh`. English for all that is not Chinese. */
export function languageOfLocale(locale: string): Language {
  return /^zh(?:$|[-_.@])/i.test(locale.trim()) ? "zh" : "en";
}

/** By `Accept-Language` (RFC 9110, section 12.5.4): the first of those that are wanted most. */
export function acceptedLanguage(header: string | readonly string[] | undefined): Language {
  const text = typeof header === "string" ? header : (header?.join(",") ?? "");
  const wanted = text
    .slice(0, LONGEST_HEADER)
    .split(",")
    .map((range) => {
      const [tag = "", ...parameters] = range.trim().split(/\s*;\s*/);
      const quality = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
      return { tag, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ tag, quality }) => /^(?:zh|en)(?:$|-)/i.test(tag) && quality > 0)
    .toSorted((a, b) => b.quality - a.quality);
  return languageOfLocale(wanted[0]?.tag ?? "");
}

const LONGEST_HEADER = 500;
