/**
 * Signs callbacks as Standard Webhooks does (standardwebhooks.com, "Signature scheme"): HMAC-SHA256 over
 * `id.timestamp.body`, in base64, prefixed with `v1,`. With several secrets there is one signature for each,
 * newest first, so that a receiver can rotate its secret at any time.
 */
import { createHmac } from "node:crypto";

const PREFIX = "whsec_";
const LEAST_BYTES = 24;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** The bytes of a secret: base64 after `whsec_`, otherwise the text itself. */
function secretKey(secret: string): Buffer {
  return secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), "base64") : Buffer.from(secret);
}

/** Why a text cannot be a signing secret, without quoting it; null if it can. */
export function secretProblem(secret: string): string | null {
  if (secret.startsWith(PREFIX) && !BASE64.test(secret.slice(PREFIX.length)))
    return "expected base64 after whsec_";
  const { length } = secretKey(secret);
  if (length >= LEAST_BYTES) return null;
  return `expected at least ${LEAST_BYTES} bytes, got ${length}; make one: echo whsec_$(openssl rand -base64 32)`;
}

export interface Signed {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

/** A message on its way to a producer. */
export interface Posted {
  readonly message: Signed;
  readonly now: number;
  /** Of the producer's request, so that the receiver continues the same trace. */
  readonly traceparent?: string | null;
}

/** @param secrets the newest first */
export function webhookHeaders(
  { id, timestamp, body }: Signed,
  secrets: readonly string[],
): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const signature = createHmac("sha256", secretKey(secret)).update(`${id}.${timestamp}.${body}`);
    return `v1,${signature.digest("base64")}`;
  });
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.join(" "),
  };
}
