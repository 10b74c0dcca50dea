import { expect, it } from "vitest";
import { GatheredBytes } from "../../../src/platforms/http/gathered-bytes.ts";

const TEXT = Buffer.from("必达 delivers, and asks until it is proven. ".repeat(1_000));

function* inBytes(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1) yield bytes.subarray(at, at + 1);
}

it("many pieces of one byte are one buffer, of a few times their bytes", () => {
  const gathered = new GatheredBytes();

  for (const piece of inBytes(TEXT)) gathered.add(piece);

  expect(gathered.length).toBe(TEXT.length);
  expect(gathered.bytes.equals(TEXT)).toBe(true);
  expect(gathered.bytes.buffer.byteLength).toBeLessThan(4 * TEXT.length);
});

it("pieces of any length come back as they came, and are not written to", () => {
  const pieces = ["", "a", "", "bcd", "e".repeat(100), ""].map((text) => Buffer.from(text));
  const gathered = new GatheredBytes();
  expect(gathered.bytes).toHaveLength(0);

  for (const piece of pieces) gathered.add(piece);

  expect(gathered.bytes.toString()).toBe(`abcd${"e".repeat(100)}`);
  expect(pieces.map(String)).toEqual(["", "a", "", "bcd", "e".repeat(100), ""]);
});
