/**
 * The ways in which a platform, or the database beneath it, returns other texts and times than were sent: by a
 * setting for everything that is stored, by a fault for one call. The first seven are reversible, the others
 * lose something.
 */
import { isExact } from "./exact-numbers.ts";
export const alterations = [
  "spaces",
  "trimmed",
  "lines",
  "entities",
  "decomposed",
  "fullwidth-spaces",
  "seconds",
  "cut",
  "no-emoji",
  "question-marks",
] as const;

type Alteration = (typeof alterations)[number];

/** The share of a text that is left when it is cut. */
const keptWhenCut = 0.7;

export function alterText(text: string, how: Alteration): string {
  switch (how) {
    case "spaces":
      return text.replace(/\s+/g, " ");
    case "trimmed":
      return text.trim();
    case "lines":
      return text.replace(/\r?\n/g, "\r\n");
    case "entities":
      return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
    case "decomposed":
      return text.normalize("NFD");
    case "fullwidth-spaces":
      return text.replace(/ /g, "\u3000");
    case "seconds":
      return text;
    case "cut":
      return Array.from(text)
        .slice(0, Math.ceil(Array.from(text).length * keptWhenCut))
        .join("");
    case "no-emoji":
      return text.replace(/[\u{10000}-\u{10FFFF}]/gu, "");
    case "question-marks":
      return text.replace(/[\u{10000}-\u{10FFFF}]/gu, "?");
  }
}

export function alterTime(ms: number, how: Alteration): number {
  return how === "seconds" ? Math.floor(ms / 1_000) * 1_000 : ms;
}

const texts = new Set(["content", "subject", "title"]);
const times = new Set(["startDate", "endDate", "createDate"]);

/** The answer with all its texts and times altered, at any depth. */
export function alterAnswer(value: unknown, how: Alteration): unknown {
  if (Array.isArray(value)) return value.map((item) => alterAnswer(item, how));
  if (typeof value !== "object" || value === null || isExact(value)) return value;
  const fields = Object.entries(value).map(([name, field]): [string, unknown] => {
    if (typeof field === "string" && texts.has(name)) return [name, alterText(field, how)];
    if (typeof field === "number" && times.has(name)) return [name, alterTime(field, how)];
    return [name, alterAnswer(field, how)];
  });
  return Object.fromEntries(fields);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
