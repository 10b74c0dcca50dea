/**
 * Closes after each test what it has opened. Runs before every file of tests: a module that files share is evaluated
 * once, and its hooks would be those of the first file alone.
 */
import { afterEach } from "vitest";
import { closing } from "./closing.ts";

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});
