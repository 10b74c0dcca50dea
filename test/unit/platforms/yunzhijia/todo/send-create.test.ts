/**
 * What a reply to a create is worth where another create has used the sourceId, and where a refusal may be a proxy's.
 */
import { describe, expect, it } from "vitest";
import type { SendOutcome } from "../../../../../src/delivery/outcome.ts";
import type { AccountAccess } from "../../../../../src/platforms/account-access.ts";
import type { WireAnswer } from "../../../../../src/platforms/platform-http.ts";
import { yunzhijiaTodo } from "../../../../../src/platforms/yunzhijia/todo/channel.ts";
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

function create(
  account: AccountAccess,
  openId: string,
  { deliveryId = "d1", sends = 0 } = {},
): Promise<SendOutcome> {
  const { payload } = aTodo({ sourceId: "s1" }, [openId]);
  return yunzhijiaTodo.send(
    {
      deliveryId,
      operation: "todo.create",
      input: yunzhijiaTodo.operations["todo.create"]?.input.parse(payload) as never,
      key: null,
      targets: [openId],
      recipients: [anEntry({ id: openId, sends })],
      receipt: null,
      reference: null,
      now: NOW,
    },
    { account, signal: AbortSignal.timeout(5_000) },
  );
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
});

describe.each([
  ["HTTP 404", answered({}, 404)],
  ["HTTP 413", answered({}, 413)],
  ["a code in no table", answered({ success: "false", errorCode: 2301, error: "no", data: {} })],
])("a create that is refused by %s", (_, refusal) => {
  it("is asked about where it is there: that may be said after the platform has stored", async () => {
    expect((await create(aPlatform(refusal, 1), "ann")).kind).toBe("unknown");
  });

  it("is rejected where it is not", async () => {
    expect((await create(aPlatform(refusal), "ann")).kind).toBe("rejected");
  });
});

it("a documented refusal is believed without a question", async () => {
  const refusal = answered({ success: "false", errorCode: 505, error: "", data: ["ann"] });

  expect((await create(aPlatform(refusal, 1), "ann")).kind).toBe("rejected");
});
