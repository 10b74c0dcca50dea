/**
 * Two tasks are never proven by one: by whom and under which name it is made, and what silence means.
 */
import { describe, expect, it } from "vitest";
import { hainanTask } from "../../../../../src/platforms/hainan/task/channel.ts";
import type { PlatformAnswer } from "../../../../../src/platforms/platform-http.ts";
import type { CheckOutcome, SendOutcome } from "../../../../../src/delivery/outcome.ts";
import { aRequest, answered, aTask, aTaskFor, EMPTY, entries, scripted, shown } from "./tasks.ts";

const signal = new AbortController().signal;
const LOST: PlatformAnswer = { kind: "lost", cause: "timeout", detail: "x" };
const THROTTLED = answered("", 429);

type Account = ReturnType<typeof scripted>;

const given = { input: aTask({ bizTaskId: "b-1" }) };
const send = async ({ account }: Account, request: object = {}): Promise<SendOutcome> =>
  hainanTask.send(aRequest(request), { account, signal });

async function check({ account }: Account, request: object = {}): Promise<CheckOutcome | undefined> {
  const recipients = entries({ id: "2001", status: "unknown", sends: 1 });
  return (await hainanTask.check([aRequest({ recipients, ...request })], { account, signal }))[0];
}

describe("a task that an answer names", () => {
  it.each([
    ["in the field assigneeUserInfo", shown("t-1")],
    ["in the field assignee", shown("t-1", { field: "assignee" })],
    ["with an id that is a number", shown("t-1", { assigneeId: 2001 })],
    ["with its subject trimmed, and its spaces collapsed", shown("t-1", { subject: " 请假  审批\n" })],
    ["with entities", shown("t-1", { subject: "&#35831;&#x5047;审批" })],
    [
      "without people",
      answered({ success: "True", content: JSON.stringify({ success: "true", data: '{"taskUuid":"t-1"}' }) }),
    ],
  ])("is ours %s", async (_name, answer) => {
    expect(await send(scripted([answer]), given)).toMatchObject({ kind: "confirmed" });
    expect(await check(scripted([answer]), given)).toMatchObject({ recipients: [{ kind: "proven" }] });
  });

  it.each([
    ["for another assignee", shown("t-1", { assigneeId: "2002" }), /another assignee/],
    [
      "for another assignee, in the other field",
      shown("t-1", { assigneeId: "2002", field: "assignee" }),
      /another/,
    ],
    ["with another subject", shown("t-1", { subject: "别人的待办" }), /another subject/],
  ])("is not ours %s", async (_name, answer, words) => {
    expect(await send(scripted([answer]), given)).toMatchObject({
      kind: "rejected",
      code: "duplicate",
      text: expect.stringMatching(words),
    });
    expect(await check(scripted([answer]), given)).toMatchObject({
      recipients: [{ kind: "refused", isFinal: true, detail: expect.stringMatching(words) }],
    });
  });

  it("with a subject that was cut is ours under a bizTaskId that nobody else can have, and doubtful under a given one", async () => {
    const cut = shown("t-1", { subject: "请假…" });

    expect(await send(scripted([cut]))).toMatchObject({
      evidence: { note: "the platform shows an altered subject or assignee" },
    });
    expect(await send(scripted([cut]), given)).toMatchObject({ kind: "unknown" });
    expect(await check(scripted([cut]), given)).toMatchObject({ recipients: [{ kind: "refused" }] });
  });

  it.each([
    ["with blanks around its assignee", "00720010000000000007A ", "00720010000000000007A", "confirmed"],
    ["with its assignee in another case", "00720010000000000007a", "00720010000000000007A", "unknown"],
    ["without the leading zeros of its assignee", "7200", "007200", "unknown"],
    ["with an assignee that was rounded as a number", "9007199254740992", "9007199254740993", "unknown"],
    ["with a neighbour of a short id", "2001", "2002", "rejected"],
  ])("%s is not called somebody else's while there is doubt", async (_name, seen, assigneeId, kind) => {
    const answer = shown("t-1", { assigneeId: seen });
    const mine = { input: aTask({ bizTaskId: "b-1", assigneeId }), targets: [assigneeId] };

    expect((await send(scripted([answer]), mine)).kind).toBe(kind);
  });

  it("is claimed, and proves no other delivery, whose reason names the first; its package is shared", async () => {
    const account = scripted([shown("t-1")]);

    expect((await send(account, { ...given, deliveryId: "d-1" })).kind).toBe("confirmed");
    const second = { input: aTask({ bizTaskId: "b-2" }), deliveryId: "d-2" };

    expect(await send(account, second)).toMatchObject({
      kind: "rejected",
      text: expect.stringMatching(/delivery d-1/),
    });
    expect(await check(account, second)).toMatchObject({
      recipients: [{ kind: "refused", detail: expect.stringMatching(/delivery d-1/) }],
    });
    expect([...account.claims.keys()]).not.toContain("p-1");
  });

  it("proves one assignee of a delivery and not two", async () => {
    const input = aTaskFor("ann", "2001");
    const recipients = entries(
      { id: "ann", status: "confirmed", receipt: { taskUuid: "t-1" } },
      { id: "2001" },
    );

    expect(await send(scripted([shown("t-1")]), { input, recipients })).toMatchObject({
      kind: "rejected",
      text: expect.stringMatching(/assignee ann/),
    });
  });
});

/** Answers may be mixed up on the way: then ours was made, and its answer went to somebody else. */
describe("an answer to another call", () => {
  const OURS = shown("t-1", { bizTaskId: "b-1" });
  const ANOTHERS = [
    ["with another bizTaskId", shown("t-9", { bizTaskId: "b-9" })],
    ["with another subject", shown("t-9", { subject: "别人的待办" })],
    ["for another assignee", shown("t-9", { assigneeId: "2002" })],
  ] as const;

  it.each(ANOTHERS)("%s is told by the same call, made again", async (_, mixedUp) => {
    const account = scripted([mixedUp, OURS]);

    expect(await send(account, given)).toMatchObject({
      kind: "confirmed",
      recipientReceipts: { "2001": { taskUuid: "t-1" } },
    });
    expect(account.calls).toHaveLength(2);
    expect(account.claims.has("t-9")).toBe(false);
  });

  it.each(ANOTHERS)("%s is no verdict while the second call says nothing", async (_, mixedUp) => {
    for (const nothing of [LOST, THROTTLED, answered("<html>"), shown("t-8", { bizTaskId: "b-8" })])
      expect((await send(scripted([mixedUp, nothing]), given)).kind).toBe("unknown");
    const after = await send(scripted([mixedUp, EMPTY]), given);
    expect(after.kind).toBe("unknown");

    const memo = "memo" in after ? (after.memo ?? null) : null;
    const recipients = entries({ id: "2001", status: "unknown", sends: 1, memo });
    const [checked] = (await check(scripted([EMPTY]), { ...given, recipients }))?.recipients ?? [];
    expect(checked).toMatchObject({ kind: "refused" });
  });

  it("proves nothing in a check, unless it comes again", async () => {
    const first = await check(scripted([shown("t-9", { bizTaskId: "b-9" })]), given);
    expect(first).toMatchObject({ recipients: [{ kind: "inconclusive", memo: expect.any(String) }] });

    const [told] = first?.recipients ?? [];
    const memo = told !== undefined && "memo" in told ? (told.memo ?? null) : null;
    const request = { ...given, recipients: entries({ id: "2001", status: "unknown", sends: 1, memo }) };
    const next = async (answer: PlatformAnswer) => (await check(scripted([answer]), request))?.recipients[0];

    expect(await next(OURS)).toMatchObject({ kind: "proven", receipt: { taskUuid: "t-1" } });
    expect(await next(shown("t-8", { bizTaskId: "b-8" }))).toMatchObject({ kind: "inconclusive" });
    expect(await next(shown("t-9", { bizTaskId: "b-9" }))).toMatchObject({ kind: "proven" });
  });

  it("is ours where the platform shows its bizTaskIds in a form of its own", async () => {
    for (const bizTaskId of ["tenant_1_b-1", "B-1", " b-1 "])
      expect((await send(scripted([shown("t-1", { bizTaskId })]), given)).kind).toBe("confirmed");
  });
});

describe("success without data, after an attempt that was refused", () => {
  it.each([
    ["429", answered("", 429)],
    ["403", answered("", 403)],
    ["401", answered("", 401)],
    ["its signature", answered({ success: false, errorCode: "A1", errorMsg: "signature expired" })],
  ])("(%s) is neither proof nor certainly somebody else's", async (_name, refused) => {
    const first = await send(scripted([refused]));
    const memo = "memo" in first ? (first.memo ?? null) : null;
    const tried = entries({ id: "2001", memo });

    const second = await send(scripted([EMPTY]), { recipients: tried });

    expect(second).toMatchObject({ kind: "unknown", memo: expect.any(String) });
    const asked = entries({
      id: "2001",
      status: "unknown",
      memo: "memo" in second ? (second.memo ?? null) : null,
    });
    expect(await check(scripted([EMPTY]), { recipients: asked })).toMatchObject({
      recipients: [{ kind: "refused", detail: expect.stringMatching(/nobody can say/) }],
    });
    expect(await check(scripted([shown("t-1")]), { recipients: asked })).toMatchObject({
      recipients: [{ kind: "proven" }],
    });
  });
});

describe("success without data", () => {
  it.each([
    ["nothing", undefined],
    ["null", null],
    ["an empty text", ""],
    ["an empty list", []],
    ["an object in text", "{}"],
    [
      "a task of defaults",
      { taskUuid: null, overdue: false, formValues: [], tag: "", assigneeUserInfo: { userId: null } },
    ],
  ])("is an answer that says %s", async (_name, data) => {
    const account = scripted([answered({ success: true, content: { success: true, data } }), shown("t-1")]);

    expect(await send(account)).toMatchObject({ kind: "confirmed" });
    expect(account.calls).toHaveLength(2);
  });

  it("to a first send is asked once more with the same bizTaskId: with data it is ours", async () => {
    const account = scripted([EMPTY, shown("t-1")]);

    expect(await send(account, given)).toMatchObject({
      kind: "confirmed",
      evidence: { note: "the first answer was without data" },
    });
    expect(account.calls[1]).toEqual(account.calls[0]);
  });

  it("twice to a first send of a derived one may be a proxy's doing: that is neither proof nor refusal", async () => {
    const outcome = await send(scripted([EMPTY]));
    const memo = "memo" in outcome ? (outcome.memo ?? null) : null;
    const recipients = entries({ id: "2001", status: "unknown", sends: 1, memo });

    expect(outcome).toMatchObject({ kind: "unknown", detail: expect.stringMatching(/without data, twice/) });
    expect((await check(scripted([EMPTY]), { recipients }))?.recipients).toEqual([
      { kind: "refused", recipient: "2001", detail: expect.stringMatching(/nobody can say/) },
    ]);
  });

  it("twice to what was derived from one bizTaskId for several names the other delivery", async () => {
    const account = scripted([shown("t-1"), EMPTY]);
    const several = { input: { ...aTaskFor("2001"), bizTaskId: "b1" } };
    await send(account, several);

    expect(await send(account, { ...several, deliveryId: "d-2" })).toMatchObject({
      code: "duplicate",
      text: expect.stringMatching(/delivery d-1 has the same bizTaskId/),
    });
  });

  it("proves nothing where another delivery has shown since that the task is its own", async () => {
    const account = scripted([LOST, shown("t-1"), EMPTY]);
    await send(account, given);

    expect(await send(account, { ...given, deliveryId: "d-2" })).toMatchObject({ kind: "confirmed" });
    expect(await check(account, given)).toMatchObject({
      recipients: [{ kind: "refused", isFinal: true, detail: expect.stringMatching(/delivery d-2/) }],
    });
  });

  it("after HTTP 404, in a replay, is nobody's to say: a proxy may refuse what the platform has stored", async () => {
    const account = scripted([answered("", 404), answered("", 404), EMPTY]);
    const refused = await send(account, given);
    const memo = "memo" in refused ? (refused.memo ?? null) : null;

    expect(refused).toMatchObject({ kind: "rejected", code: "HTTP 404" });
    expect(await send(account, { ...given, recipients: entries({ id: "2001", memo }) })).toMatchObject({
      kind: "unknown",
    });
  });

  it("twice to a first send is somebody else's, and names the delivery of this account that is", async () => {
    const account = scripted([EMPTY]);

    expect(await send(account, given)).toMatchObject({ text: expect.stringMatching(/somebody else/) });
    expect(await send(account, { ...given, deliveryId: "d-2" })).toMatchObject({
      code: "duplicate",
      text: expect.stringMatching(/delivery d-1 has the same bizTaskId/),
    });
  });

  it("after a lost answer is ours, unless another delivery of this account has the same bizTaskId", async () => {
    const account = scripted([LOST, EMPTY]);
    await send(account, given);

    expect(await check(account, given)).toMatchObject({ recipients: [{ kind: "proven" }] });
    expect(await check(account, { ...given, deliveryId: "d-2" })).toMatchObject({
      recipients: [{ kind: "refused", isFinal: true, detail: expect.stringMatching(/delivery d-1/) }],
    });
  });

  it.each([
    ["throttled", THROTTLED, "empty"],
    ["lost", LOST, "empty, then lost"],
  ])("whose second request is %s is unknown, and noted", async (_name, second, memo) => {
    expect(await send(scripted([EMPTY, second]), given)).toMatchObject({ kind: "unknown", memo });
  });

  it.each([
    ["empty", { kind: "refused", isFinal: true }],
    ["empty, then lost", { kind: "refused", detail: expect.stringMatching(/nobody can say/) }],
  ])("again proves nothing where it was noted as %j", async (memo, found) => {
    const recipients = entries({ id: "2001", status: "unknown", sends: 1, memo });

    expect(await check(scripted([EMPTY]), { ...given, recipients })).toMatchObject({ recipients: [found] });
    expect(await check(scripted([shown("t-1")]), { ...given, recipients })).toMatchObject({
      recipients: [{ kind: "proven" }],
    });
  });
});
