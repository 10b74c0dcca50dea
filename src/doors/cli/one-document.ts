/**
 * Accepts a single delivery that is written over several lines, where JSONL is expected.
 */
import { readJson } from "../../delivery/exact-json.ts";
import { UsageError } from "./exit-status.ts";
import type { InputLine } from "./read-input.ts";

/** The largest request: a longer text is not a single delivery. */
const LONGEST = 2 * 1024 * 1024;

/** The lines unchanged, or joined into one where only all of them together are JSON. */
export async function* asDeliveries(lines: AsyncGenerator<InputLine>): AsyncGenerator<InputLine> {
  const first = await lines.next();
  if (first.done === true) return;
  if (!isOpen(first.value.text)) {
    yield first.value;
    yield* lines;
    return;
  }
  const gathered = [first.value];
  let length = first.value.text.length;
  for await (const line of withoutReturn(lines)) {
    gathered.push(line);
    length += line.text.length + 1;
    if (length > LONGEST) break;
  }
  const text = gathered.map((line) => line.text).join("\n");
  const reading = length > LONGEST ? null : readJson(text);
  if (reading === null || reading.kind === "malformed") {
    yield* gathered;
    yield* lines;
    return;
  }
  if (Array.isArray(reading.value))
    throw new UsageError(
      "expected deliveries one a line, without a list around them: jq -c '.[]' FILE makes that",
    );
  yield { ...first.value, text, share: gathered.at(-1)?.share ?? null };
}

/** Whether a line begins an object or a list and does not end it. */
function isOpen(text: string): boolean {
  return /^\s*[{[]/.test(text) && readJson(text).kind === "malformed";
}

/** The same items, but leaving a loop over them does not close the iterator. */
async function* withoutReturn<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  for (;;) {
    const next = await items.next();
    if (next.done === true) return;
    yield next.value;
  }
}
