/**
 * The contract of every channel with a platform that answers nonsense: it never throws, never takes nonsense
 * for proof or absence, never takes a lost answer for a refusal, and never shows a secret.
 *
 * Each case is a name and a function that rejects when the contract is broken, so any test runner will do:
 *
 * ```ts
 * for (const { name, run } of channelCases(contract)) test(name, run);
 * ```
 */
import assert from "node:assert/strict";
import type { AccountSettings } from "../platforms/account-access.ts";
import type { Channel, CheckRequest, SendRequest } from "../platforms/channel.ts";
import { openLedger } from "../delivery/ledger.ts";
import type { CheckOutcome, SendOutcome } from "../delivery/outcome.ts";
import { openBareAccount, TOKEN, type BareAccount } from "./bare-account.ts";
import { claimsInMemory } from "./claims-in-memory.ts";
import { anAnswer, type Reply } from "./lying-server.ts";

export interface ChannelUnderTest {
  readonly channel: Channel;
  /** The result of the platform's `settings`. */
  readonly settings: AccountSettings;
  /** A delivery of one of the channel's operations. */
  readonly order: {
    readonly operation: string;
    readonly payload: unknown;
    readonly key?: string | null | undefined;
  };
  /** A text of the payload that must appear in no outcome. */
  readonly marker: string;
  /** The platform's answers of success; `send` is null where nothing is sent. */
  readonly good: { readonly send: object | null; readonly check: object };
  /** Whether two equal orders mean one object on the platform, which then proves both. Default: no. */
  readonly sharesProof?: boolean;
}

export interface ContractCase {
  readonly name: string;
  /** Rejects with an AssertionError when the channel breaks the contract. */
  readonly run: () => Promise<void>;
}

const NONSENSE: readonly (readonly [string, string])[] = [
  ["nothing", ""],
  ["blanks", " \n"],
  ["HTML", "<html><body>欢迎</body></html>"],
  ["half a document", '{"success":true,"errorCode":0,"da'],
  ["null", "null"],
  ["a number", "42"],
  ["a text", '"success"'],
  ["a truth", "true"],
  ["an empty list", "[]"],
  ["a list of texts", '["success"]'],
  ["an empty object", "{}"],
  ["an object of somebody else", '{"code":200,"message":"ok"}'],
  ["success of a wrong type", '{"success":{},"errorCode":[],"data":7,"result":{},"content":7}'],
];

const wholly =
  (body: string, status?: string): Reply =>
  (socket) =>
    socket.write(anAnswer(body, status === undefined ? {} : { status }));

const SILENCE: Reply = () => undefined;
/** How long to wait for a platform that gives no answer. */
const SILENCE_MS = 300;

/** Answers after which the platform may or may not have stored the send. */
const LOST: readonly (readonly [string, Reply])[] = [
  ...NONSENSE.map(([name, body]) => [name, wholly(body)] as const),
  ["204", wholly("", "204 No Content")],
  ["500", wholly("<html>", "500 Internal Server Error")],
  ["502", wholly("", "502 Bad Gateway")],
  ["503", wholly("<html>", "503 Service Unavailable")],
  ["504", wholly("", "504 Gateway Timeout")],
  ["408", wholly("", "408 Request Timeout")],
  ["409", wholly("", "409 Conflict")],
  ["423", wholly("", "423 Locked")],
  ["425", wholly("", "425 Too Early")],
  ["499", wholly("", "499 Client Closed Request")],
  ["301", wholly("", "301 Moved Permanently")],
  ["302", wholly("", "302 Found")],
  ["303", wholly("", "303 See Other")],
  ["307", wholly("", "307 Temporary Redirect")],
  ["308", wholly("", "308 Permanent Redirect")],
  ["460", wholly("", "460 Client Closed")],
  ["a cut before the answer", (socket) => socket.destroy()],
  ["a cut in the middle of the answer", (socket) => socket.end(anAnswer('{"success":true}').subarray(0, -4))],
  ["no answer", SILENCE],
  ["five megabytes", wholly(`{"success":true,"data":"${"x".repeat(5 * 1024 * 1024)}"}`)],
];

/** Answers whose status alone shows that nothing was done. */
const STATUSES: readonly (readonly [string, SendOutcome["kind"]])[] = [
  ["400 Bad Request", "rejected"],
  ["401 Unauthorized", "unauthorized"],
  ["403 Forbidden", "unauthorized"],
  ["404 Not Found", "rejected"],
  ["413 Content Too Large", "rejected"],
  ["429 Too Many Requests", "throttled"],
];

const NEVER = new AbortController().signal;

/** @throws Error when the channel does not know the order's operation, or its payload does not parse */
export function channelCases(contract: ChannelUnderTest): readonly ContractCase[] {
  const { good } = contract;
  const requests = requestsOf(contract);
  const proofless = [...LOST, ...STATUSES.map(([name]) => [name, wholly("{}", name)] as const)];
  const checks = proofless.map(([name, reply]) => ({
    name: `a check answered by ${name} says nothing`,
    run: async () => {
      const outcome = await check(contract, { requests, reply });
      assertSaysNothing(outcome);
      assertKeepsSecrets(outcome, contract);
    },
  }));
  const shared = [
    ...checks,
    {
      name: "a check that is aborted while it hangs proves nothing",
      run: async () => abortedCheck(contract, requests),
    },
    {
      name: "fields that the document does not name prove as much as none",
      run: async () => strangersInChecks(contract, requests),
    },
  ];
  if (good.send === null) return shared;
  const alone = {
    name: "what proves one delivery proves no second one",
    run: async () => oneThingForTwo(contract, { requests, sent: good.send ?? {} }),
  };
  const claims = contract.sharesProof === true ? [] : [alone];
  return [...sendCases(contract, { requests, good: good.send }), ...shared, ...claims];
}

/** Two deliveries with equal orders get answers with the same ids, and checks that show the same object. */
async function oneThingForTwo(
  { channel, settings, good }: ChannelUnderTest,
  { requests, sent }: { readonly requests: Requests; readonly sent: object },
): Promise<void> {
  const claims = claimsInMemory();
  const orders = [requests, ofAnotherDelivery(requests)];
  const outcomes: SendOutcome[] = [];
  await alone(settings, {
    reply: wholly(JSON.stringify(sent)),
    act: async ({ account }) => {
      for (const order of orders)
        outcomes.push(await channel.send(order.send, { account: { ...account, ...claims }, signal: NEVER }));
    },
  });
  const isProven = async (place: number): Promise<boolean> => {
    const [order, outcome] = [orders[place], outcomes[place]];
    if (order === undefined || outcome?.kind === "confirmed") return outcome?.kind === "confirmed";
    if (outcome?.kind !== "accepted" && outcome?.kind !== "unknown") return false;
    const request = afterSend(order.check, outcome);
    const [shown] = await alone(settings, {
      reply: wholly(JSON.stringify(good.check)),
      act: async ({ account }) =>
        channel.check([request], { account: { ...account, ...claims }, signal: NEVER }),
    });
    return shown !== undefined && kindsOf(shown).includes("proven");
  };
  assert.ok(!((await isProven(0)) && (await isProven(1))), "both are proven by one thing: claim its id");
}

function ofAnotherDelivery({ send, check }: Requests): Requests {
  const other = { deliveryId: "d-2", key: send.key === null ? null : `${send.key}-2` };
  return { send: { ...send, ...other }, check: { ...check, ...other } };
}

/** The check after the answer to a send. */
function afterSend(
  check: CheckRequest<unknown>,
  outcome: Extract<SendOutcome, { kind: "accepted" | "unknown" }>,
): CheckRequest<unknown> {
  const receipts = outcome.kind === "accepted" ? (outcome.recipientReceipts ?? {}) : {};
  const recipients = check.recipients.map((entry) => ({
    ...entry,
    status: outcome.kind,
    receipt: receipts[entry.id] ?? null,
    memo: outcome.memo ?? null,
  }));
  const receipt = outcome.kind === "accepted" ? (outcome.receipt ?? null) : null;
  return { ...check, recipients, outstanding: recipients, receipt };
}

function sendCases(
  contract: ChannelUnderTest,
  { requests, good }: { readonly requests: Requests; readonly good: object },
): readonly ContractCase[] {
  const lost = LOST.map(([name, reply]) => ({
    name: `a send answered by ${name} may have arrived`,
    run: async () => {
      const outcome = await send(contract, { requests, reply });
      assert.equal(outcome.kind, "unknown");
      assertKeepsSecrets(outcome, contract);
    },
  }));
  const refused = STATUSES.map(([status, kind]) => ({
    name: `a send answered by ${status} is ${kind}`,
    run: async () => {
      const outcome = await send(contract, { requests, reply: wholly(`<html>${status}</html>`, status) });
      assert.equal(outcome.kind, kind);
      assertKeepsSecrets(outcome, contract);
    },
  }));
  const aborted = {
    name: "a send that is aborted while it hangs may have arrived",
    run: async () => {
      const aborting = new AbortController();
      const outcome = await send(contract, {
        requests,
        reply: () => aborting.abort(),
        signal: aborting.signal,
      });
      assert.equal(outcome.kind, "unknown");
    },
  };
  const rich = {
    name: "fields that the document does not name are no refusal",
    run: async () => {
      const outcome = await send(contract, { requests, reply: wholly(JSON.stringify(withStrangers(good))) });
      assert.ok(["accepted", "confirmed"].includes(outcome.kind), `it is ${outcome.kind}`);
      assertKeepsSecrets(outcome, contract);
    },
  };
  return [...lost, ...refused, aborted, rich];
}

async function abortedCheck(contract: ChannelUnderTest, requests: Requests): Promise<void> {
  const aborting = new AbortController();
  const outcome = await check(contract, { requests, reply: () => aborting.abort(), signal: aborting.signal });
  assertSaysNothing(outcome);
}

async function strangersInChecks(contract: ChannelUnderTest, requests: Requests): Promise<void> {
  const plain = await check(contract, { requests, reply: wholly(JSON.stringify(contract.good.check)) });
  const rich = await check(contract, {
    requests,
    reply: wholly(JSON.stringify(withStrangers(contract.good.check))),
  });
  assert.deepEqual(kindsOf(plain), ["proven"]);
  assert.deepEqual(kindsOf(rich), ["proven"]);
  assertKeepsSecrets(rich, contract);
}

async function send(
  { channel, settings }: ChannelUnderTest,
  {
    requests,
    reply,
    signal = NEVER,
  }: { readonly requests: Requests; readonly reply: Reply; readonly signal?: AbortSignal },
): Promise<SendOutcome> {
  return alone(settings, {
    reply,
    act: async ({ account }) => channel.send(requests.send, { account, signal }),
  });
}

async function check(
  { channel, settings }: ChannelUnderTest,
  {
    requests,
    reply,
    signal = NEVER,
  }: { readonly requests: Requests; readonly reply: Reply; readonly signal?: AbortSignal },
): Promise<CheckOutcome> {
  const outcomes = await alone(settings, {
    reply,
    act: async ({ account }) => channel.check([requests.check], { account, signal }),
  });
  const [outcome] = outcomes;
  if (outcome === undefined || outcomes.length > 1)
    assert.fail("a check answers one outcome for each request");
  return outcome;
}

async function alone<T>(
  settings: AccountSettings,
  { reply, act }: { readonly reply: Reply; readonly act: (bare: BareAccount) => Promise<T> },
): Promise<T> {
  const bare = await openBareAccount(settings, {
    reply,
    answerMs: reply === SILENCE ? SILENCE_MS : undefined,
  });
  try {
    return await act(bare);
  } finally {
    await bare.close();
  }
}

function assertSaysNothing(outcome: CheckOutcome): void {
  const said = kindsOf(outcome).filter((kind) => kind !== "inconclusive");
  assert.deepEqual(said, []);
}

function assertKeepsSecrets(outcome: SendOutcome | CheckOutcome, { marker }: ChannelUnderTest): void {
  const text = JSON.stringify(outcome);
  assert.ok(!text.includes(TOKEN), "an outcome holds the access token");
  assert.ok(!text.includes(marker), "an outcome holds a value of the payload");
}

function kindsOf({ recipients }: CheckOutcome): string[] {
  return recipients.map(({ kind }) => kind);
}

interface Requests {
  readonly send: SendRequest<unknown>;
  readonly check: CheckRequest<unknown>;
}

/** The time of the tests, in ms: 2026-11-24. */
const NOW = 1_795_500_000_000;

/** The requests for a delivery that is sent for the first time, and for its check after a lost answer. */
function requestsOf({ channel, order }: ChannelUnderTest): Requests {
  const { operation, payload, key = null } = order;
  const spec = channel.operations[operation];
  if (spec === undefined) throw new Error(`${channel.name} does not know ${operation}`);
  const input = spec.input.parse(payload);
  const waiting = openLedger(spec.recipients(input)).slice(0, 1);
  const sent = waiting.map((entry) => ({ ...entry, status: "unknown" as const, sends: 1, sentAt: NOW }));
  const common = { deliveryId: "d-1", operation, input, key, receipt: null, reference: null, now: NOW };
  return {
    send: { ...common, targets: waiting.map(({ id }) => id), recipients: waiting },
    check: { ...common, outstanding: sent, recipients: sent, createdAt: NOW },
  };
}

/** Adds an unknown field to every object. */
function withStrangers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withStrangers);
  if (typeof value !== "object" || value === null) return value;
  const known = Object.entries(value).map(([name, inner]) => [name, withStrangers(inner)]);
  return { ...Object.fromEntries(known), 新字段: { nested: [1, null] } };
}
