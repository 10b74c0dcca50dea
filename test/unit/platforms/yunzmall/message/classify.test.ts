/**
 * What Yunzmall's answers mean: one case a fixture, each with its source.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseBody } from "../../../../../src/platforms/classify-http.ts";
import { classifyList } from "../../../../../src/platforms/yunzmall/message/classify.ts";

const folder = new URL("../../../../fixtures/yunzmall-message/", import.meta.url);
const cases = readdirSync(folder).map((file): [string, Fixture] => [
  file.replace(".json", "").replaceAll("-", " "),
  JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Fixture,
]);

interface Fixture {
  readonly source: string;
  readonly body: { readonly data?: { readonly data?: readonly { readonly message_body: unknown }[] } };
  readonly expected: object;
}

describe("an answer of Yunzmall's lists", () => {
  it.each(cases)("%s", (_name, { source, body, expected }) => {
    expect(source).not.toBe("");
    expect(classifyList(body)).toMatchObject(expected);
  });

  it("keeps every field of a body that it does not know", () => {
    const body = cases.find(([name]) => name === "another plugins body")?.[1].body;

    const answer = classifyList(body);

    expect(answer).toMatchObject({ messages: [{ body: { order_sn: "SN1", goods: [{ id: 3 }] } }] });
  });

  it("has no total where the platform says none", () => {
    const list = { data: [], next_page_url: null };

    expect(classifyList({ result: 1, data: list })).toMatchObject({ kind: "page", total: null });
  });

  it("is unreadable when it is not JSON", () => {
    expect(classifyList(parseBody("<html>502</html>"))).toEqual({ kind: "unreadable" });
  });
});
