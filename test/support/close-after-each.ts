/**
 * Closes what a test has opened, after each test. It is a setup file, which runs before every test file: a
 * shared module is evaluated only once, so its hooks would apply to the first file only.
 */
import { afterEach } from "vitest";
import { closing } from "./closing.ts";

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});
