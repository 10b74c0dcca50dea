/**
 * Which servers can leave out rows that others have locked: the rest is asked in another way.
 */
import { expect, it } from "vitest";
import { canSkipLocked } from "../../../src/outbox/mysql.ts";

it.each([
  ["10.6.0-MariaDB", true],
  ["10.11.6-MariaDB-0+deb12u1", true],
  ["5.5.5-10.11.6-MariaDB-log", true],
  ["11.4.2-MariaDB", true],
  ["10.5.23-MariaDB", false],
  ["5.5.5-10.2.44-MariaDB", false],
  ["8.0.36", true],
  ["8.4.0-azure", true],
  ["9.1.0", true],
  ["5.7.44-log", false],
])("%s", (version, expected) => {
  expect(canSkipLocked(version)).toBe(expected);
});
