/** The language: `?lang=` wins, then what was chosen before, then the browser's. */
import { computed, effect, signal } from "@preact/signals";
import { recall, remember } from "../data/storage.ts";
import { en, type Words } from "./en.ts";
import { zh } from "./zh.ts";

type Language = "zh" | "en";

export const language = signal<Language>(firstLanguage());

export const words = computed<Words>(() => (language.value === "zh" ? zh : en));

effect(() => {
  document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en";
});

export function switchLanguage(): void {
  language.value = language.value === "zh" ? "en" : "zh";
  remember("bida-language", language.value);
  const url = new URL(location.href);
  if (url.searchParams.has("lang")) {
    url.searchParams.set("lang", language.value);
    history.replaceState(history.state, "", url);
  }
}

function firstLanguage(): Language {
  const asked = new URLSearchParams(location.search).get("lang") ?? recall("bida-language");
  if (asked === "zh" || asked === "en") return asked;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}
