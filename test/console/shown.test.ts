/** What the pages decide without a browser: which rows move, what is folded, what an edit changes. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkPayload } from "../../console/src/data/check-payload.ts";
import { parseExact, writeExact } from "../../console/src/data/exact-json.ts";
import { layOut, parseTree, type JsonNode } from "../../console/src/data/json-tree.ts";
import { changes } from "../../console/src/data/payload-changes.ts";
import { parseMarkdown } from "../../console/src/data/markdown.ts";
import { merge } from "../../console/src/data/merge-rows.ts";
import { commonObjective, withinObjective } from "../../console/src/data/trends.ts";
import { REMEDIES } from "../../src/doors/client/remedies.ts";
import type { AccountState, DeadLetterGroups, Stats } from "../../src/doors/client/types.ts";
import { dutyText } from "../../console/src/pages/duty-text.ts";
import { zh } from "../../console/src/words/zh.ts";
import { foldErrors } from "../../console/src/pages/fold-errors.ts";
import { entryText, fold, isProblem } from "../../console/src/pages/fold-timeline.ts";
import { fake } from "../support/fake.ts";

describe("rows", () => {
  const rows = (...ids: string[]): { id: string }[] => ids.map((id) => ({ id }));
  const idOf = ({ id }: { id: string }): string => id;

  it("keep their places while new ones wait to be shown", () => {
    expect(merge(rows("b", "a"), { items: rows("d", "c", "b", "a"), idOf })).toEqual({
      rows: rows("b", "a"),
      fresh: 2,
    });
  });

  it("go when they are settled, and older ones follow at the end", () => {
    expect(merge(rows("c", "b"), { items: rows("c", "a"), idOf })).toEqual({
      rows: rows("c", "a"),
      fresh: 0,
    });
  });
});

describe("a timeline", () => {
  const at = "2026-11-26T00:00:00.000Z";

  it("folds equal neighbours and counts them", () => {
    const checked = { at, event: "checked", proven: 0, pending: 1 };

    const folded = fold([{ at, event: "enqueued" }, checked, { ...checked, at: "later" }, checked]);

    expect(folded.map(({ first, times }) => [first.event, times])).toEqual([
      ["enqueued", 1],
      ["checked", 3],
    ]);
  });

  it("knows which entries are not problems", () => {
    const sent = (outcome: string): { at: string; event: string } =>
      Object.assign({ at, event: "sent" }, { outcome });

    expect([sent("accepted"), sent("rejected"), { at, event: "dead" }].map(isProblem)).toEqual([
      false,
      true,
      true,
    ]);
  });
});

const tree = (text: string): JsonNode => {
  const parsed = parseTree(text);
  if (parsed.kind === "broken") throw new Error(`broken at ${parsed.at}`);
  return parsed.root;
};

describe("texts for people", () => {
  it("an entry of the timeline says what is known of it, and leaves out counts of zero", () => {
    const text = (fields: Record<string, unknown>): string =>
      entryText({ at: "now", event: "any", ...fields }, zh);

    expect(text({ outcome: "unknown (timeout)", to: 2, detail: "no answer" })).toBe(
      "不确定是否送达 (timeout) · 接收人 2 · no answer",
    );
    expect(text({ proven: 1, pending: 0, absent: 0, inconclusive: 0 })).toBe("已证实 1");
    expect(text({ reason: "rejected", new: "x" })).toBe("平台拒绝 · new x");
    expect(text({ outcome: "of a later version" })).toBe("of a later version");
  });

  it("the state of duty fits into a chat message, with what needs somebody first", () => {
    const countsOf = (dead: number, confirmed: number): AccountState["counts"] =>
      fake<AccountState["counts"]>({ dead, confirmed });
    const account = (name: string, change: Partial<AccountState> = {}): AccountState =>
      fake<AccountState>({
        name,
        configured: true,
        retired: false,
        paused: false,
        backlog: 0,
        breaker: { state: "closed", until: null, of: null },
        counts: countsOf(0, 5),
        ...change,
      });
    const accounts = [
      account("well"),
      account("a", { counts: countsOf(3, 1), backlog: 4 }),
      account("b", { breaker: { state: "open", until: null, of: "all" } }),
    ];
    const groups = [
      fake<DeadLetterGroups["items"][number]>({
        account: "a",
        operation: "todo.create",
        reason: "rejected",
        code: "505",
        count: 3,
        state: "new",
        mark: null,
      }),
    ];

    const text = dutyText(accounts, { groups, words: zh, at: "03:12", link: "https://ops/console/" });

    expect(text.split("\n")).toEqual([
      "Bida 03:12 · 死信 3 · 积压 4 · 已确认 11",
      "b: 熔断 · 死信 0 · 积压 0",
      "a: 运行中 · 死信 3 · 积压 4",
      "3 × 平台拒绝 505 · a todo.create · 新",
      "https://ops/console/",
    ]);
  });
});

describe("what has gone wrong with an account", () => {
  it("is one row for a repeated error, with the time since when", () => {
    const error = { of: "send", id: "d", operation: "o", outcome: "busy", detail: null } as const;
    const errors = ["5", "4", "3"].map((at) => ({ ...error, at }));

    expect(
      foldErrors([...errors, { ...error, at: "2", outcome: "rejected" }, { ...error, at: "1" }]),
    ).toEqual([
      { latest: { ...error, at: "5" }, since: "3", times: 3 },
      { latest: { ...error, at: "2", outcome: "rejected" }, since: "2", times: 1 },
      { latest: { ...error, at: "1" }, since: "1", times: 1 },
    ]);
  });
});

describe("a runbook", () => {
  it("is read as headings, paragraphs with links and code, commands, lists and tables", () => {
    const text = [
      "# Held",
      "Fresh `secret`, see **this** [page](redis.md).",
      "- one",
      "- two `2`",
      "",
      "```sh",
      "npx bida accounts",
      "",
      "npx bida doctor",
      "```",
      "",
      "| alert | page |",
      "| --- | --- |",
      "| A | [B](b.md) |",
    ].join("\n\n");

    expect(parseMarkdown(text.replace("one\n\n-", "one\n-").replaceAll("|\n\n|", "|\n|"))).toEqual([
      { kind: "heading", level: 1, text: "Held" },
      {
        kind: "paragraph",
        parts: [
          { kind: "text", text: "Fresh " },
          { kind: "code", text: "secret" },
          { kind: "text", text: ", see " },
          { kind: "strong", text: "this" },
          { kind: "text", text: " " },
          { kind: "link", text: "page", to: "redis.md" },
          { kind: "text", text: "." },
        ],
      },
      {
        kind: "list",
        items: [
          [{ kind: "text", text: "one" }],
          [
            { kind: "text", text: "two " },
            { kind: "code", text: "2" },
          ],
        ],
      },
      { kind: "code", text: "\nnpx bida accounts\n\n\n\nnpx bida doctor\n" },
      {
        kind: "table",
        rows: [
          [[{ kind: "text", text: "alert" }], [{ kind: "text", text: "page" }]],
          [[{ kind: "text", text: "A" }], [{ kind: "link", text: "B", to: "b.md" }]],
        ],
      },
    ]);
  });

  it("exists in both languages for each remedy and each link of the console, and nothing of it is lost", () => {
    const root = new URL("../../", import.meta.url);
    const sources = readdirSync(new URL("console/src", root), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".tsx"))
      .map((path) => readFileSync(new URL(`console/src/${path}`, root), "utf8"));
    const linked = sources.flatMap((text) =>
      [...text.matchAll(/<RunbookLink name=(?:"([\w-]+)"|\{.*? \? "([\w-]+)" : "([\w-]+)"\})/g)].flatMap(
        ([, ...names]) => names.filter((name) => name !== undefined),
      ),
    );
    const names = new Set([...linked, ...Object.values(REMEDIES).map(({ runbook }) => runbook)]);

    for (const name of names)
      for (const folder of ["docs/runbooks", "docs/zh/runbooks"]) {
        const blocks = parseMarkdown(readFileSync(new URL(`${folder}/${name}.md`, root), "utf8"));
        expect(blocks[0]?.kind, name).toBe("heading");
        expect(JSON.stringify(blocks), name).not.toMatch(/\]\(|```|\*\*/);
      }
    expect(names.size).toBeGreaterThan(7);
  });
});

describe("an edit", () => {
  it("names each field that differs from before", () => {
    const before = tree('{"title":"a","params":[{"openId":"x"}],"a/b":1,"none":[]}');
    const after = tree('{"title":"b","params":[{"openId":"x"},{"openId":"y"}],"a/b":1,"none":{}}');

    expect(changes(before, after)).toEqual([
      { pointer: "/title", before: '"a"', after: '"b"' },
      { pointer: "/none", before: "[]", after: "{}" },
      { pointer: "/params/1/openId", before: null, after: '"y"' },
    ]);
  });

  it("keeps every digit of a long number", () => {
    const text = '{"id":90071992547409931234,"small":7,"exact":1.10}';

    expect(changes(tree(text), tree(text.replace("31234", "31235")))).toEqual([
      { pointer: "/id", before: "90071992547409931234", after: "90071992547409931235" },
    ]);
    expect(writeExact(parseExact(text)).replaceAll(/\s/g, "")).toBe(text);
  });
});

describe("JSON with its places", () => {
  it("is laid out in lines, its texts and numbers as they were written", () => {
    expect(layOut(String.raw`{"a":[1.0,-0,{}],"\u0062":"\u4e2d","c":[]}`)).toBe(
      String.raw`{
  "a": [
    1.0,
    -0,
    {}
  ],
  "\u0062": "\u4e2d",
  "c": []
}`,
    );
  });

  it("says where it stops being JSON", () => {
    const broken = ['{"a":1,}', '{"a":01}', '{"a":"\n"}', "", '{"a":1} x', "[1 2]", "nul", "[".repeat(70)];

    expect(broken.map((text) => parseTree(text))).toEqual(
      [7, 6, 5, 0, 8, 3, 0, 64].map((at) => ({ kind: "broken", at })),
    );
  });
});

describe("a payload by its schema", () => {
  const schema = {
    type: "object",
    properties: {
      title: { type: "string", minLength: 1, maxLength: 5 },
      url: { type: "string", pattern: String.raw`^[a-z]+:\S+$` },
      level: { anyOf: [{ type: "number", enum: [0, 1] }, { type: "null" }] },
      days: { type: "integer", minimum: 1, maximum: 7 },
      params: {
        type: "array",
        minItems: 1,
        items: { type: "object", properties: { "a/b": { type: ["string", "null"] } }, required: ["a/b"] },
      },
    },
    required: ["title"],
    additionalProperties: {},
  } as const;
  const found = (text: string): unknown[] =>
    checkPayload(tree(text), schema).map(({ pointer, from, to, fault }) => [
      pointer,
      text.slice(from, to),
      fault,
    ]);

  it("is accepted where it fits, also with unknown fields and long ids", () => {
    expect(
      found('{"title":"a","url":"HTTPS:x","level":null,"days":2.0,"more":1,"params":[{"a/b":null}]}'),
    ).toEqual([]);
    expect(found('{"title":"a","id":9007199254740993123}')).toEqual([]);
  });

  it("has each fault named by its path and its place", () => {
    expect(
      found('{"url":"no","level":2,"days":1.5,"params":[{"a/b":1},{}],"title":"","title":"toolong"}'),
    ).toEqual([
      ["/url", '"no"', { kind: "pattern", pattern: String.raw`^[a-z]+:\S+$` }],
      ["/level", "2", { kind: "choice", choices: ["0", "1"] }],
      ["/days", "1.5", { kind: "type", wanted: ["integer"] }],
      ["/params/0/a~1b", "1", { kind: "type", wanted: ["string", "null"] }],
      ["/params/1", "{", { kind: "missing", name: "a/b" }],
      ["/title", '""', { kind: "minLength", limit: 1 }],
      ["/title", '"title"', { kind: "twice" }],
      ["/title", '"toolong"', { kind: "maxLength", limit: 5 }],
    ]);
    expect(found('{"title":"a","days":9007199254740993}')).toEqual([
      ["/days", "9007199254740993", { kind: "digits" }],
    ]);
    expect(found('{"days":8,"params":[],"level":"0"}')).toEqual([
      ["", "{", { kind: "missing", name: "title" }],
      ["/days", "8", { kind: "maximum", limit: 7 }],
      ["/params", "[]", { kind: "minItems", limit: 1 }],
      ["/level", '"0"', { kind: "type", wanted: ["number", "null"] }],
    ]);
  });

  it("must be an object", () => {
    expect(checkPayload(tree("[1]"), null)).toEqual([
      { pointer: "", from: 0, to: 3, fault: { kind: "notObject" } },
    ]);
  });
});

describe("curves", () => {
  const bucket = (timeToConfirm: number[], inTime: number): Stats["buckets"][number] =>
    fake<Stats["buckets"][number]>({ timeToConfirm, inTime });
  const promised = (...all: number[]): Stats["accounts"] =>
    all.map((confirmWithinMs) => fake<Stats["accounts"][number]>({ confirmWithinMs }));

  it("show what was confirmed in time by each account's own objective, and name the objective where there is only one", () => {
    const buckets = [bucket([3, 1], 3), bucket([0, 0], 0)];
    const stats = fake<Stats>({ accounts: promised(60_000, 60_000), buckets });

    expect(withinObjective(stats)).toEqual([75, null]);
    expect(commonObjective(stats)).toBe(60_000);
    expect(commonObjective(fake<Stats>({ accounts: promised(1, 2) }))).toBeNull();
  });
});
