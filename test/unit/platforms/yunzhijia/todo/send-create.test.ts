/**
 * What a reply to a create is worth where another create has used the sourceId, and where a refusal may be a proxy's.
 */
import { describe, expect, it } from "vitest";
import type { LedgerEntry } from "../../../../../src/delivery/ledger.ts";
import type { RecipientCheck, SendOutcome } from "../../../../../src/delivery/outcome.ts";
import type { AccountAccess } from "../../../../../src/platforms/account-access.ts";
import type { PlatformAnswer, WireAnswer } from "../../../../../src/platforms/platform-http.ts";
import { yunzhijiaTodo } from "../../../../../src/platforms/yunzhijia/todo/channel.ts";
import { createInput, type TodoInput } from "../../../../../src/platforms/yunzhijia/todo/input.ts";
import { bareAccess } from "../../../../../src/testing/bare-account.ts";
import { claimsInMemory } from "../../../../../src/testing/claims-in-memory.ts";
import { anEntry, aTodo, NOW } from "../../../../support/builders.ts";

const settings = { platform: "yunzhijia", appId: "500041933", todoMode: "sync", scheduleLookup: "auto" };

function answered(body: unknown, status = 200): WireAnswer {
  return { kind: "answered", status, retryAfter: null, text: JSON.stringify(body) };
}

const CREATED = answered({ success: "true", errorCode: 200, error: "", data: {} });

/** Answers every create so; the check shows one undone todo, or none. */
function aPlatform(reply: WireAnswer, undelCount = 0): AccountAccess {
  const shown = answered({ success: "true", errorCode: 0, error: "", data: { dealCount: 0, undelCount } });
  const wire = {
    call: async ({ path }: { readonly path: string }): Promise<WireAnswer> =>
      path.includes("checkcreatetodo") ? shown : reply,
    close: async () => undefined,
  };
  return { ...bareAccess(settings, wire), ...claimsInMemory() };
}

function inputFor(openIds: readonly string[]): TodoInput {
  const { payload } = aTodo({ sourceId: "s1" }, openIds);
  return createInput.parse(payload);
}

function create(
  account: AccountAccess,
  openId: string,
  {
    deliveryId = "d1",
    others = [],
    ...own
  }: Partial<LedgerEntry> & { readonly deliveryId?: string; readonly others?: readonly LedgerEntry[] } = {},
): Promise<SendOutcome> {
  return yunzhijiaTodo.send(
    {
      deliveryId,
      operation: "todo.create",
      input: inputFor([openId, ...others.map(({ id }) => id)]),
      key: null,
      targets: [openId, ...others.filter(({ status }) => status === "waiting").map(({ id }) => id)],
      recipients: [anEntry({ ...own, id: openId }), ...others],
      receipt: null,
      reference: null,
      now: NOW,
    },
    { account, signal: AbortSignal.timeout(5_000) },
  );
}

async function checked(account: AccountAccess, memo: string | null): Promise<readonly RecipientCheck[]> {
  const entry = anEntry({ id: "ann", status: "unknown", sends: 1, sentAt: NOW, memo });
  const [check] = await yunzhijiaTodo.check(
    [
      {
        deliveryId: "d1",
        operation: "todo.create",
        input: inputFor(["ann"]),
        key: null,
        outstanding: [entry],
        recipients: [entry],
        receipt: null,
        reference: null,
        createdAt: NOW,
        now: NOW,
      },
    ],
    { account, signal: AbortSignal.timeout(5_000) },
  );
  return check?.recipients ?? [];
}

const LATE: PlatformAnswer = { kind: "unreachable", detail: "late", isLate: true };
const DENIED = { kind: "denied", retryAfterMs: 1_000 } as const;

type Call = AccountAccess["call"];

/** What is asked about the todo itself is answered so. */
function checksAnswered(answer: PlatformAnswer): (call: Call) => Call {
  return (call) => async (asked, signal) =>
    JSON.stringify(asked.json ?? {}).includes('"sourceitemid":"s1"') ? answer : call(asked, signal);
}

describe("the verdict of a sync reply", () => {
  it("is proof for the first create of a sourceId", async () => {
    expect((await create(aPlatform(CREATED), "ann")).kind).toBe("confirmed");
  });

  it("is none after another create of it: a platform may ignore further people, and say success", async () => {
    const account = aPlatform(CREATED);
    await create(account, "ann");

    expect((await create(account, "bob", { deliveryId: "d2" })).kind).toBe("accepted");
  });

  it("is none for who was sent to before: a repeat is ignored, and answered with success", async () => {
    expect((await create(aPlatform(CREATED), "ann", { sends: 1 })).kind).toBe("accepted");
  });

  it.each([
    ["somebody else of it is proven", { others: [anEntry({ id: "bob", status: "confirmed" })] }],
    ["it was refused, and is replayed", { memo: "a-digest" }],
  ])("is none where %s: the sourceId was used", async (_, known) => {
    expect((await create(aPlatform(CREATED), "ann", known)).kind).toBe("accepted");
  });

  it("a refusal is noted, so that a replay knows of it", async () => {
    const refusal = answered({ success: "false", errorCode: 505, error: "", data: ["ann"] });

    expect(await create(aPlatform(refusal), "ann")).toMatchObject({ memo: expect.any(String) });
  });
});

describe.each([
  ["HTTP 404", answered({}, 404)],
  ["HTTP 413", answered({}, 413)],
  ["HTTP 404 with a documented code", answered({ success: "false", errorCode: 1, data: "x" }, 404)],
  ["a code in no table", answered({ success: "false", errorCode: 2301, error: "no", data: {} })],
])("a create that is refused by %s", (_, refusal) => {
  it("is neither refused nor proven where a todo is there: it may be this one, or an older one", async () => {
    const account = aPlatform(refusal, 1);
    const outcome = await create(account, "ann");
    const memo = "memo" in outcome ? (outcome.memo ?? null) : null;
    const check = await checked(account, memo);

    expect(outcome).toMatchObject({ kind: "unknown", detail: expect.stringMatching(/sourceId is there/) });
    expect(check).toMatchObject([{ kind: "refused", detail: expect.stringMatching(/nobody can say/) }]);
  });

  it.each([
    ["the check's limit is used up", { permitCheck: async () => DENIED }],
    ["the send was too late", { call: checksAnswered(LATE) }],
    ["the check is answered by a failing server", { call: checksAnswered(answered({}, 503)) }],
  ])("is asked about later where %s, and rejected once it is proven absent", async (_why, broken) => {
    const account = aPlatform(refusal, 0);
    const own = "call" in broken ? { call: broken.call(account.call) } : broken;

    const outcome = await create({ ...account, ...own }, "ann");

    expect(outcome).toMatchObject({ kind: "unknown", detail: expect.stringMatching(/not be asked yet/) });
    const memo = "memo" in outcome ? (outcome.memo ?? null) : null;
    expect(await checked(account, memo)).toMatchObject([
      { kind: "absent", ends: expect.stringMatching(/refused \((HTTP 404|HTTP 413|2301)\)/) },
    ]);
    // Somebody's todo is there: a person decides.
    expect(await checked(aPlatform(refusal, 1), memo)).toMatchObject([{ kind: "refused" }]);
  });

  it("is rejected where there is nobody to ask", async () => {
    const account = { ...aPlatform(refusal), call: async () => answered({}, 404) };

    expect((await create(account, "ann")).kind).toBe("rejected");
  });

  it("is rejected where it is not", async () => {
    expect((await create(aPlatform(refusal), "ann")).kind).toBe("rejected");
  });
});

it.each(["half a character \ud800", "100 %", "两 个 词"])(
  "the code of a refusal may be any text: %j",
  async (code) => {
    const refusal = answered({ success: "false", errorCode: code, error: "no", data: {} });

    const outcome = await create({ ...aPlatform(refusal), permitCheck: async () => DENIED }, "ann");

    expect(outcome.kind).toBe("unknown");
    const memo = "memo" in outcome ? (outcome.memo ?? null) : null;
    expect(await checked(aPlatform(refusal), memo)).toMatchObject([
      {
        kind: "absent",
        ends: `it was refused (${code.toWellFormed()}), and the platform shows no such todo`,
      },
    ]);
  },
);

it("a documented refusal is believed without a question", async () => {
  const refusal = answered({ success: "false", errorCode: 505, error: "", data: ["ann"] });

  expect((await create(aPlatform(refusal, 1), "ann")).kind).toBe("rejected");
});
