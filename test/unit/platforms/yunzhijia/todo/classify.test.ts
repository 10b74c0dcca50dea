/**
 * Every answer of Yunzhijia's todo endpoints that the documents tell of, and what it teaches: a fixture each.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { AccountAccess } from "../../../../../src/platforms/account-access.ts";
import type { PlatformAnswer } from "../../../../../src/platforms/platform-http.ts";

import { yunzhijiaTodo } from "../../../../../src/platforms/yunzhijia/todo/channel.ts";
import type { TodoInput } from "../../../../../src/platforms/yunzhijia/todo/input.ts";
import { classifyBody } from "../../../../../src/platforms/yunzhijia/todo/classify.ts";
import { classifyCheck } from "../../../../../src/platforms/yunzhijia/todo/sighting.ts";
import type { SendOutcome } from "../../../../../src/delivery/outcome.ts";
import { aTodo, NOW } from "../../../../support/builders.ts";

const FOLDER = new URL("../../../../fixtures/yunzhijia-todo/", import.meta.url);

interface SendFixture {
  readonly source: string;
  readonly answer: unknown;
  readonly outcome: { readonly async: string; readonly sync: string; readonly refused?: readonly string[] };
}

interface CheckFixture {
  readonly source: string;
  readonly answer: unknown;
  readonly sighting: string;
}

function fixtures<T>(prefix: string): [string, T][] {
  return readdirSync(FOLDER)
    .filter((name) => name.startsWith(prefix))
    .map((name) => [name.replace(".json", ""), JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as T]);
}

describe("the answer to a send", () => {
  const sends = [...fixtures<SendFixture>("send-"), ...fixtures<SendFixture>("update-")];

  it.each(sends)("%s", async (name, { answer, outcome: expected }) => {
    for (const mode of ["async", "sync"] as const) {
      const outcome = await send(name.startsWith("update-"), mode, answered(answer));

      expect({ mode, kind: outcome.kind }).toEqual({ mode, kind: expected[mode] });
      const refused = "refused" in outcome ? (outcome.refused ?? []) : [];
      expect(refused.map(({ recipient }) => recipient)).toEqual(expected.refused ?? []);
    }
  });

  it.each([
    ["a sync verdict", "sync", 200, undefined],
    ["received, though sync was asked for", "sync", 0, "received; the platform shows nobody what it did"],
    ["received", "async", 0, "received; the platform shows nobody what it did"],
  ] as const)("is the only proof of what cannot be asked about: %s", async (_, mode, errorCode, note) => {
    const reading = {
      sourcetype: "500041933",
      sourceitemid: "s",
      openids: ["ann"],
      actiontype: { read: 1 },
    };
    const outcome = await sendPayload(
      "todo.update",
      reading,
      mode,
      answered({ success: "true", errorCode, data: {} }),
    );

    expect(outcome).toMatchObject({ kind: "confirmed", evidence: { kind: "reply" } });
    expect("evidence" in outcome ? outcome.evidence.note : null).toBe(note);
  });

  it.each([
    [["bob", "cat"], "some members failed: bob, cat"],
    [{ bob: "unknown" }, "some members failed"],
    [[], "some members failed"],
  ])("refuses a call for everybody of which some failed: %j", (data, text) => {
    expect(classifyBody({ success: "false", errorCode: 501, error: "", data }, ["*"])).toEqual({
      kind: "refused",
      code: "501",
      text,
    });
  });

  it.each([
    [{ reason: 7 }, "unknownCode"],
    ["no such thing", "unknownCode"],
    ["success", "unreadable"],
  ])("reads a refusal of an undocumented code with the error %j as %s", (error, kind) => {
    expect(classifyBody({ success: false, errorCode: 1101, error, data: null }, ["bob"]).kind).toBe(kind);
  });

  it("never carries the payload or the token", async () => {
    for (const [, { answer }] of sends) {
      const outcome = await send(false, "sync", answered(answer));

      expect(JSON.stringify(outcome)).not.toMatch(/成建蒋|secret-token/);
    }
  });
});

describe("the answer to a check", () => {
  const ASKED = { appId: "500041933", sourceId: "12345678", openId: "ann" };

  it.each(fixtures<CheckFixture>("check-"))("%s", (_name, { answer, sighting }) => {
    expect(classifyCheck(answer, ASKED).kind).toBe(sighting);
  });
});

function answered(body: unknown): PlatformAnswer {
  return { kind: "answered", status: 200, retryAfter: null, text: JSON.stringify(body) };
}

async function send(isUpdate: boolean, mode: "async" | "sync", answer: PlatformAnswer): Promise<SendOutcome> {
  const update = {
    sourcetype: "500041933",
    sourceitemid: "s",
    openids: ["ann", "bob"],
    actiontype: { deal: 1 },
  };
  const payload = isUpdate ? update : aTodo({}, ["ann", "bob"]).payload;
  return sendPayload(isUpdate ? "todo.update" : "todo.create", payload, mode, answer);
}

async function sendPayload(
  operation: string,
  payload: object,
  mode: "async" | "sync",
  answer: PlatformAnswer,
): Promise<SendOutcome> {
  const input = yunzhijiaTodo.operations[operation]?.input.parse(payload) as TodoInput;
  const request = {
    deliveryId: "d",
    operation,
    input,
    key: null,
    targets: ["ann", "bob"],
    recipients: [],
    receipt: null,
    reference: null,
    now: NOW,
  };
  return yunzhijiaTodo.send(request, {
    account: anAccount(mode, answer),
    signal: new AbortController().signal,
  });
}

const TAKEN = answered({
  success: "true",
  errorCode: 0,
  data: { check: false, dealCount: 0, undelCount: 0 },
});

/** An account whose platform answers every send so, hands the same token out again, and takes it otherwise. */
function anAccount(todoMode: "async" | "sync", answer: PlatformAnswer): AccountAccess {
  const unused = async (): Promise<never> => {
    throw new Error("a send needs a token and a call, and nothing else");
  };
  return {
    name: "yzj",
    settings: { platform: "yunzhijia", appId: "500041933", todoMode, scheduleLookup: "auto" },
    call: async ({ path }) => (path.includes("checkcreatetodo") ? TAKEN : answer),
    token: async () => ({ kind: "token", value: "secret-token" }),
    dropToken: async () => undefined,
    permitCheck: async () => ({ kind: "granted" }),
    permitCall: unused,
    exhaustBudget: unused,
    claim: unused,
    claimEach: async (ids, id) => ids.map(() => id),
    release: unused,
    delivery: unused,
    claimedBy: unused,
    recall: unused,
    remember: unused,
  };
}
