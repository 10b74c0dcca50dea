/**
 * The contract that every channel passes (ARCHITECTURE sections 1 and 6), in two parts.
 *
 * Under every fault of the sandbox, at every endpoint that the channel calls: each delivery ends, nothing
 * is lost, nothing is there twice, and what is called confirmed is there. And alone with a platform that
 * talks nonsense: a channel never throws, never calls nonsense proof or absence, and keeps its secrets.
 */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { AccountSettings } from "../../src/channels/account-access.ts";
import type { Channel, CheckRequest, SendRequest } from "../../src/channels/channel.ts";
import { openLedger, type EVIDENCE_KINDS } from "../../src/delivery/ledger.ts";
import type { CheckOutcome, SendOutcome } from "../../src/delivery/outcome.ts";
import type { DeadReason, Delivery } from "../../src/delivery/record.ts";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import type { EndpointKind, EndpointName } from "../../src/sandbox/endpoint.ts";
import type { FaultName } from "../../src/sandbox/faults/catalogue.ts";
import { NOW } from "../support/builders.ts";
import { anAnswer, type Reply } from "../support/raw-server.ts";
import { openBareAccount, TOKEN, type BareAccount } from "./bare-account.ts";
import {
  faultsAt,
  sufferAll,
  type Delivered,
  type Fate,
  type SandboxLedger,
  type Shape,
} from "./faulty-system.ts";

/** How deliveries end under a fault where they do not all end confirmed, and why. */
export interface Exception {
  readonly at: EndpointName;
  readonly fault: FaultName;
  readonly why: string;
  readonly statuses: readonly (Delivery["state"]["status"] | DeadReason)[];
  /** True where nobody outside the platform can see that it did not store. */
  readonly isUndetectable?: boolean;
}

export interface ChannelContract {
  readonly channel: Channel;
  readonly settings: AccountSettings;
  readonly shape: Shape;
  readonly endpoints: Readonly<Partial<Record<EndpointName, EndpointKind>>>;
  readonly exceptions?: readonly Exception[];
  /** How often each recipient of a delivery is on the platform; null where nothing is sent. */
  readonly stored: ((delivery: Delivered, ledger: SandboxLedger) => readonly number[]) | null;
  readonly evidence: readonly (typeof EVIDENCE_KINDS)[number][];
  /** A text of the payload that may be in no outcome. */
  readonly marker: string;
  /** What the platform answers when all is well, in the document's own shape. */
  readonly good: { readonly send: object | null; readonly check: object };
}

export function describeChannelContract(contract: ChannelContract): void {
  describe(`${contract.channel.name} under every fault`, () => describeFaults(contract));
  describe(`${contract.channel.name} alone with a platform that talks nonsense`, () =>
    describeNonsense(contract));
}

function describeFaults({ shape, endpoints, exceptions = [], stored, evidence }: ChannelContract): void {
  const cases = faultsAt(endpoints);
  let fates: readonly Fate[];
  beforeAll(async () => {
    fates = await sufferAll(cases, shape);
  }, 90_000);

  it.each(cases.map((one, index) => ({ ...one, index })))(
    "$fault at $endpoint",
    ({ fault, endpoint, index }) => {
      const fate = fates[index];
      if (fate === undefined) throw new Error("it was not suffered");
      const { deliveries, ledger, struck } = fate;
      expect(struck).toBeGreaterThan(0);
      const exception = exceptions.find((one) => one.fault === fault && one.at === endpoint);
      const ends = deliveries.map(({ state }) => state.reason ?? state.status);
      const allowed = exception?.statuses ?? ["confirmed"];
      expect({ ends: ends.filter((end) => !allowed.includes(end)), ...exception }).toMatchObject({
        ends: [],
      });
      for (const delivery of deliveries) {
        const { status, reason, recipients } = delivery.state;
        if (status === "confirmed") {
          for (const { evidence: seen } of recipients) expect(evidence).toContain(seen?.kind);
        }
        const counts = stored?.(delivery, ledger) ?? [];
        expect(Math.max(0, ...counts)).toBeLessThanOrEqual(1);
        const isThere = counts.every((count) => count === 1);
        if (status === "confirmed" && exception?.isUndetectable !== true) expect(isThere).toBe(true);
        if (reason === "unproven") expect(isThere).toBe(false);
      }
      expect(Object.values(ledger.violations).filter((count) => count > 0)).toEqual([]);
    },
  );
}

const NONSENSE: readonly [string, string][] = [
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

/** Answers after which the platform may or may not have stored. */
const LOST: readonly [string, Reply][] = [
  ...NONSENSE.map(([name, body]): [string, Reply] => [name, wholly(body)]),
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
  ["302", wholly("", "302 Found")],
  ["303", wholly("", "303 See Other")],
  ["a cut before the answer", (socket) => socket.destroy()],
  ["a cut in the middle of the answer", (socket) => socket.end(anAnswer('{"success":true}').subarray(0, -4))],
  ["no answer", () => undefined],
  ["five megabytes", wholly(`{"success":true,"data":"${"x".repeat(5 * 1024 * 1024)}"}`)],
];

/** Answers that say that nothing was done, by their status alone. */
const STATUSES: readonly [string, SendOutcome["kind"]][] = [
  ["301 Moved Permanently", "rejected"],
  ["307 Temporary Redirect", "rejected"],
  ["308 Permanent Redirect", "rejected"],
  ["400 Bad Request", "rejected"],
  ["401 Unauthorized", "unauthorized"],
  ["403 Forbidden", "unauthorized"],
  ["404 Not Found", "rejected"],
  ["413 Content Too Large", "rejected"],
  ["429 Too Many Requests", "throttled"],
];

const NEVER = new AbortController().signal;

function describeNonsense(contract: ChannelContract): void {
  const { channel, settings, marker, good } = contract;
  const sends = good.send !== null;
  let bare: BareAccount | null = null;
  afterEach(async () => {
    await bare?.close();
    bare = null;
  });
  const send = async (reply: Reply, signal = NEVER): Promise<SendOutcome> => {
    bare = await openBareAccount(settings, reply);
    return channel.send(requestsOf(contract).send, bare.account, signal);
  };
  const check = async (reply: Reply, signal = NEVER): Promise<CheckOutcome> => {
    bare = await openBareAccount(settings, reply);
    const [outcome] = await channel.check([requestsOf(contract).check], bare.account, signal);
    if (outcome === undefined) throw new Error("a check answers one outcome for each request");
    return outcome;
  };
  const keepsSecrets = (outcome: SendOutcome | CheckOutcome): void => {
    const text = JSON.stringify(outcome);
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain(marker);
  };
  const kindsOf = ({ recipients }: CheckOutcome): string[] => recipients.map(({ kind }) => kind);

  if (sends) {
    it.each(LOST)("a send answered by %s may have arrived", async (_, reply) => {
      const outcome = await send(reply);

      expect(outcome.kind).toBe("unknown");
      keepsSecrets(outcome);
    });

    it.each(STATUSES)("a send answered by %s is %s", async (status, kind) => {
      const outcome = await send(wholly(`<html>${status}</html>`, status));

      expect(outcome.kind).toBe(kind);
      keepsSecrets(outcome);
    });
  }

  const proofless = [...LOST, ...STATUSES.map(([name]): [string, Reply] => [name, wholly("{}", name)])];
  it.each(proofless)("a check answered by %s says nothing", async (_, reply) => {
    const outcome = await check(reply);

    expect(kindsOf(outcome).filter((kind) => kind !== "inconclusive")).toEqual([]);
    keepsSecrets(outcome);
  });

  it("a call that is aborted while it hangs ends, and proves nothing", async () => {
    const aborting = new AbortController();
    const abort: Reply = () => aborting.abort();

    const seen = await check(abort, aborting.signal);

    expect(kindsOf(seen).filter((kind) => kind !== "inconclusive")).toEqual([]);
    if (!sends) return;
    await bare?.close();
    const again = new AbortController();
    expect((await send(() => again.abort(), again.signal)).kind).toBe("unknown");
  });

  it("fields that the document does not name change nothing", async () => {
    const plain = await check(wholly(JSON.stringify(good.check)));
    await bare?.close();
    const rich = await check(wholly(JSON.stringify(withStrangers(good.check))));

    expect(kindsOf(plain)).toEqual(["proven"]);
    expect(kindsOf(rich)).toEqual(["proven"]);
    keepsSecrets(rich);
    if (good.send === null) return;
    await bare?.close();
    const sent = await send(wholly(JSON.stringify(withStrangers(good.send))));
    expect(["accepted", "confirmed"]).toContain(sent.kind);
    keepsSecrets(sent);
  });
}

interface Requests {
  readonly send: SendRequest<unknown>;
  readonly check: CheckRequest<unknown>;
}

/** One delivery of the channel, about to be sent for the first time, and with the answer to that lost. */
function requestsOf({ channel, shape }: ChannelContract): Requests {
  const [order] = shape.orders();
  if (order === undefined) throw new Error("the contract needs an order");
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

/** A field more in every object. */
function withStrangers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withStrangers);
  if (typeof value !== "object" || value === null) return value;
  const known = Object.entries(value).map(([name, inner]) => [name, withStrangers(inner)]);
  return { ...Object.fromEntries(known), 新字段: { nested: [1, null] } };
}

export type Order = Omit<EnqueueInput, "account">;
