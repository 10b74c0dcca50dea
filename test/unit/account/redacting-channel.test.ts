/**
 * Each string that is kept of an outcome is cleaned after it was parsed, of short secrets too.
 */
import { describe, expect, it } from "vitest";
import { redacted, redactingChannel } from "../../../src/account/redacting-channel.ts";
import { Secrets } from "../../../src/account/secrets.ts";
import type { AccountAccess } from "../../../src/platforms/account-access.ts";
import { hainanTask } from "../../../src/platforms/hainan/task/channel.ts";
import type { Channel } from "../../../src/platforms/channel.ts";
import type { SendOutcome } from "../../../src/delivery/outcome.ts";

const secrets = new Secrets(["a-long-secret", "pin7", "密钥", "Basic emhhbmc6b3duIQ==", "Bearer xyz", "k"]);
secrets.learn("token/of=account");
const redact = (text: string): string => secrets.inWords(text);

describe("a string that is kept", () => {
  it.each([
    ["a secret", "bad a-long-secret", "bad [redacted]"],
    [
      "a token that some call carried",
      "fetch failed: ?accessToken=token%2Fof%3Daccount",
      "fetch failed: ?accessToken=[redacted]",
    ],
    ["a short secret that is a word", "key=pin7, PIN7, (pin7)", "key=[redacted], PIN7, ([redacted])"],
    ["a short secret between Chinese words", "密码pin7错误", "密码[redacted]错误"],
    ["a short secret, escaped", String.raw`p\u0069n7 is wrong`, "[redacted] is wrong"],
    ["a short password of a header", "user zhang, password own!", "user zhang, password [redacted]"],
    ["a short token of a header", "Bearer xyz is wrong", "Bearer [redacted] is wrong"],
    ["a secret of one character as the whole text", "k", "[redacted]"],
  ])("has no longer %s", (_, said, kept) => {
    expect(redact(said)).toBe(kept);
  });

  it.each(["pin77", "spin7", "a k b", "Bearer", "Basic", "xyzzy"])("keeps %s, which is no secret", (said) => {
    expect(redact(said)).toBe(said);
  });
});

it("an outcome is cleaned in its words, and keeps its ids", async () => {
  const outcome: SendOutcome = {
    kind: "confirmed",
    evidence: { kind: "reply", at: 1, digest: "pin7", note: "said pin7" },
    receipt: { code: "pin7" },
    recipientReceipts: { pin7: { taskUuid: "pin7" } },
    refused: [{ recipient: "pin7", code: "pin7", text: "no pin7" }],
  };
  const channel: Channel = { ...(hainanTask as Channel), send: async () => outcome };

  const heard = await redactingChannel(channel, redact).send({} as Parameters<Channel["send"]>[0], {
    account: {} as AccountAccess,
    signal: new AbortController().signal,
  });

  expect(heard).toEqual({
    ...outcome,
    evidence: { kind: "reply", at: 1, digest: "pin7", note: "said [redacted]" },
    refused: [{ recipient: "pin7", code: "[redacted]", text: "no [redacted]" }],
  });
});

it("an event says what was thrown without secrets", () => {
  const event = { event: "bug", where: "a send", account: "pin7", id: "pin7", detail: "TypeError: pin7" };
  expect(redacted(event, redact)).toEqual({ ...event, detail: "TypeError: [redacted]" });
});

describe("a channel from outside", () => {
  const asking = { account: {} as AccountAccess, signal: new AbortController().signal };
  const request = {} as Parameters<Channel["send"]>[0];
  const throwAtOnce = (): never => {
    throw new Error("at once");
  };
  const thrower: Channel = {
    ...(hainanTask as Channel),
    send: throwAtOnce,
    check: throwAtOnce,
    tryCredentials: throwAtOnce,
  };

  it.each([
    ["send", (channel: Channel) => channel.send(request, asking)],
    ["check", (channel: Channel) => channel.check([], asking)],
    [
      "tryCredentials",
      (channel: Channel) => channel.tryCredentials(asking.account, { now: 1, signal: asking.signal }),
    ],
  ])("rejects where its %s throws before it returns a promise", async (_, call) => {
    // A call that throws here throws before there is a promise, and the test fails.
    const promise = call(redactingChannel(thrower, redact));
    await expect(promise).rejects.toThrow("at once");
  });

  it("may be an instance of a class", async () => {
    class Board {
      readonly name = "board";
      readonly operations = {};
      readonly #credentials = "taken";
      send = hainanTask.send;
      async check(): Promise<[]> {
        return [];
      }
      async tryCredentials(): Promise<"taken"> {
        return this.#credentials;
      }
    }
    const channel = redactingChannel(new Board(), redact);
    await expect(channel.tryCredentials(asking.account, { now: 1, signal: asking.signal })).resolves.toBe(
      "taken",
    );
  });
});
