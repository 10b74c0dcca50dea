import { describe, expect, it } from "vitest";
import { readTraceparent, writeTraceparent } from "../../../src/delivery/traceparent.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

describe("a traceparent", () => {
  it.each([
    ["01", true],
    ["00", false],
    ["03", true],
  ])("with flags %s is sampled: %s", (flags, isSampled) => {
    expect(readTraceparent(`00-${TRACE}-${SPAN}-${flags}`)).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      isSampled,
    });
  });

  it("of a later version may have more fields", () => {
    expect(readTraceparent(`01-${TRACE}-${SPAN}-01-more`)).toMatchObject({ traceId: TRACE });
  });

  it.each([
    [undefined],
    [""],
    [`00-${TRACE}-${SPAN}`],
    [`00-${TRACE}-${SPAN}-01-more`],
    [`ff-${TRACE}-${SPAN}-01`],
    [`00-${"0".repeat(32)}-${SPAN}-01`],
    [`00-${TRACE}-${"0".repeat(16)}-01`],
    [`00-${TRACE.toUpperCase()}-${SPAN}-01`],
    [`01-${TRACE}-${SPAN}-01-${"x".repeat(512)}`],
  ])("is not %j", (text) => {
    expect(readTraceparent(text)).toBeNull();
  });

  it.each([
    [true, "01"],
    [false, "00"],
  ])("is written as it was read, sampled: %s", (isSampled, flags) => {
    expect(writeTraceparent({ traceId: TRACE, spanId: SPAN, isSampled })).toBe(
      `00-${TRACE}-${SPAN}-${flags}`,
    );
  });
});
