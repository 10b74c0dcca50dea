/**
 * The author of a platform from outside, perhaps in plain JavaScript, is told what it lacks and how that looks.
 */
import { describe, expect, it } from "vitest";
import { EVERYBODY } from "../../../src/delivery/ledger.ts";
import { definePlatform } from "../../../src/platforms/platform.ts";
import { allPlatforms } from "../../../src/platforms/registry.ts";
import { faultOf } from "../../../src/platforms/check-definition.ts";

const operation = { input: {}, entity: () => null, recipients: () => [EVERYBODY], recipientsPerSend: 1 };
const call = async (): Promise<never> => Promise.reject(new Error("not called"));
const channel = {
  name: "bell",
  operations: { "ring.create": operation },
  send: call,
  check: call,
  tryCredentials: call,
};
const whole = {
  name: "bell",
  fields: { baseUrl: {} },
  secretFields: [],
  rates: {},
  channels: [channel],
  wire: () => ({}),
};
const withChannel = (change: object): object => ({ ...whole, channels: [{ ...channel, ...change }] });
const withOperation = (change: object): object =>
  withChannel({ operations: { "ring.create": { ...operation, ...change } } });

describe("a definition", () => {
  it.each([
    ["fields", { ...whole, fields: undefined }, "expected fields with a baseUrl"],
    ["secretFields", { ...whole, secretFields: undefined }, "expected secretFields"],
    ["a field that is secret", { ...whole, secretFields: ["pin"] }, 'secretFields names "pin"'],
    ["rates", { ...whole, rates: undefined }, "expected rates"],
    ["the family that a rate means", { ...whole, rates: { rign: 5 } }, "rates.rign: expected ring, check"],
    ["the right spelling of check", { ...whole, rates: { ring: 5, chek: 5 } }, "did you mean check?"],
    ["a rate above 0", { ...whole, rates: { ring: 0 } }, "rates.ring: expected a number"],
    ["wire", { ...whole, wire: undefined }, "expected wire(account, opening)"],
    ["channels", { ...whole, channels: [] }, "expected at least one channel"],
    ["a channel's name", withChannel({ name: undefined }), "expected channels with a name"],
    ["send", withChannel({ send: undefined }), "channel bell: expected send(request, { account, signal })"],
    ["check", withChannel({ check: undefined }), "channel bell: expected check(batch, { account, signal })"],
    [
      "tryCredentials",
      withChannel({ tryCredentials: undefined }),
      "tryCredentials(account, { now, signal })",
    ],
    ["operations", withChannel({ operations: undefined }), "channel bell: expected operations"],
    ["a family", withChannel({ operations: { ring: operation } }), "operation ring: expected a name"],
    ["an operation", withChannel({ operations: { "ring.create": null } }), "expected input"],
    ["input", withOperation({ input: undefined }), "operation ring.create: expected input"],
    ["entity", withOperation({ entity: undefined }), "expected entity(input, key)"],
    ["recipients", withOperation({ recipients: undefined }), "expected recipients(input)"],
    ["recipientsPerSend", withOperation({ recipientsPerSend: 0 }), "expected recipientsPerSend"],
  ])("without %s is refused in words that say what to write", (_, definition, words) => {
    expect(faultOf(definition)).toContain(words);
    // As a module of plain JavaScript calls it.
    const define = definePlatform as (definition: object) => unknown;
    expect(() => define(definition)).toThrow(`platform bell: ${faultOf(definition)}`);
  });

  it("that is whole is taken, and so is each of ours", () => {
    const own = { ...whole, rates: { ring: 5, check: 2, rings: 1, list: 3 } };
    for (const definition of [whole, own, ...allPlatforms()]) expect(faultOf(definition)).toBeNull();
  });
});
