import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { Printing } from "../../../src/app/printing.ts";

function aPrinting() {
  const told: string[] = [];
  const exits: number[] = [];
  const stdout = new EventEmitter();
  const stderr = Object.assign(new EventEmitter(), { write: (text: string) => void told.push(text) });
  const printing = new Printing({ stdout, stderr } as never, (status) => void exits.push(status));
  const ask = printing.watching(async () => new Response());
  const breaks = (code: string): boolean => stdout.emit("error", Object.assign(new Error(code), { code }));
  return { printing, ask, breaks, stderr, told, exits };
}

it("a command that only reads ends with its reader", async () => {
  const { ask, breaks, told, exits } = aPrinting();
  await ask("http://api/");

  breaks("EPIPE");

  expect({ told, exits }).toEqual({ told: [], exits: [0] });
});

it("one that has changed something goes on, and its status is that of its work", async () => {
  const { printing, ask, breaks, stderr, told, exits } = aPrinting();
  await ask("http://api/", { method: "POST" });

  breaks("EPIPE");
  stderr.emit("error", new Error("EPIPE"));

  expect({ told, exits }).toEqual({ told: [], exits: [] });
  expect(([0, 5, null] as const).map((status) => printing.statusOf(status))).toEqual([0, 5, null]);
});

it("on a full disk it goes on too, says so once, and does not end with 0", async () => {
  const { printing, ask, breaks, told, exits } = aPrinting();
  await ask("http://api/", { method: "DELETE" });

  breaks("ENOSPC");
  breaks("ENOSPC");

  expect({ told, exits }).toEqual({ told: ["What is printed cannot be written (ENOSPC)\n"], exits: [] });
  expect(([0, 5] as const).map((status) => printing.statusOf(status))).toEqual([1, 5]);
});
