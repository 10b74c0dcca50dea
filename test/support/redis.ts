/**
 * The tests' Redis, and a key prefix for each test.
 */
import { randomBytes } from "node:crypto";
import { inject } from "vitest";

export function testRedisUrl(): string {
  return inject("redisUrl");
}

/** A key prefix that no other test uses. */
export function aPrefix(): string {
  return `t-${randomBytes(6).toString("hex")}`;
}
