/**
 * A pass over a list of pages that moves while it is read.
 */
import { describe, expect, it } from "vitest";
import { readPass } from "../../../../../src/platforms/yunzmall/message/read-list.ts";
import { answer, aRow, listedAccount, rows, type ListedAccount } from "./wire.ts";

const reader = ({ account }: ListedAccount) => ({ account, now: 0, signal: AbortSignal.timeout(5_000) });
const idsOf = ({ messages }: { messages: readonly { id: string }[] }): number[] =>
  messages.map(({ id }) => Number(id)).toSorted((a, b) => a - b);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe("a pass over a list", () => {
  it("reads every page until there is no next one", async () => {
    const system = listedAccount();
    system.lists.unread.push(...rows(45));

    const pass = await readPass("unread", { reader: reader(system) });

    expect(idsOf(pass)).toEqual(upTo(45));
    expect(pass).toMatchObject({ calls: 3, end: { kind: "whole" } });
  });

  it("shows a message once that a newer one pushed onto the next page, and says that the list moved", async () => {
    const system: ListedAccount = listedAccount((call) => {
      if (call === "unread 2") system.lists.unread.unshift(aRow(46));
    });
    system.lists.unread.push(...rows(45));

    const pass = await readPass("unread", { reader: reader(system) });

    expect(idsOf(pass)).toEqual(upTo(45));
    expect(pass.end.kind).toBe("moving");
  });

  it("says that the list moved when a message left and another one was missed", async () => {
    const system: ListedAccount = listedAccount((call) => {
      if (call === "unread 2") system.lists.unread.shift();
    });
    system.lists.unread.push(...rows(45));

    const pass = await readPass("unread", { reader: reader(system) });

    expect(idsOf(pass)).not.toContain(25);
    expect(pass.end.kind).toBe("moving");
  });

  it("returns no more than its reader keeps, and still knows that the list is whole", async () => {
    const system = listedAccount();
    system.lists.read.push(...rows(45));

    const pass = await readPass("read", { reader: reader(system), keeps: ({ id }) => id === "7" });

    expect(idsOf(pass)).toEqual([7]);
    expect(pass).toMatchObject({ calls: 3, end: { kind: "whole" } });
  });

  it("ends when the platform ignores the page that it is asked for", async () => {
    const always = answer({
      result: 1,
      data: { data: rows(20), next_page_url: "http://mall?page=2", total: 20 },
    });
    const system = listedAccount(() => always);

    expect(await readPass("unread", { reader: reader(system) })).toMatchObject({
      calls: 2,
      end: { kind: "moving" },
    });
  });

  it("keeps what it saw before a page failed", async () => {
    const system = listedAccount((call) => (call === "read 2" ? answer({ result: 0, data: [] }) : undefined));
    system.lists.read.push(...rows(30));

    const pass = await readPass("read", { reader: reader(system) });

    expect(pass.messages).toHaveLength(20);
    expect(pass.end).toMatchObject({ kind: "failed", wasAsked: true, retryAfterMs: null });
  });

  it.each([
    ["nobody there", { kind: "unreachable", detail: "no connection (ECONNREFUSED)" }, null],
    ["no answer", { kind: "lost", cause: "timeout", detail: "no answer in time" }, null],
    ["a refused header", answer({}, 401), null],
    ["an error of the server", answer({}, 500), null],
    ["another 4xx", answer({}, 404), null],
    ["no JSON", { kind: "answered", status: 200, retryAfter: null, text: "<html>" }, null],
    ["too many calls", { kind: "answered", status: 429, retryAfter: "7", text: "" }, 7_000],
  ] as const)("fails on %s", async (_name, failure, retryAfterMs) => {
    const system = listedAccount(() => failure);

    expect(await readPass("read", { reader: reader(system) })).toMatchObject({
      messages: [],
      end: { kind: "failed", wasAsked: true, retryAfterMs },
    });
  });

  it("makes no call that the account's rate does not permit", async () => {
    const system = listedAccount();
    const account = {
      ...system.account,
      permitCall: async () => ({ kind: "denied", retryAfterMs: 300 }) as const,
    };

    const pass = await readPass("read", { reader: { account, now: 0, signal: AbortSignal.timeout(5_000) } });

    expect(system.calls).toEqual([]);
    expect(pass).toMatchObject({ calls: 0, end: { kind: "failed", wasAsked: false, retryAfterMs: 300 } });
  });
});
