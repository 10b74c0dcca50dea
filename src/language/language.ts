/**
 * The languages of Bida's texts, and how a reader's language is found.
 */
export type Language = "en" | "zh";

/**
 * The language of a system's locale, such as `zh_CN.UTF-8`, `zh-Hans` or `zh`. English for every locale that is
 * not Chinese.
 */
export function languageOfLocale(locale: string): Language {
  return /^zh(?:$|[-_.@])/i.test(locale.trim()) ? "zh" : "en";
}

/** The language that `Accept-Language` (RFC 9110, section 12.5.4) prefers; of equal ones the first. */
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
