import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { runBida } from "./bida-process.ts";

describe("completion for bash", () => {
  let script = "";
  beforeAll(async () => {
    script = (await runBida(["completion", "bash"])).stdout;
  });

  it.each([
    [["bida", "de"], ["dead"]],
    [["bida", "dead", "rep"], ["replay"]],
    [
      ["bida", "dead", "replay", "d1", "--no"],
      ["--note", "--no-wait"],
    ],
    [
      ["bida", "list", "--status", "con"],
      ["confirming", "confirmed"],
    ],
    [
      ["bida", "completion", ""],
      ["bash", "zsh", "--help"],
    ],
  ])("%j", (words, expected) => {
    const line = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}`;
    const shell = `${script}\n${line}; _bida; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const offered = execFileSync("bash", ["-c", shell], { encoding: "utf8" }).trim().split("\n");
    expect(offered).toEqual(expected);
  });
});
