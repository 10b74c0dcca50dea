/**
 * The two published signatures that the gateway of the task centre may require (docs/platforms/hainan.md,
 * "Tasks"), checked by code of the sandbox' own. The real one of apione is not public.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

export type Parameter = readonly [name: string, value: string];

/** Alibaba CSB: everything but the signature, unencoded, sorted by name and then value. */
export function csbSignature(secretKey: string, parameters: readonly Parameter[]): string {
  return createHmac("sha1", secretKey).update(joined(parameters), "utf8").digest("base64");
}

type ZwddRequest = {
  readonly method: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
};

/** 专有钉钉: four lines, and a fifth for the parameters when there are any. */
export function zwddSignature(secretKey: string, request: ZwddRequest): string {
  const lines = [request.method, request.timestamp, request.nonce, request.path];
  if (request.parameters.length > 0) lines.push(joined(request.parameters));
  return createHmac("sha256", secretKey).update(lines.join("\n"), "utf8").digest("base64");
}

export function isSameSignature(expected: string, given: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function joined(parameters: readonly Parameter[]): string {
  return [...parameters]
    .sort((left, right) => compare(left[0], right[0]) || compare(left[1], right[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
