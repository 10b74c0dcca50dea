/**
 * A name server that is silent costs the process one look-up a name, not one a connection.
 */
import type { LookupFunction } from "node:net";
import { expect, it } from "vitest";
import { sharedLookup } from "../../../src/platforms/http/shared-lookup.ts";

type Answer = Parameters<LookupFunction>[2];

it("looks a name up once for all who wait for it, and again afterwards", () => {
  const asked: { readonly name: string; readonly answer: Answer }[] = [];
  const lookup = sharedLookup((name, _options, answer) => void asked.push({ name, answer }));
  const told: unknown[] = [];
  const ask = (name: string): void =>
    lookup(name, { all: true }, (error, address) => void told.push(error ?? address));

  for (let times = 0; times < 50; times += 1) ask("silent.example");
  ask("well.example");
  expect(asked.map(({ name }) => name)).toEqual(["silent.example", "well.example"]);

  asked[1]?.answer(null, [{ address: "192.0.2.1", family: 4 }]);
  expect(told).toEqual([[{ address: "192.0.2.1", family: 4 }]]);

  const silent = Object.assign(new Error("no answer"), { code: "EAI_AGAIN" });
  asked[0]?.answer(silent, []);
  expect(told.slice(1)).toEqual(Array(50).fill(silent));

  ask("silent.example");
  expect(asked).toHaveLength(3);
});
