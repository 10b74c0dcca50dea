import { expect, it } from "vitest";
import { asDeliveries } from "../../../src/doors/cli/one-document.ts";
import type { InputLine } from "../../../src/doors/cli/read-input.ts";

async function deliveries(text: string): Promise<string[]> {
  async function* lines(): AsyncGenerator<InputLine> {
    for (const [index, line] of text.split("\n").entries())
      if (line.trim() !== "") yield { number: index + 1, text: line, share: null };
  }
  const found: string[] = [];
  for await (const line of asDeliveries(lines())) found.push(line.text);
  return found;
}

it("one document over several lines is one delivery, with every digit", async () => {
  const text = '{\n  "account": "yzj",\n  "payload": { "id": 9007199254740993, "rate": 1.10 }\n}';

  expect(await deliveries(text)).toEqual([text]);
});

it.each([
  ["lines", '{"a":1}\n{"a":2}', ['{"a":1}', '{"a":2}']],
  ["a first line that is no JSON", "no\n{}", ["no", "{}"]],
  ["a first line that is broken", '{"a":\n{"a":2}', ['{"a":', '{"a":2}']],
  ["nothing", "", []],
])("%s stay separate documents", async (_, text, expected) => {
  expect(await deliveries(text)).toEqual(expected);
});

it("a list is refused with advice on how to split it", async () => {
  await expect(deliveries('[\n {"a":1}\n]')).rejects.toThrow("jq");
});
