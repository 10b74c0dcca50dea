/** One field of a payload changes; what stands beside it keeps its digits. */
import { describe, expect, it } from "vitest";
import { editField, type FieldEdit } from "../../../src/delivery/edit-field.ts";
import { readAccepted } from "../../../src/delivery/exact-json.ts";
import { writeJson } from "../../../src/delivery/write-json.ts";

const TEXT = '{"id":90071992547409931234,"url":"http://a/http://b","params":[{"openId":"x"}],"a/b":1.10}';
const payload = readAccepted(TEXT) ?? {};
const edited = (edit: FieldEdit): unknown => {
  const result = editField(payload, edit);
  return result.kind === "edited" ? writeJson(result.payload) : result.detail;
};
const set = (pointer: string, value: string): FieldEdit => ({ kind: "set", pointer, value });

describe("an edit of one field", () => {
  it.each<[string, FieldEdit, string]>([
    ["sets a text", set("/url", '"u"'), TEXT.replace("http://a/http://b", "u")],
    ["sets an inner one", set("/params/0/openId", '"y"'), TEXT.replace('"x"', '"y"')],
    ["keeps the digits of what it sets", set("/a~1b", "2.50"), TEXT.replace("1.10", "2.50")],
    ["adds what is not there", set("/new", "1"), TEXT.replace(/}$/, ',"new":1}')],
    [
      "replaces each place in a text, literally",
      { kind: "replace", pointer: "/url", find: "http://", with: "$&$1" },
      TEXT.replace("http://a/http://b", "$$&$$1a/$$&$$1b"),
    ],
  ])("%s", (_name, edit, text) => {
    expect(edited(edit)).toMatchObject({ kind: "written", text });
    expect(writeJson(payload)).toMatchObject({ kind: "written", text: TEXT });
  });

  it.each<[string, FieldEdit, RegExp]>([
    ["of the whole", set("", "1"), /expected a field/],
    ["of what is no pointer", set("url", "1"), /expected a field/],
    ["behind the end of a list", set("/params/1", "1"), /there is no 1/],
    ["of a list's length", set("/params/length", "9"), /there is no length/],
    ["inside a text", set("/url/x", "1"), /there is no x/],
    ["inside a long number", set("/id/text", "1"), /there is no text/],
    ["that changes nothing", set("/params/0/openId", '"x"'), /this value already/],
    ["to what is not JSON", set("/url", "{"), /not JSON/],
    ["to half of a character", { kind: "replace", pointer: "/url", find: "a", with: "\ud83d" }, /not JSON/],
    ["of a number's text", { kind: "replace", pointer: "/id", find: "9", with: "8" }, /does not contain/],
  ])("%s is refused", (_name, edit, why) => {
    expect(edited(edit)).toMatch(why);
  });

  it("never reaches the language's own fields", () => {
    expect(edited(set("/__proto__/polluted", "1"))).toMatch(/there is no __proto__/);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
