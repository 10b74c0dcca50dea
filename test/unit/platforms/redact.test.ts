/**
 * A secret is found in every form that a platform may write it in.
 */
import { describe, expect, it } from "vitest";
import { redactor } from "../../../src/platforms/redact.ts";

const SECRET = 'a/b+c=d&e-f_g"h\\i 张';
const redact = redactor([SECRET]);

const unitOf = (character: string): string =>
  String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, "0");
const units = Array.from(SECRET, unitOf).join("");

describe("a secret written", () => {
  it.each<[string, string]>([
    ["as it is", SECRET],
    ["as JSON", JSON.stringify(SECRET).slice(1, -1)],
    [
      "as JSON with slashes escaped",
      JSON.stringify(SECRET)
        .slice(1, -1)
        .replaceAll("/", String.raw`\/`),
    ],
    ["as code units", units],
    ["as code units in capitals", units.replace(/[a-f]/g, (digit) => digit.toUpperCase())],
    ["as JSON inside JSON", JSON.stringify(JSON.stringify(SECRET).slice(1, -1)).slice(1, -1)],
    ["in a URL", encodeURIComponent(SECRET)],
    ["in a URL, in small letters", encodeURIComponent(SECRET).replace(/%../g, (byte) => byte.toLowerCase())],
    ["in a form", new URLSearchParams({ "": SECRET }).toString().slice(1)],
    ["in a URL inside a URL", encodeURIComponent(encodeURIComponent(SECRET))],
    ["in HTML", SECRET.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("/", "&#x2F;")],
    ["half escaped and half not", SECRET.replace("=", String.raw`=`).replace("+", "%2b")],
  ])("%s is taken out", (_, written) => {
    expect(redact(`before ${written} after ${written}`)).toBe("before [redacted] after [redacted]");
  });

  it.each(["", "x", "xy", "user:"])("in base64 behind %j is taken out", (before) => {
    const key = "sandbox-app-secret-0815";
    const written = Buffer.from(`${before}${key}|more`).toString("base64");

    expect(redactor([key])(`Basic ${written}`)).toMatch(/^Basic .{0,8}\[redacted\].{0,12}$/);
  });

  it("beside others leaves valid JSON", () => {
    const text = JSON.stringify({ error: `bad ${SECRET}`, path: String.raw`C:\new`, note: "a\nb/c" });

    expect(JSON.parse(redact(text))).toEqual({
      error: "bad [redacted]",
      path: String.raw`C:\new`,
      note: "a\nb/c",
    });
  });

  it.each([
    ["backslashes", "\\"],
    ["percent signs", "%25"],
    ["references", "&#0"],
  ])("nowhere in a text that is full of %s does not hold up the process", (_what, part) => {
    // Minutes, if each of them were the start of a search through all that follow it.
    const text = part.repeat(200_000);

    expect(redactor(["sandbox-app-secret-0815"])(text)).toBe(text);
  });

  it.each(["", "x", String.raw`x\\`])(
    "as JSON behind %j and backslashes of the text is taken out",
    (before) => {
      const text = String.raw`${before}\\\u0073andbox-app-secret-0815|${before}\\sandbox-app-secret-0815|`;

      expect(redactor(["sandbox-app-secret-0815"])(text)).not.toContain("andbox");
    },
  );

  it("nowhere in a text leaves it as it is, numbers of many digits included", () => {
    const text = '{"id":9007199254740993123,"url":"https:\\/\\/x.example\\/?a=%20&b"}';

    expect(redact(text)).toBe(text);
  });
});
