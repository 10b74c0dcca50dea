import { expect, it } from "vitest";
import { csvHead, csvLine } from "../../../src/operations/csv.ts";

it("quotes what CSV requires, keeps a row on one line, and lets no foreign text be a formula", () => {
  expect(
    csvLine(["a", 'say "no", twice', null, 7, "=HYPERLINK(1)", "-1", "@x", "two\r\nlines", "待办"]),
  ).toBe(`a,"say ""no"", twice",,7,'=HYPERLINK(1),'-1,'@x,two lines,待办\r\n`);
  expect(csvHead(["id", "at"])).toBe("\uFEFFid,at\r\n");
});
