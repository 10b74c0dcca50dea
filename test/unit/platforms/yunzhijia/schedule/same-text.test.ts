import { describe, expect, it } from "vitest";
import { isNearText, sharedLength } from "../../../../../src/platforms/yunzhijia/schedule/near-text.ts";
import { isNearMoment, isSameMoment } from "../../../../../src/platforms/yunzhijia/schedule/same-moment.ts";
import { alterationOf, isSameText } from "../../../../../src/platforms/yunzhijia/schedule/same-text.ts";

describe("a text that was changed reversibly is the same", () => {
  it.each([
    ["spaces collapsed", "周会  第一 项", "周会 第一 项"],
    ["trimmed", "  周会\n", "周会"],
    ["full-width space made half", "周会\u3000A", "周会 A"],
    ["no-break space", "周会 A", "周会\u00a0A"],
    ["line ends of Windows", "一\n二", "一\r\n二"],
    ["line ends made spaces", "一\n二", "一 二"],
    ["line ends dropped", "一\r\n二", "一二"],
    ["line ends made tags", "一\n二", "一<br/>二"],
    ["NFD", "Café Zoë", "Cafe\u0301 Zoe\u0308"],
    ["entities by name", `a < b & "c" © 'd'`, "a &lt; b &amp; &quot;c&quot; &copy; &#39;d&#39;"],
    ["entities of Chinese quotes", "“周会”——A", "&ldquo;周会&rdquo;&mdash;&mdash;A"],
    ["entities by number", "周会", "&#21608;&#x4F1A;"],
    ["escaped twice", "a < b", "a &amp;lt; b"],
    ["no-break space by name", "周会 A", "周会&nbsp;A"],
    ["width of punctuation", "周会（取消）：A", "周会(取消):A"],
    ["zero width space dropped", "周\u200b会", "周会"],
    ["variation selector dropped", "周会 ☀\ufe0f", "周会 ☀"],
  ])("%s", (_name, sent, shown) => {
    expect(isSameText(shown, sent)).toBe(true);
    expect(isSameText(sent, shown)).toBe(true);
  });

  it.each([
    ["compatibility forms", "第①组", "第1组"],
    ["emoji dropped", "周会🎉", "周会"],
    ["cut", "季度经营分析会", "季度经营"],
    ["a character replaced", "张喆", "张?"],
    ["case", "Review", "review"],
  ])("is not the same: %s", (_name, sent, shown) => {
    expect(isSameText(shown, sent)).toBe(false);
  });
});

describe("a text that lost something is near", () => {
  const long = "季度经营分析会:请各部门于周五前提交材料,地点三号楼会议室,联系人成建蒋".repeat(10);

  it.each([
    ["cut in half", "季度经营分析会议", "季度经营"],
    ["cut to a tenth", long, long.slice(0, 30)],
    ["cut with an ellipsis", long, `${long.slice(0, 20)}...`],
    ["cut through an emoji", "周会🎉", "周会\ud83c"],
    ["emoji dropped", "🎉周会🎉", "周会"],
    ["emoji replaced", "🎉周会🎉", "??周会?"],
    ["emoji replaced by a box", "🎉周会🎉", "□周会\ufffd"],
    ["nothing but emoji, dropped", "🎉🎉", ""],
    ["nothing but emoji, replaced", "🎉🎉", "??"],
    ["all Chinese replaced", "周会 A", "?? A"],
    ["every second character replaced", "季度经营分析", "季?经?分?"],
    ["all Chinese dropped", "会议室 A12 与会", "A12"],
    ["a rare character replaced", "与张喆面谈", "与张?面谈"],
    ["a word masked", "关于敏感词的讨论", "关于***的讨论"],
    ["compatibility forms", "第①组", "第1组"],
    ["tags stripped", "<b>周</b><i>会</i>", "周会"],
    ["something added", "周会", "[OA] 周会 (请准时)"],
    ["the first half dropped", "季度经营分析会", "分析会"],
    ["case", "REVIEW", "review"],
  ])("%s", (_name, sent, shown) => {
    expect(isNearText(shown, sent)).toBe(true);
  });

  it.each([
    ["季度经营分析会", "部门周例会"],
    ["review", "another"],
    ["budget review", "team lunch"],
    ["供应商洽谈", "安全生产检查"],
    ["🎉🎉", "周会"],
  ])("%s is not %s", (sent, shown) => {
    expect(isNearText(shown, sent)).toBe(false);
  });

  it("shares what a longest common subsequence shares", () => {
    expect(sharedLength("xaybzc", "abcd")).toBe(3);
    expect(sharedLength("", "abcd")).toBe(0);
    expect(sharedLength("????", "ab")).toBe(2);
  });
});

describe("a time", () => {
  it.each([
    [1_530_002_768_912, true, true],
    [1_530_002_768_000, true, true],
    [1_530_002_769_000, true, true],
    [1_530_002_768_900, false, true],
    [1_530_002_760_000, false, true],
    [1_530_002_820_000, false, true],
    [1_530_002_767_000, false, true],
    [1_530_002_828_912, false, false],
    [null, false, false],
  ])("of 1530002768912 shown as %d: the same %s, near %s", (shown, same, near) => {
    expect(isSameMoment(shown, 1_530_002_768_912)).toBe(same);
    expect(isNearMoment(shown, 1_530_002_768_912)).toBe(near);
  });

  it("of a whole minute is that minute and no other", () => {
    expect(isNearMoment(1_530_002_700_000, 1_530_002_760_000)).toBe(false);
  });
});

describe("the kind of an alteration", () => {
  it.each([
    ["周会", "周会", null],
    ["周 会", "周会", "white space"],
    ["a & b", "a &amp; b", "entities"],
    ["Café", "Cafe\u0301", "Unicode form"],
    ["（取消）", "(取消)", "character width"],
    ["周\u200b会", "周会", "invisible characters"],
    ["季度经营分析会", "季度经营", "cut text"],
    ["周会🎉", "周会", "cut text"],
    ["🎉周会", "周会", "lost emoji"],
    ["🎉周会", "??周会", "lost emoji"],
    ["与张喆面谈", "与张?面谈", "replaced characters"],
    ["周会", "例会", "other text"],
  ])("%s shown as %s: %s", (sent, shown, kind) => {
    expect(alterationOf(shown, sent)).toBe(kind);
  });
});

it("a long row of dots in the middle of a text does not hold up the process", () => {
  const sent = `目录${"…".repeat(24)}第一页`;

  expect(isNearText("另一件事", sent)).toBe(false);
  expect(isNearText(`目录${"…".repeat(24)}`, sent)).toBe(true);
});

it.each(["会议...", "会议……", "会议。。。", "会议…...。。。⋯"])(
  "%j is the beginning of a longer text",
  (shown) => {
    expect(isNearText(shown, "会议室三楼，请带电脑，并准备好上月的报表")).toBe(true);
  },
);
