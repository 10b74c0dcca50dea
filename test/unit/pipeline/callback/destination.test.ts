import { describe, expect, it } from "vitest";
import { isPrivate, refusalOf, type CallbackRules } from "../../../../src/pipeline/callback/destination.ts";

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
    expect(refusalOf(url, rules)).toBe(refusal);
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
