/**
 * The fields of a todo: what the documents allow is accepted, the rest is refused in words.
 */
import { describe, expect, it } from "vitest";
import { yunzhijiaTodo, yunzhijiaTodoOf } from "../../../../../src/platforms/yunzhijia/todo/channel.ts";
import type { TodoInput } from "../../../../../src/platforms/yunzhijia/todo/input.ts";
import { openidsFor } from "../../../../../src/platforms/yunzhijia/todo/input.ts";
import { fieldErrors } from "../../../../../src/operations/field-errors.ts";
import { aTodo } from "../../../../support/builders.ts";

type Fields = Readonly<Record<string, unknown>>;

const APP = "500041933";
const anUpdate = (fields: Fields): Fields => ({
  sourcetype: APP,
  sourceitemid: "12345678",
  actiontype: { deal: 1 },
  ...fields,
});

function parse(operation: string, payload: unknown, channel = yunzhijiaTodo) {
  const spec = channel.operations[operation];
  if (spec === undefined) throw new Error(`no such operation: ${operation}`);
  const parsed = spec.input.safeParse(payload);
  return parsed.success
    ? { input: parsed.data, recipients: spec.recipients(parsed.data), errors: [] }
    : { input: null, recipients: [], errors: fieldErrors(parsed.error) };
}

describe("openids", () => {
  it.each([
    [["ann"], ["ann"]],
    [
      ["ann", "bob"],
      ["ann", "bob"],
    ],
    ["ann", ["ann"]],
    ["ann,bob", ["ann", "bob"]],
    ["ann, bob", ["ann", "bob"]],
    ["ann,bob;eve", ["ann", "bob", "eve"]],
    [undefined, ["*"]],
    [null, ["*"]],
  ])("%j are %j", (openids, recipients) => {
    expect(parse("todo.update", anUpdate({ openids })).recipients).toEqual(recipients);
  });

  it.each([
    [[], "expected at least one openId, or no openids at all for everybody"],
    ["", "expected at least one openId, or no openids at all for everybody"],
    [" , ", "expected at least one openId, or no openids at all for everybody"],
    [["ann", "ann"], "expected each openId once"],
    ["ann,ann", "expected each openId once"],
    [7, "expected a list of openIds, or a text with one or several"],
    [Array.from({ length: 101 }, (_, index) => `p${index}`), /at most 100 recipients/],
  ])("%j are refused", (openids, detail) => {
    const { errors } = parse("todo.update", anUpdate({ openids }));

    expect(errors).toMatchObject([{ pointer: "/openids" }]);
    expect(errors[0]?.detail).toMatch(detail);
  });

  it("in a text may be as many as the platform takes, wherever the separators are", () => {
    const most = Array.from({ length: 100 }, (_, at) => `o${at}`);

    expect(parse("todo.update", anUpdate({ openids: `, ${most.join("，")} ;` })).recipients).toEqual(most);
  });

  it.each([
    ["one more", ["o100", ...Array.from({ length: 100 }, (_, at) => `o${at}`)].join(",")],
    ["a hundred thousand more", "a,".repeat(127_000)],
  ])("in a text that are %s than that are refused for their number alone", (_name, openids) => {
    const { errors } = parse("todo.update", anUpdate({ openids }));

    expect(errors).toEqual([
      {
        pointer: "/openids",
        detail: "expected at most 100 recipients: the platform takes no more in one call",
      },
    ]);
  });

  it("are sent in the producer's own form, and to some of them only where only some are left", () => {
    expect(openidsFor("ann, bob", ["ann", "bob"])).toBe("ann, bob");
    expect(openidsFor("ann, bob,eve", ["ann", "eve"])).toBe("ann,eve");
    expect(openidsFor(["ann", "bob"], ["bob"])).toEqual(["bob"]);
  });
});

describe("actiontype", () => {
  it.each([
    {},
    { deal: 0 },
    { read: 1 },
    { delete: 1 },
    { deal: 1, read: 1, delete: 0 },
    { deal: 1, read: null },
  ])("%j is accepted", (actiontype) => {
    expect(parse("todo.update", anUpdate({ actiontype })).errors).toEqual([]);
  });

  it.each([
    [{ deal: 2 }, "/actiontype/deal"],
    [{ read: "yes" }, "/actiontype/read"],
    [{ delete: true }, "/actiontype/delete"],
    [null, "/actiontype"],
    [undefined, "/actiontype"],
  ])("%j is refused", (actiontype, pointer) => {
    expect(parse("todo.update", anUpdate({ actiontype })).errors).toMatchObject([{ pointer }]);
  });
});

describe("null in an optional field", () => {
  it("counts as absent, and is not sent", () => {
    const nulls = { content: null, itemtitle: null, senderId: null, sync: null, todoType: null, tagId: null };
    const params = [{ openId: "ann", status: null, url: null, content: null, 工号: null }];
    const { input, errors } = parse("todo.create", { ...aTodo().payload, ...nulls, passUrl: null, params });

    expect(errors).toEqual([]);
    const sent = JSON.parse(JSON.stringify(input)) as Record<string, unknown>;
    // What no document names is sent as it is.
    expect(sent["params"]).toEqual([{ openId: "ann", 工号: null }]);
    for (const name of [...Object.keys(nulls), "passUrl"]) expect(sent).not.toHaveProperty(name);
  });

  it("is not a value for a required field", () => {
    const { errors } = parse("todo.create", { ...aTodo().payload, title: null, headImg: null });

    expect(errors.map(({ pointer }) => pointer)).toEqual(["/title", "/headImg"]);
  });
});

describe("the appId", () => {
  const channel = yunzhijiaTodoOf("other-app");

  it.each([
    ["todo.create", aTodo().payload, "/appId"],
    ["todo.update", anUpdate({}), "/sourcetype"],
  ])("of %s is the account's, or it is refused", (operation, payload, pointer) => {
    const { errors } = parse(operation, payload, channel);

    expect(errors).toEqual([
      { pointer, detail: "expected the appId of the account: its token is for no other" },
    ]);
    expect(parse(operation, payload, yunzhijiaTodoOf(APP)).errors).toEqual([]);
  });
});

describe("what an update asks for", () => {
  it("keeps unknown fields as they are", () => {
    const payload = anUpdate({ openids: "ann", actiontype: { deal: 1, 备注: "x" }, extra: { deep: [1] } });

    expect(parse("todo.update", payload).input as TodoInput).toMatchObject(payload);
  });
});
