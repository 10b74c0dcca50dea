/**
 * What the task centre's answers mean: one case a fixture, each with its source.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { classifyBody } from "../../../../../src/platforms/hainan/task/classify.ts";

const FOLDER = new URL("../../../../fixtures/hainan-task/", import.meta.url);

interface Fixture {
  /** Document and section that the answer follows. */
  readonly source: string;
  readonly body: unknown;
  readonly reply: object;
}

const fixtures = readdirSync(FOLDER).map((file) => {
  const fixture = JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as Fixture;
  return [file.replace(".json", "").replaceAll("-", " "), fixture] as const;
});

describe("an answer of the task centre", () => {
  it.each(fixtures)("%s is read as what it says", (_name, { source, body, reply }) => {
    expect(source).toMatch(/document 003|docs\/platforms|ARCHITECTURE/);
    expect(classifyBody(body)).toEqual(reply);
  });

  it.each([undefined, null, "", "<html>502</html>", 7, [], { success: "yes" }])(
    "%j is unreadable",
    (body) => {
      expect(classifyBody(body)).toEqual({ kind: "unreadable" });
    },
  );

  it("names no task where its data begins like JSON and is not", () => {
    const content = { success: true, data: "{broken" };

    expect(classifyBody({ success: true, content })).toEqual({ kind: "unnamed" });
  });

  it("quotes the platform's words, shortened", () => {
    const content = { success: false, responseCode: "1", responseMessage: "x".repeat(500) };

    expect(classifyBody({ success: true, content })).toEqual({
      kind: "refused",
      code: "1",
      text: "x".repeat(200),
    });
  });
});
