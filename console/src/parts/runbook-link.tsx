/** To the page that says step by step what to do; it is served with the console, so it is there in a closed net too. */
import type { JSX } from "preact";
import { pathTo } from "../data/place.ts";
import { words } from "../words/words.ts";

export function RunbookLink({ name }: { name: string }): JSX.Element {
  return <a href={pathTo(`/runbooks/${name}`)}>{words.value.runbooks.link}</a>;
}
