/**
 * Signs callbacks as Standard Webhooks does (standardwebhooks.com, "Signature scheme"): HMAC-SHA256 over
 * `id.timestamp.body`, in base64, marked `v1`.
 */
import { createHmac } from "node:crypto";

const PREFIX = "whsec_";

/** The bytes of a secret: base64 after `whsec_`, otherwise the text itself. */
export function secretKey(secret: string): Buffer {
  return secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), "base64") : Buffer.from(secret);
}

export interface Signed {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

export function webhookHeaders({ id, timestamp, body }: Signed, secret: string): Record<string, string> {
  const signature = createHmac("sha256", secretKey(secret)).update(`${id}.${timestamp}.${body}`);
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": `v1,${signature.digest("base64")}`,
  };
}
