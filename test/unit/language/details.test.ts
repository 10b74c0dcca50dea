import { expect, it } from "vitest";
import { describeLedger } from "../../../src/delivery/decision.ts";
import type { LedgerEntry } from "../../../src/delivery/ledger.ts";
import { inLanguage } from "../../../src/language/say.ts";
import { anEntry } from "../../support/builders.ts";

const STATUSES: readonly LedgerEntry["status"][] = [
  "confirmed",
  "rejected",
  "unproven",
  "accepted",
  "unknown",
  "waiting",
];

const sentences = STATUSES.flatMap((status) =>
  [0, 1, 3].flatMap((sends) =>
    [null, "平台原话"].map((detail) => describeLedger([anEntry({ status, sends, detail, id: "张三" })])),
  ),
);

it.each([...new Set(sentences)])("a reader of Chinese understands: %s", (sentence) => {
  expect(inLanguage(sentence, "zh")).not.toMatch(/[a-z]/i);
});

it("several recipients are in one sentence, with the platform's own words unchanged", () => {
  const detail = describeLedger([
    anEntry({ id: "o-1", status: "confirmed" }),
    anEntry({ id: "o-2", status: "rejected", detail: "param error: 'url'" }),
  ]);

  expect(inLanguage(`deadline passed; ${detail}`, "zh")).toBe(
    "已过截止时间；已证实：o-1；被拒绝（param error: 'url'）：o-2",
  );
  expect(inLanguage("the platform's own; not ours", "zh")).toBe("the platform's own; not ours");
});
