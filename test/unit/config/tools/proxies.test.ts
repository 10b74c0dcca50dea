import { describe, expect, it } from "vitest";
import { proxyFor, type ProxyEnvironment } from "../../../../src/config/tools/proxies.ts";
import { environmentProxies } from "../../../../src/config/environment.ts";

const env = (none = ""): ProxyEnvironment => ({
  http: "plain.proxy:80",
  https: "http://tls.proxy:3128",
  none,
});
const isDirect = (target: string, none: string): boolean =>
  proxyFor({ target, own: undefined }, env(none)) === null;

describe("the proxy to a platform", () => {
  it("is the environment's for the protocol, also without http://", () => {
    const found = [
      proxyFor({ target: "https://a.example", own: undefined }, env()),
      proxyFor({ target: "http://a.example", own: undefined }, env()),
    ];
    expect(found).toEqual([
      { url: "http://tls.proxy:3128", from: "HTTPS_PROXY" },
      { url: "http://plain.proxy:80", from: "HTTP_PROXY" },
    ]);
  });

  it("is the account's own where it names one, whatever NO_PROXY says, and none where it says so", () => {
    const own = "https://own.proxy";
    expect(proxyFor({ target: "https://a.example", own }, env("*"))).toEqual({ url: own, from: "proxy" });
    expect(proxyFor({ target: "https://a.example", own: "none" }, env())).toBeNull();
  });

  it.each([
    "http://localhost:9000",
    "http://LOCALHOST./x",
    "http://sandbox.localhost",
    "http://127.0.0.1",
    "http://127.9.8.7:1",
    "http://2130706433",
    "http://[::1]:8080",
    "http://[::ffff:127.0.0.1]",
    "http://0.0.0.0:8080",
    "https://localhost",
  ])("never leads to this machine: %s", (target) => {
    expect(proxyFor({ target, own: undefined }, env())).toBeNull();
    expect(proxyFor({ target, own: "http://own.proxy" }, env())).toBeNull();
  });
});

describe("NO_PROXY", () => {
  it.each([
    ["*", "https://a.example"],
    ["a.example", "https://a.example"],
    ["A.Example", "https://a.EXAMPLE"],
    ["a.example", "https://a.example."],
    ["example", "https://a.example"],
    [".example", "https://a.example"],
    ["*.example", "https://deep.a.example"],
    [".a.example", "https://a.example"],
    ["b, c\ta.example", "https://a.example"],
    ["a.example:443", "https://a.example"],
    ["a.example:8443", "https://a.example:8443"],
    ["a.example:80", "http://a.example"],
    ["政务.example", "https://政务.example"],
    ["10.1.2.3", "https://10.1.2.3"],
    ["10.0.0.0/8", "https://10.1.2.3"],
    ["10.0.0.0/8", "https://[::ffff:10.1.2.3]"],
    ["10.1.2.3:8443", "https://10.1.2.3:8443"],
    ["fd00::1", "https://[fd00::1]"],
    ["FD00:0::1", "https://[fd00::1]"],
    ["[fd00::1]:8443", "https://[fd00::1]:8443"],
    ["[fd00::1]", "https://[fd00::1]"],
    ["fd00::/8", "https://[fd00::1]"],
  ])("%s excepts %s", (none, target) => {
    expect(isDirect(target, none)).toBe(true);
  });

  it.each([
    ["", "https://a.example"],
    [",", "https://a.example"],
    ["a.example", "https://ba.example"],
    ["a.example", "https://a.example.org"],
    ["a.example:8443", "https://a.example"],
    [".", "https://a.example"],
    ["*.", "https://a.example"],
    ["10.0.0.0/8", "https://11.1.2.3"],
    ["10.0.0.0/99", "https://10.1.2.3"],
    ["10.0.0.0/x", "https://10.1.2.3"],
    ["10.0.0.0/8", "https://10.example"],
    ["3", "https://10.1.2.3"],
    ["fd00::/8", "https://[fe00::1]"],
    ["[fd00::1]:8443", "https://[fd00::1]"],
    ["fd00::/8", "https://10.1.2.3"],
  ])("%s does not except %s", (none, target) => {
    expect(isDirect(target, none)).toBe(false);
  });
});

describe("the environment", () => {
  it("is read in both cases, names in lower case first", () => {
    expect(environmentProxies({ https_proxy: "lower", HTTPS_PROXY: "upper", HTTP_PROXY: " plain " })).toEqual(
      {
        http: "plain",
        https: "lower",
        none: "",
      },
    );
  });
});
