/** What a probe of the breaker is decided by: whether the platform was asked, and whether it answered. */
import { describe, expect, it } from "vitest";
import { RecordedAccount } from "../../../src/pipeline/recorded-account.ts";
import type { AccountAccess, TokenAnswer } from "../../../src/platforms/account-access.ts";
import type { PlatformAnswer, WireAnswer } from "../../../src/platforms/platform-http.ts";
import { bareAccess } from "../../../src/testing/bare-account.ts";
import type { BidaEvent } from "../../../src/telemetry/events.ts";

const SIGNAL = new AbortController().signal;
const CALL = { method: "POST", path: "/send?accessToken=secret", json: {} } as const;

const answered = (status: number): WireAnswer => ({ kind: "answered", status, retryAfter: null, text: "{}" });

function recorded(
  answer: PlatformAnswer | Error,
  { change = {}, emitted = null }: { change?: Partial<AccountAccess>; emitted?: BidaEvent[] | null } = {},
): RecordedAccount {
  const bare = bareAccess(
    { platform: "yunzhijia" },
    {
      call: async () => answered(200),
      close: async () => undefined,
    },
  );
  const call = async (): Promise<PlatformAnswer> => {
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const tracing = { emit: (event: BidaEvent) => void emitted?.push(event), isTraced: emitted !== null };
  return new RecordedAccount(
    { ...bare, call, ...change },
    { tracing, callers: [{ id: "d-1", traceparent: null }] },
  );
}

describe("a recorded account", () => {
  it.each([
    ["200", answered(200), { calls: 1, isAnswering: true }],
    ["404", answered(404), { calls: 1, isAnswering: true }],
    ["401", answered(401), { calls: 1, isAnswering: false }],
    ["503", answered(503), { calls: 1, isAnswering: false }],
    ["no answer", { kind: "lost", cause: "timeout", detail: "" }, { calls: 1, isAnswering: false }],
    [
      "a call that left too late",
      { kind: "unreachable", detail: "", isLate: true },
      { calls: 0, isAnswering: false },
    ],
    ["a call without a permit", { kind: "notPermitted", retryAfterMs: 5 }, { calls: 0, isAnswering: false }],
  ] as const)("%s", async (_, answer, told) => {
    const account = recorded(answer);

    await account.call(CALL, SIGNAL);

    expect({ calls: account.calls, isAnswering: account.isAnswering }).toEqual(told);
    expect(account.uses).toBe(2);
  });

  it("counts as answering once one call was answered, whatever comes after it", async () => {
    const answers = [answered(200), answered(503)];
    const account = recorded(answered(200), {
      change: { call: async () => answers.shift() ?? answered(503) },
    });

    await account.call(CALL, SIGNAL);
    await account.call(CALL, SIGNAL);

    expect(account).toMatchObject({ calls: 2, isAnswering: true });
  });

  it("keeps why there was no token, and counts no call for it", async () => {
    const refused: TokenAnswer = { kind: "unauthorized", detail: "wrong secret" };
    const account = recorded(answered(200), { change: { token: async () => refused } });

    expect(await account.token("app", { signal: SIGNAL })).toBe(refused);

    expect(account).toMatchObject({ noToken: refused, calls: 0, uses: 2 });
  });

  it("distinguishes its own errors from those of its user", async () => {
    const away = new Error("Redis is away");
    const account = recorded(away);

    await expect(account.call(CALL, SIGNAL)).rejects.toBe(away);

    expect(account.threw(away)).toBe(true);
    expect(account.threw(new Error("a channel's bug"))).toBe(false);
  });

  it("reports each call without its query, where calls are reported", async () => {
    const emitted: BidaEvent[] = [];
    const account = recorded(answered(200), { emitted });

    await account.call(CALL, SIGNAL);
    await account.call(CALL, SIGNAL);

    expect(emitted).toMatchObject([
      { event: "platform.called", path: "/send", status: 200, number: 1, attempt: account.attempt },
      { event: "platform.called", path: "/send", status: 200, number: 2, attempt: account.attempt },
    ]);
    expect(JSON.stringify(emitted)).not.toContain("secret");
  });

  it("lets a channel use its methods without it", async () => {
    const account = recorded(answered(200));
    const { call } = account;

    await call(CALL, SIGNAL);

    expect(account.calls).toBe(1);
  });
});
