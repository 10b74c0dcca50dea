/** The count that a person types before an act on many. */
import type { JSX } from "preact";
import { words } from "../words/words.ts";

export function TypedCount({
  count,
  typed,
  onType,
}: {
  count: number;
  typed: string;
  onType: (typed: string) => void;
}): JSX.Element {
  return (
    <label class="field">
      <span>{words.value.act.typeCount(String(count))}</span>
      <input
        name="count"
        value={typed}
        inputMode="numeric"
        autocomplete="off"
        onInput={(event) => onType(event.currentTarget.value)}
      />
    </label>
  );
}

/** Takes a number in each way that people write it: 1 000, 1,000, 1.000. */
export function isCount(typed: string, count: number): boolean {
  return typed.replaceAll(/[\s,.]/g, "") === String(count);
}
