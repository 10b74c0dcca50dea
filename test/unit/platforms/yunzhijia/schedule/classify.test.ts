import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  classifyBody,
  createdIds,
  isRefusal,
  replyOf,
} from "../../../../../src/platforms/yunzhijia/schedule/classify.ts";
import { rowOf, rowsOf } from "../../../../../src/platforms/yunzhijia/schedule/schedule-row.ts";

const FOLDER = new URL("../../../../fixtures/yunzhijia-schedule/", import.meta.url);

interface Fixture {
  /** Document and section that the answer follows. */
  readonly source: string;
  readonly body: unknown;
  readonly reply: string;
  readonly ids?: readonly string[] | "none";
  readonly rows?: readonly string[] | "not understood";
}

const fixtures = readdirSync(FOLDER).map((file) => {
  const fixture = JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as Fixture;
  return [file.replace(".json", ""), fixture] as const;
});
const dataOf = (body: unknown): unknown => (body as { data: unknown }).data;

describe("an answer about schedules", () => {
  it.each(fixtures)("%s is read as what it says", (_name, { source, body, reply }) => {
    expect(source).toMatch(/document 002|docs\/platforms/);
    expect(classifyBody(body).kind).toBe(reply);
  });

  it.each(fixtures.filter(([, { ids }]) => ids !== undefined))(
    "%s names the ids it has",
    (_name, { body, ids }) => {
      expect(createdIds(dataOf(body)) ?? "none").toEqual(ids);
    },
  );

  it.each(fixtures.filter(([, { rows }]) => rows !== undefined))(
    "%s shows the rows it has",
    (_name, { body, rows }) => {
      expect(rowsOf(dataOf(body))?.map(({ id }) => id) ?? "not understood").toEqual(rows);
    },
  );

  it("refused: quotes the platform's own code and words, shortened", () => {
    const refused = { success: false, errorCode: 7, error: "x".repeat(500), data: null };

    expect(classifyBody(refused)).toMatchObject({ kind: "refused", code: "7", text: "x".repeat(200) });
  });

  it("refused: has a code and a text also where the platform gives none", () => {
    expect(classifyBody({ success: false })).toMatchObject({
      kind: "refused",
      code: "none",
      text: "no text",
    });
  });

  it("is read once, and is unreadable where there was none", () => {
    const answer = { kind: "answered", status: 200, retryAfter: null, text: '{"success":true}' } as const;

    expect(replyOf(answer)).toMatchObject({ kind: "taken" });
    expect(replyOf(answer)).toBe(replyOf(answer));
    expect(replyOf({ kind: "unreachable", detail: "ECONNREFUSED" })).toEqual({ kind: "unreadable" });
  });

  it.each([
    [401, "", true],
    [200, '{"success":false}', true],
    [200, '{"success":true}', false],
    [500, '{"success":false}', false],
  ])("with %i and %j is a refusal: %s", (status, text, expected) => {
    expect(isRefusal({ kind: "answered", status, retryAfter: null, text })).toBe(expected);
  });

  it("detail shows what each participant has done", () => {
    const [, { body }] = fixtures.find(([name]) => name === "detail") ?? ["", { body: null }];

    expect(rowOf(dataOf(body))?.participants).toEqual([
      { openid: "5a67e1e1e4b02f1de22a70a3", workStatus: 0 },
      { openid: "bob", workStatus: 1 },
    ]);
  });
});
