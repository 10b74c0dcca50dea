/**
 * The signature of the direct gateway of 专有钉钉 (docs/platforms/hainan.md, "Tasks").
 */
import { createHmac, randomInt } from "node:crypto";
import { canonical, type Parameter } from "./canonical.ts";
import type { Sign } from "./signed-wire.ts";

interface ZwddOptions {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Milliseconds since 1970. The gateway refuses a time that is too far from its own clock. */
  readonly now: () => number;
}

const VERSION = "1.0";

/** Signs only the api path: a proxy's own prefix is not known to the gateway behind it. */
export function signZwdd({ accessKey, secretKey, now }: ZwddOptions): Sign {
  return (call) => {
    const at = now();
    const { method, path } = call;
    const [timestamp, nonce] = [shanghaiTime(at), nonceAt(at)];
    const parameters = Object.entries(call.query ?? {});
    const signature = zwddSignature(secretKey, { method, timestamp, nonce, path, parameters });
    const headers = {
      "X-Hmac-Auth-Timestamp": timestamp,
      "X-Hmac-Auth-Version": VERSION,
      "X-Hmac-Auth-Nonce": nonce,
      apiKey: accessKey,
      "X-Hmac-Auth-Signature": signature,
    };
    return { ...call, headers: { ...call.headers, ...headers } };
  };
}

interface ZwddRequest {
  readonly method: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
}

/** Four lines, and a fifth for the parameters where there are any. */
export function zwddSignature(secretKey: string, request: ZwddRequest): string {
  const { method, timestamp, nonce, path, parameters } = request;
  const query = parameters.length === 0 ? [] : [canonical(parameters)];
  const lines = [method, timestamp, nonce, path, ...query];
  return createHmac("sha256", secretKey).update(lines.join("\n"), "utf8").digest("base64");
}

const SHANGHAI_MS = 8 * 3_600_000;

/** `2024-06-06T12:00:03.000+08:00` */
function shanghaiTime(at: number): string {
  return new Date(at + SHANGHAI_MS).toISOString().replace("Z", "+08:00");
}

const NONCE_DIGITS = 8;

/**
 * The time and some random digits: all workers of an installation share one clock, and may sign in the same
 * millisecond.
 */
function nonceAt(at: number): string {
  return `${at}${String(randomInt(10 ** NONCE_DIGITS)).padStart(NONCE_DIGITS, "0")}`;
}
