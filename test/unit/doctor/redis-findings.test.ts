import { describe, expect, it } from "vitest";
import { answerFindings, findingsOf, type Info } from "../../../src/doctor/redis-findings.ts";

const GOOD = {
  redis_version: "7.2.4",
  maxmemory_policy: "noeviction",
  aof_enabled: "1",
  aof_last_write_status: "ok",
  maxmemory: "1000",
  used_memory: "10",
};

function verdicts(overrides: Readonly<Record<string, string>>): string[] {
  const fields: Readonly<Record<string, string>> = { ...GOOD, ...overrides };
  const info: Info = (field) => fields[field];
  return findingsOf(info, "Redis")
    .filter(({ verdict }) => verdict !== "ok")
    .map(({ verdict, found, mend }) => `${verdict}: ${found} | ${mend ?? ""}`);
}

describe("the doctor on Redis", () => {
  it("finds nothing about a good one, or one that gives no information", () => {
    expect(verdicts({})).toEqual([]);
    expect(findingsOf(() => undefined, "Redis").filter(({ verdict }) => verdict !== "ok")).toEqual([]);
  });

  it.each([
    [{ redis_version: "6.0.16" }, /^broken: is too old: version 6\.0\.16 \| .*6\.2/],
    [{ redis_version: "5.0.7" }, /^broken: is too old/],
    [{ maxmemory_policy: "volatile-lru" }, /^broken: may evict deliveries .* \| .*noeviction/],
    [{ aof_enabled: "0" }, /^warning: runs without AOF.* \| .*appendonly/],
    [{ aof_last_write_status: "err" }, /^broken: cannot write its AOF \| .*disk/],
    [{ used_memory: "950" }, /^warning: has used 95 % of its memory/],
    [{ used_memory: "1001" }, /^broken: has used 100 % .*new orders are refused \| .*runbooks\/redis\.md/],
    // Redis does not count the buffers of its replicas and of the AOF.
    [{ used_memory: "1001", mem_not_counted_for_evict: "20" }, /^warning: has used 98 % of its memory/],
  ])("finds %j", (overrides, sentence) => {
    expect(verdicts(overrides)).toEqual([expect.stringMatching(sentence)]);
  });

  it.each([
    [299, []],
    [300, [{ verdict: "warning", found: "answers only after 300 ms" }]],
    [1_249, [{ verdict: "warning", found: "answers only after 1249 ms" }]],
    [1_250, [{ verdict: "broken", found: "answers only after 1250 ms: sends hardly leave in time" }]],
  ])("says of an answer after %i ms %j", (ms, findings) => {
    expect(answerFindings(ms, "Redis")).toMatchObject(findings);
  });

  it("accepts 6.2 and every newer version", () => {
    for (const version of ["6.2.0", "7.0.15", "8.2.1"])
      expect(verdicts({ redis_version: version })).toEqual([]);
  });
});
