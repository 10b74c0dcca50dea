/** A log that cannot be written holds up nothing, and says afterwards how much is missing. */
import { describe, expect, it } from "vitest";
import { logOutput } from "../../../src/telemetry/log-output.ts";
import { logger } from "../../../src/telemetry/logs.ts";

/** A descriptor that fails as it is told, and how it was written to. */
function aDescriptor() {
  const its = {
    written: "",
    failing: null as string | null,
    /** Bytes that are taken before it fails. */
    room: Number.POSITIVE_INFINITY,
    calls: 0,
    pauses: 0,
    write: (_fd: number, bytes: Uint8Array): number => {
      its.calls += 1;
      if (its.failing !== null && its.room === Number.POSITIVE_INFINITY)
        throw Object.assign(new Error(its.failing), { code: its.failing });
      const taken = Math.min(its.room, bytes.length);
      its.written += Buffer.from(bytes.subarray(0, taken)).toString();
      its.room = Number.POSITIVE_INFINITY;
      return taken;
    },
    pause: (): void => void (its.pauses += 1),
  };
  return its;
}

describe("a log that cannot be written", () => {
  it.each(["ENOSPC", "EIO", "EAGAIN"])("(%s) delays nothing, and says what is missing", (code) => {
    const its = aDescriptor();
    const log = logger("info", { destination: logOutput(1, its) });
    its.failing = code;
    for (let line = 0; line < 50; line += 1) log.info("lost");
    its.failing = null;
    log.info("seen");
    const lines = its.written
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { msg: string }).msg);

    expect(lines).toEqual(["seen", `50 lines of the log could not be written (${code})`]);
    expect(its.pauses).toBeLessThanOrEqual(10);
  });

  it("because its reader is gone is not tried again", () => {
    const its = aDescriptor();
    const output = logOutput(1, its);
    its.failing = "EPIPE";
    for (let line = 0; line < 50; line += 1) output.write("lost\n");

    expect(its.calls).toBe(1);
  });

  it("because its reader is briefly busy is written all the same", () => {
    const its = aDescriptor();
    const output = logOutput(1, { ...its, pause: () => void (its.failing = null), write: its.write });
    its.failing = "EAGAIN";
    output.write("seen\n");

    expect(its.written).toBe("seen\n");
  });

  it("to its end leaves the next line whole", () => {
    const its = aDescriptor();
    const output = logOutput(1, its);
    its.failing = "ENOSPC";
    its.room = 3;
    output.write("half\n");
    its.failing = null;
    output.write("whole\n");

    expect(its.written).toBe("hal\nwhole\n");
  });
});
