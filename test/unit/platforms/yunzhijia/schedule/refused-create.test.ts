/**
 * A create has no key, so a refusal that is no verdict (401, 403, 429, words that may be about the token) is not simply
 * followed by the same call: a gateway may say so after the platform has stored.
 */
import { describe, expect, it } from "vitest";
import type { SendOutcome } from "../../../../../src/delivery/outcome.ts";
import type { SendRequest } from "../../../../../src/platforms/channel.ts";
import type { PlatformAnswer, PlatformCall, WireAnswer } from "../../../../../src/platforms/platform-http.ts";
import type { ScheduleInput } from "../../../../../src/platforms/yunzhijia/schedule/input.ts";
import { sendSchedule } from "../../../../../src/platforms/yunzhijia/schedule/send.ts";
import { bareAccess } from "../../../../../src/testing/bare-account.ts";
import { anEntry, NOW } from "../../../../support/builders.ts";
import { anInput, aRow } from "./rows.ts";

const settings = { platform: "yunzhijia", appId: "a", todoMode: "async", scheduleLookup: "lists" } as const;

function answered(status: number, body: unknown): WireAnswer {
  return { kind: "answered", status, retryAfter: null, text: JSON.stringify(body) };
}

const REFUSALS = [
  ["HTTP 401", answered(401, {})],
  ["HTTP 403", answered(403, {})],
  ["HTTP 429", answered(429, {})],
  ["success: false", answered(200, { success: false, errorCode: 7, error: "no" })],
] as const;

/** Refuses the first create, having stored it or not, and takes the next. */
function aGateway(refusal: WireAnswer, { stores }: { readonly stores: boolean }) {
  let creates = 0;
  const call = async ({ path }: PlatformCall): Promise<WireAnswer> => {
    if (!path.endsWith("/create")) {
      const isThere = stores || creates > 1;
      return answered(200, { success: true, errorCode: 0, data: isThere && creates > 0 ? [aRow()] : [] });
    }
    creates += 1;
    return creates === 1 ? refusal : answered(200, { success: true, data: { workId: "w2" } });
  };
  const access = bareAccess(settings, { call, close: async () => undefined });
  return { access, creates: () => creates };
}

async function attempt(
  access: ReturnType<typeof bareAccess>,
  memo: string | null,
  now = NOW,
): Promise<SendOutcome> {
  const request: SendRequest<ScheduleInput> = {
    deliveryId: "d1",
    operation: "schedule.create",
    input: anInput(),
    key: null,
    targets: ["*"],
    recipients: [anEntry({ id: "*", memo })],
    receipt: null,
    reference: null,
    now,
  };
  return sendSchedule(request, access, AbortSignal.timeout(5_000));
}

async function sendTwice({ access }: ReturnType<typeof aGateway>): Promise<SendOutcome> {
  const first = await attempt(access, null);
  if (first.kind !== "throttled" && first.kind !== "unauthorized") return first;
  return attempt(access, memoIn(first), NOW + 1_000);
}

describe.each(REFUSALS)("a create refused by %s", (_name, refusal) => {
  it("and stored is not made again: it is asked about", async () => {
    const gateway = aGateway(refusal, { stores: true });

    expect((await sendTwice(gateway)).kind).toBe("unknown");
    expect(gateway.creates()).toBe(1);
  });

  it("and not stored is made again", async () => {
    const gateway = aGateway(refusal, { stores: false });

    expect((await sendTwice(gateway)).kind).toBe("accepted");
    expect(gateway.creates()).toBe(2);
  });
});

describe("an attempt that never left", () => {
  const NEVER_LEFT: readonly PlatformAnswer[] = [
    { kind: "unreachable", detail: "no connection (ECONNREFUSED)" },
    { kind: "notPermitted", retryAfterMs: 50 },
  ];

  it.each(NEVER_LEFT)("$kind made nothing: nothing is looked for, and nothing is noted", async (answer) => {
    const { access, looks } = scripted([answer]);

    const outcome = await attempt(access, null);

    expect("memo" in outcome).toBe(false);
    expect(looks()).toBe(0);
  });

  it("after a refusal is looked for once, not before each further attempt", async () => {
    const notPermitted: PlatformAnswer = { kind: "notPermitted", retryAfterMs: 50 };
    const { access, looks } = scripted([answered(429, {}), notPermitted, notPermitted, notPermitted]);
    let memo: string | null = null;
    for (let count = 0; count < 4; count += 1) memo = memoIn(await attempt(access, memo));

    // The day of now and the day on which it starts.
    expect(looks()).toBe(2);
  });

  it("is forgotten once it was taken", async () => {
    const { access } = scripted([
      answered(429, {}),
      answered(200, { success: true, data: { workId: "w2" } }),
    ]);

    const taken = await attempt(access, memoIn(await attempt(access, null)));

    expect(taken.kind).toBe("accepted");
    expect(memoIn(taken)).not.toContain("refusedFrom");
  });

  it("is not taken for a row that does not tell when it was created", async () => {
    const old = aRow({ createDate: null });
    const { access } = scripted(
      [answered(429, {}), answered(200, { success: true, data: { workId: "w2" } })],
      [old],
    );

    expect((await attempt(access, memoIn(await attempt(access, null)))).kind).toBe("accepted");
  });
});

it("a refused create whose look is not permitted now is not made again at once, and looked for first next time", async () => {
  const { access, looks, permit } = scripted([
    answered(401, {}),
    answered(200, { success: true, data: { workId: "w2" } }),
  ]);
  permit(false);

  const first = await attempt(access, null);
  const looksBefore = looks();
  permit(true);
  const second = await attempt(access, memoIn(first));

  expect([first.kind, second.kind]).toEqual(["unreachable", "accepted"]);
  expect(looks()).toBeGreaterThan(looksBefore);
});

function memoIn(outcome: SendOutcome): string | null {
  return "memo" in outcome ? (outcome.memo ?? null) : null;
}

/** Creates are answered in order; the lists show these rows. */
function scripted(answers: readonly PlatformAnswer[], rows: readonly unknown[] = []) {
  let [creates, looks] = [0, 0];
  let isPermitted = true;
  const call = async ({ path }: PlatformCall): Promise<PlatformAnswer> => {
    if (path.endsWith("/create")) return answers[creates++] ?? answered(500, {});
    looks += 1;
    if (!isPermitted) return { kind: "notPermitted", retryAfterMs: 50 };
    return answered(200, { success: true, errorCode: 0, data: rows });
  };
  const permit = (is: boolean): void => void (isPermitted = is);
  const wire = { call: async () => answered(500, {}), close: async () => undefined };
  return { access: { ...bareAccess(settings, wire), call }, looks: () => looks, permit };
}
