/**
 * Which configuration a process runs with, in a few letters.
 */
import { createHash } from "node:crypto";
import type { Config } from "../config.ts";
import { withoutSecrets } from "./print.ts";

/** Equal digests: the same configuration, but for its secrets. */
export function configDigest(config: Config): string {
  return createHash("sha256")
    .update(JSON.stringify(withoutSecrets(config)))
    .digest("hex")
    .slice(0, 12);
}
