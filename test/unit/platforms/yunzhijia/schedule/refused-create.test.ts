/**
 * A create has no key, so a refusal that is no verdict (401, 403, 429, words that may be about the token) is not simply
 * followed by the same call: a gateway may say so after the platform has stored.
 */
import { describe, expect, it } from "vitest";
import type { SendOutcome } from "../../../../../src/delivery/outcome.ts";
import type { SendRequest } from "../../../../../src/platforms/channel.ts";
import type { PlatformCall, WireAnswer } from "../../../../../src/platforms/platform-http.ts";
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

async function sendTwice({ access }: ReturnType<typeof aGateway>): Promise<SendOutcome> {
  let memo: string | null = null;
  let outcome: SendOutcome | null = null;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const recipients = [anEntry({ id: "*", memo })];
    const request: SendRequest<ScheduleInput> = {
      deliveryId: "d1",
      operation: "schedule.create",
      input: anInput(),
      key: null,
      targets: ["*"],
      recipients,
      receipt: null,
      reference: null,
      now: NOW + attempt * 1_000,
    };
    outcome = await sendSchedule(request, access, AbortSignal.timeout(5_000));
    if (outcome.kind !== "throttled" && outcome.kind !== "unauthorized") return outcome;
    memo = outcome.memo ?? null;
  }
  if (outcome === null) throw new TypeError("nothing was sent");
  return outcome;
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
