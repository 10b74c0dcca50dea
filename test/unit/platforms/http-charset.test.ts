import { expect, it } from "vitest";
import { decodeText } from "../../../src/platforms/http/charset.ts";

const JSON_TEXT = '{"success":false,"error":"请假"}';
/** 请假 in GBK. */
const GBK = Buffer.concat([
  Buffer.from('{"success":false,"error":"'),
  Buffer.from([0xc7, 0xeb, 0xbc, 0xd9]),
  Buffer.from('"}'),
]);

it.each([
  ["UTF-8", Buffer.from(JSON_TEXT), "application/json"],
  ["UTF-8 with a mark", Buffer.from(`\ufeff${JSON_TEXT}`), undefined],
  ["GBK, and says so", GBK, 'application/json; charset="GBK"'],
  ["GBK, and does not say so", GBK, "application/json"],
  ["GBK, and says UTF-8", GBK, "application/json;charset=utf-8"],
  ["UTF-16, and says so", Buffer.from(JSON_TEXT, "utf16le"), "text/plain;charset=utf-16le"],
  ["UTF-8, and says ISO-8859-1", Buffer.from(JSON_TEXT), "text/plain;charset=ISO-8859-1"],
  ["UTF-8, and says windows-1252", Buffer.from(JSON_TEXT), 'text/html; charset="windows-1252"'],
  ["UTF-8, and says GBK", Buffer.from(JSON_TEXT), "application/json;charset=GBK"],
  ["an unknown charset, and is UTF-8", Buffer.from(JSON_TEXT), "application/json;charset=x-nobody"],
])("an answer in %s is read", (_, bytes, contentType) => {
  expect(decodeText(bytes, contentType)).toBe(JSON_TEXT);
});

it("an answer in ISO-8859-1 is read as what it says", () => {
  expect(decodeText(Buffer.from("café", "latin1"), "text/plain;charset=ISO-8859-1")).toBe("café");
});

it("one broken character does not change the charset of a text", () => {
  const cut = Buffer.concat([Buffer.from("各部门负责人准时参加"), Buffer.from([0xe8, 0xaf])]);

  expect(decodeText(cut, undefined)).toBe("各部门负责人准时参加\ufffd");
});
