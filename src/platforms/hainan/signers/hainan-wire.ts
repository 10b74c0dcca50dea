/**
 * Opens the wire to Hainan for the account's signer (docs/platforms/hainan.md, "Tasks"): `none` and `zwdd` call
 * the api path below the base URL, `csb` calls the base URL with the api path in a header, `bridge` calls a
 * process that makes the call.
 */
import { PlatformWire, type Way, type Wire } from "../../platform-http.ts";
import { bridgeWire } from "./bridge.ts";
import { signCsb } from "./csb.ts";
import { signedWire } from "./signed-wire.ts";
import { signZwdd } from "./zwdd.ts";

export interface HainanGate {
  readonly baseUrl: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: "INTER" | "INTRA";
  readonly signer:
    { readonly kind: "bridge"; readonly url: string } | { readonly kind: "csb" | "zwdd" | "none" };
}

interface HainanWireOptions {
  readonly connections: number;
  /** Milliseconds of Redis' clock. */
  readonly now: () => number;
  /** The way to the gateway, or to the bridge. */
  readonly way?: Way;
}

export function openHainanWire(gate: HainanGate, { connections, now, way }: HainanWireOptions): Wire {
  const options = { connections, ...way };
  const { baseUrl, accessKey, secretKey, region, signer } = gate;
  switch (signer.kind) {
    case "none":
      return new PlatformWire(baseUrl, options);
    case "zwdd":
      return signedWire(new PlatformWire(baseUrl, options), signZwdd({ accessKey, secretKey, now }));
    case "csb": {
      const sign = signCsb({ accessKey, secretKey, basePath: rootOf(baseUrl), now });
      return signedWire(new PlatformWire(baseUrl, options), sign);
    }
    case "bridge": {
      const gateway = { accessKey, region, requestUrl: baseUrl, path: rootOf(signer.url) };
      return bridgeWire(new PlatformWire(signer.url, options), gateway);
    }
  }
}

/** The path that, below this URL, stands for the URL itself. */
function rootOf(url: string): string {
  return new URL(url).pathname === "/" ? "/" : "";
}
