/**
 * A short fingerprint of a platform's answer, for the evidence.
 */
import { hash } from "node:crypto";

export function digestOf(text: string): string {
  return hash("sha256", text, "base64url").slice(0, 16);
}
