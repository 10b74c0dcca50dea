/**
 * Headings in the reader's language.
 */
import { HEADINGS } from "./chinese/headings.ts";
import type { Language } from "./language.ts";

export type Heading = keyof typeof HEADINGS;

export function headingIn(heading: Heading, language: Language): string {
  return language === "en" ? heading : HEADINGS[heading];
}
