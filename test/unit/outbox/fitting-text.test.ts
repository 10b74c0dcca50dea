import { expect, it } from "vitest";
import { fitting, repertoireOfCharset, repertoireOfEncoding } from "../../../src/outbox/fitting-text.ts";

it.each([
  ["UTF8", "all"],
  ["SQL_ASCII", "all"],
  ["LATIN1", "ascii"],
  ["EUC_CN", "ascii"],
] as const)("a database of PostgreSQL in %s holds %s", (encoding, holds) => {
  expect(repertoireOfEncoding(encoding)).toBe(holds);
});

it.each([
  ["utf8mb4", "all"],
  ["utf8mb3", "basic"],
  ["utf8", "basic"],
  ["gbk", "ascii"],
  ["latin1", "ascii"],
] as const)("a column of MySQL in %s holds %s", (charset, holds) => {
  expect(repertoireOfCharset(charset)).toBe(holds);
});

it("what does not fit is written as in JSON, which reads it again", () => {
  const text = "请假 é😀 a";

  expect(fitting(text, "all")).toBe(text);
  expect(fitting(text, "basic")).toBe("请假 é\\ud83d\\ude00 a");
  expect(fitting(text, "ascii")).toBe("\\u8bf7\\u5047 \\u00e9\\ud83d\\ude00 a");
  for (const holds of ["all", "basic", "ascii"] as const)
    expect(JSON.parse(fitting(JSON.stringify([text]), holds))).toEqual([text]);
});
