import { describe, expect, it } from "vitest";
import { ProgressBar } from "../../../../src/doors/cli/progress-bar.ts";
import { fake } from "../../../support/fake.ts";

function aStream(isTTY: boolean): { stream: NodeJS.WriteStream; written: string[] } {
  const written: string[] = [];
  const write = (text: Uint8Array | string): boolean => written.push(String(text)) > 0;
  return { stream: fake<NodeJS.WriteStream>({ isTTY, columns: 80, write }), written };
}

describe("a progress bar", () => {
  it("rewrites one line on a terminal, and removes it at the end", () => {
    const { stream, written } = aStream(true);
    const bar = new ProgressBar(stream, () => 0);
    bar.show(0.5, "12 acknowledged");
    bar.end();
    expect(written).toEqual([
      `\r\u001B[K${"█".repeat(12)}${"░".repeat(12)}  50 % 12 acknowledged`,
      "\r\u001B[K",
    ]);
  });

  it("writes a plain line now and then elsewhere", () => {
    let now = 0;
    const { stream, written } = aStream(false);
    const bar = new ProgressBar(stream, () => now);
    bar.show(0.1, "early");
    now = 2_500;
    bar.show(0.4, "later");
    now = 2_600;
    bar.show(null, "too soon after");
    bar.end();
    expect(written).toEqual([" 40 % later\n"]);
  });
});
