import { expect, it, vi } from "vitest";
import { memoryTaken } from "../../../src/telemetry/memory.ts";

it("the memory that a process takes is what it took last where no file can be opened to see it", () => {
  const before = memoryTaken();
  const spy = vi.spyOn(process, "memoryUsage").mockImplementation(() => {
    throw Object.assign(new Error("EMFILE: too many open files, uv_resident_set_memory"), { code: "EMFILE" });
  });
  try {
    expect(memoryTaken()).toEqual(before);
  } finally {
    spy.mockRestore();
  }
  expect(before.rss).toBeGreaterThan(0);
});
