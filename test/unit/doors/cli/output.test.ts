import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { Output } from "../../../../src/doors/cli/output.ts";
import { aTerminal } from "../../../support/terminal.ts";

function tableOn(terminal: { readonly columns: number }): string {
  const stdout = Object.assign(new PassThrough(), { isTTY: true, ...terminal });
  const out = new Output({ stdout: aTerminal(stdout), stderr: aTerminal(stdout), language: "en" }, false);
  out.table([{ title: "DETAIL", of: (row: string) => row }], ["as many as there are"]);
  return String(stdout.read());
}

it("cuts a table to the width of a terminal, and not where the terminal does not know it", () => {
  expect(tableOn({ columns: 8 })).toBe("DETAIL\nas many…\n");
  expect(tableOn({ columns: 0 })).toBe("DETAIL\nas many as there are\n");
});
