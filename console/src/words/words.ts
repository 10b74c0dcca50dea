/**
 * The language: `?lang=` wins, then what was chosen before, then the browser's. Chinese comes with the first page;
 * English is fetched by who reads it.
 */
import { computed, effect, signal } from "@preact/signals";
import { recall, remember } from "../data/storage.ts";
import type { Words } from "./en.ts";
import { zh } from "./zh.ts";

type Language = "zh" | "en";

const wanted = signal<Language>(firstLanguage());
const english = signal<Words | null>(null);

/** What is spoken now: Chinese too where English could not be fetched. */
export const language = computed<Language>(() =>
  wanted.value === "en" && english.value !== null ? "en" : "zh",
);

export const words = computed<Words>(() => (language.value === "en" ? (english.value ?? zh) : zh));

effect(() => {
  document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en";
});

/** To be called before anything is shown. */
export async function loadWords(): Promise<void> {
  if (wanted.peek() === "en" && english.peek() === null) english.value = (await import("./en.ts")).en;
}

export async function switchLanguage(): Promise<void> {
  wanted.value = language.peek() === "zh" ? "en" : "zh";
  // Where English cannot be fetched, nothing changes.
  await loadWords().catch(() => (wanted.value = "zh"));
  remember("bida-language", wanted.peek());
  const url = new URL(location.href);
  if (url.searchParams.has("lang")) {
    url.searchParams.set("lang", wanted.peek());
    history.replaceState(history.state, "", url);
  }
}

function firstLanguage(): Language {
  const asked = new URLSearchParams(location.search).get("lang") ?? recall("bida-language");
  if (asked === "zh" || asked === "en") return asked;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}
