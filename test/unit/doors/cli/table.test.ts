import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { printable, printableJson, table, type Column } from "../../../../src/doors/cli/table.ts";

const columns: readonly Column<Row>[] = [
  { title: "NOTE", of: ({ title }: Row) => title },
  { title: "STATUS", of: ({ status }: Row) => status },
];
interface Row {
  readonly title: string;
  readonly status: string | null;
}

describe("a table", () => {
  it("lines up with Chinese text, which is two cells wide", () => {
    const text = table(columns, {
      rows: [
        { title: "巡检整改", status: "confirmed" },
        { title: "leave", status: null },
      ],
      style: { language: "en" },
    });
    const [head = "", chinese = "", latin = ""] = text.split("\n");
    const before = (line: string, word: string): number => stringWidth(line.slice(0, line.indexOf(word)));
    expect(before(chinese, "confirmed")).toBe(before(head, "STATUS"));
    expect(before(latin, "-")).toBe(before(head, "STATUS"));
  });

  it("is cut to a terminal's width without breaking a character in two", () => {
    const text = table(columns, {
      rows: [{ title: "费用报销", status: "等待平台确认很久很久" }],
      style: {
        language: "en",
        width: 20,
      },
    });
    for (const line of text.trimEnd().split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(20);
    expect(text).toContain("…");
  });

  it("on a narrow terminal leaves out what may go, the least important first, and never what may not", () => {
    const wide: readonly Column<object>[] = [
      { title: "ACCOUNT", of: () => "yzj" },
      { title: "PLATFORM", of: () => "yunzhijia", goes: 2 },
      { title: "STATE", of: () => "broken off until 2026-03-01 08:30:00+08:00", isCut: true },
      { title: "CONFIRMED", of: () => 123_456, goes: 3 },
      { title: "DEAD", of: () => 17 },
      { title: "TOKENS", of: () => "app 12m, resGroupSecret 3m", goes: 1 },
    ];
    const titles = (width: number): string[] =>
      (table(wide, { rows: [{}], style: { language: "en", width } }).split("\n")[0] ?? "").trim().split(/ +/);

    expect(titles(200)).toEqual(["ACCOUNT", "PLATFORM", "STATE", "CONFIRMED", "DEAD", "TOKENS"]);
    expect(titles(60)).toEqual(["ACCOUNT", "PLATFORM", "STATE", "CONFIRMED", "DEAD"]);
    expect(titles(40)).toEqual(["ACCOUNT", "STATE", "CONFIRMED", "DEAD"]);
    expect(titles(30)).toEqual(["ACCOUNT", "STATE", "DEAD"]);
    for (const width of [60, 40, 30])
      for (const line of table(wide, { rows: [{}], style: { language: "en", width } })
        .trimEnd()
        .split("\n")) {
        expect(stringWidth(line)).toBeLessThanOrEqual(width);
        if (!line.startsWith("ACCOUNT")) expect(line).toMatch(/broken.*… .*17$/);
      }
  });

  it("has its headings, and what is Bida's own in its cells, in the reader's language; names and codes stay", () => {
    const said = [
      { title: "NOTE", of: () => "now" },
      { title: "DIED", isSaid: true, of: () => "2h 5m ago" },
      { title: "DEAD", of: () => 17 },
    ] as const;

    expect(table(said, { rows: [{}], style: { language: "zh" } })).toBe(
      "备注  成为死信  死信\nnow   2h 5m 前  17\n",
    );
    expect(table(said, { rows: [{}], style: { language: "en" } })).toBe(
      "NOTE  DIED       DEAD\nnow   2h 5m ago  17\n",
    );
  });

  it("lets no text of a platform move the cursor or begin a line", () => {
    expect(printable("bad\u001B[2J\r\nname\u202E")).toBe("bad [2J name ");
  });
});

describe("JSON on a terminal", () => {
  it("has C1 controls and bidi characters as escapes, and is the same JSON", () => {
    const value = { "a\u009b31m": "\u202eevil\u2066\u200f\u0085", 任务: "巡检" };
    const text = printableJson(value);

    expect(text).not.toMatch(/[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
    expect(text).toContain("\\u009b31m");
    expect(JSON.parse(text)).toEqual(value);
  });
});
