import { describe, expect, it } from "vitest";
import {
  isPrivate,
  lookupOf,
  destinationRefusal,
  type CallbackRules,
} from "../../../../src/pipeline/callback/destination.ts";

const rules: CallbackRules = {
  allowHosts: ["oa.example.com", "*.corp.example", "10.1.2.3", "[fd00::1]"],
  allowPrivate: false,
  allowHttp: false,
};

describe("where a callback may go", () => {
  it.each([
    ["https://oa.example.com/done", null],
    ["https://OA.example.com/done", null],
    ["https://a.b.corp.example/x", null],
    ["https://corp.example/x", "expected a host that callbacks.allowHosts names"],
    ["https://evilcorp.example/x", "expected a host that callbacks.allowHosts names"],
    ["https://oa.example.com.evil.example/x", "expected a host that callbacks.allowHosts names"],
    ["http://oa.example.com/x", "expected https://"],
    ["https://user:pw@oa.example.com/x", "expected a URL without credentials"],
    ["https://:pw@oa.example.com/x", "expected a URL without credentials"],
    ["https://10.1.2.3/x", "expected a public address"],
    ["https://0x0a.1.2.3/x", "expected a public address"],
    ["https://[fd00::1]/x", "expected a public address"],
  ])("%s: %s", (url, refusal) => {
    expect(destinationRefusal(url, rules)).toBe(refusal);
  });

  it.each(["127.0.0.1", "10.0.0.8", "172.20.1.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"])(
    "%s is private",
    (address) => {
      expect(isPrivate(address)).toBe(true);
    },
  );

  it.each([
    "::",
    "::1",
    "::a00:1",
    "fd00::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
    "2002:a00:1::1",
    "2001:db8::1",
    "224.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "no address",
  ])("%s is private", (address) => {
    expect(isPrivate(address)).toBe(true);
  });

  it.each(["8.8.8.8", "2606:4700::1111"])("%s is public", (address) => {
    expect(isPrivate(address)).toBe(false);
  });
});

describe("how a name is resolved", () => {
  type Answer = (error: Error | null, addresses: { address: string; family: number }[]) => void;
  const held = (allowPrivate: boolean) => {
    const asked: { readonly name: string; readonly answer: Answer }[] = [];
    const lookup = lookupOf({
      allowPrivate,
      resolve: ({ hostname: name }, answer) => void asked.push({ name, answer }),
    });
    const told: unknown[] = [];
    const ask = (name: string): void =>
      lookup(name, { all: false }, (error, address) => void told.push(error?.code ?? address));
    return { asked, told, ask };
  };

  it("asks once for a name, whoever waits for it, and again after its answer", () => {
    const { asked, told, ask } = held(false);
    for (const name of ["dead.example", "dead.example", "live.example", "dead.example"]) ask(name);
    expect(asked.map(({ name }) => name)).toEqual(["dead.example"]);

    asked[0]?.answer(Object.assign(new Error("no answer"), { code: "EAI_AGAIN" }), []);
    expect(told).toEqual(["EAI_AGAIN", "EAI_AGAIN", "EAI_AGAIN"]);
    asked[1]?.answer(null, [{ address: "8.8.8.8", family: 4 }]);
    expect(told).toEqual(["EAI_AGAIN", "EAI_AGAIN", "EAI_AGAIN", "8.8.8.8"]);
    expect(asked.map(({ name }) => name)).toEqual(["dead.example", "live.example"]);
    ask("dead.example");
    expect(asked).toHaveLength(3);
  });

  it("refuses a name with a private address among others, unless they are allowed", () => {
    const addresses = [
      { address: "8.8.8.8", family: 4 },
      { address: "169.254.169.254", family: 4 },
    ];
    for (const [allowed, expected] of [
      [false, "PRIVATE_ADDRESS"],
      [true, "8.8.8.8"],
    ] as const) {
      const { asked, told, ask } = held(allowed);
      ask("oa.example");
      asked[0]?.answer(null, addresses);
      expect(told).toEqual([expected]);
    }
  });
});
