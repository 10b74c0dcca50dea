/**
 * Names whose servers are silent hold no place of those that are answered.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { NamePlaces, type OnAddresses } from "../../../../src/pipeline/callback/name-places.ts";

const ADDRESSES = [{ address: "203.0.113.7", family: 4 }];
let now = 0;
let asked: Map<string, OnAddresses>;
let answers: string[];
let places: NamePlaces;

beforeEach(() => {
  [now, asked, answers] = [0, new Map(), []];
  places = new NamePlaces(
    ({ hostname }, answer) => void asked.set(hostname, answer),
    () => now,
  );
});

function ask(...names: readonly string[]): void {
  for (const hostname of names)
    places.ask({ hostname, options: {} }, (error) => void answers.push(`${hostname} ${error?.code ?? "ok"}`));
}

/** The resolver answers, so long after it was asked. */
function answer(name: string, { afterMs = 10, fails = false } = {}): void {
  now += afterMs;
  const told = asked.get(name);
  asked.delete(name);
  told?.(fails ? Object.assign(new Error("no"), { code: "ENOTFOUND" }) : null, ADDRESSES);
}

describe("questions about names", () => {
  it("leave a thread for names that were answered lately", () => {
    ask("good");
    answer("good");
    ask("dead-1", "dead-2", "dead-3");
    expect([...asked.keys()]).toEqual(["dead-1"]);

    ask("good");
    answer("good");

    expect(answers).toEqual(["good ok", "good ok"]);
  });

  it("are not asked for a minute about a name that took long, and wait for no place for longer than a connection does", () => {
    ask("dead-1", "dead-2", "new");
    answer("dead-1", { afterMs: 10_000, fails: true });
    expect(answers).toEqual(["dead-1 ENOTFOUND", "dead-2 EAI_AGAIN", "new EAI_AGAIN"]);

    ask("dead-1", "new");
    expect([...asked.keys()]).toEqual(["new"]);
    now += 60_000;
    answer("new", { fails: true });
    ask("dead-1");

    expect([...asked.keys()]).toEqual(["dead-1"]);
  });

  it("hold a place again once a name that was answered is silent, or was answered long ago", () => {
    for (const name of ["one", "two"]) {
      ask(name);
      answer(name);
    }
    now += 15 * 60_000;

    ask("one", "two");

    expect([...asked.keys()]).toEqual(["one"]);
  });

  it("give their place on where a name does not exist", () => {
    ask("one", "two");
    answer("one", { fails: true });

    expect([...asked.keys()]).toEqual(["two"]);
    expect(answers).toEqual(["one ENOTFOUND"]);
  });
});
