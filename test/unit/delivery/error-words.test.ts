import { describe, expect, it } from "vitest";
import { refusalText } from "../../../src/delivery/error-words.ts";

describe("a refusal in one text", () => {
  it.each([
    ["403", "no right", "403: no right"],
    ["HTTP 403", "", "HTTP 403"],
    ["500", "  ", "500"],
  ])("code %s, text %j", (code, text, told) => {
    expect(refusalText({ code, text })).toBe(told);
  });
});
