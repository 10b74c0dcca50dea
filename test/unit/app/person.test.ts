/** The audit names who typed a command; in a container that is a number, and no reason to fail. */
import { expect, it } from "vitest";
import { personAtTerminal } from "../../../src/app/person.ts";

it("is the user's name, or the number of one without a name", () => {
  const nameless = (): never => {
    throw new Error("uv_os_get_passwd returned ENOENT");
  };

  expect(personAtTerminal(() => ({ username: "zhang" }), 1_000)).toBe("zhang at the command line");
  expect(personAtTerminal(nameless, 10_001)).toBe("user 10001 at the command line");
  expect(personAtTerminal(nameless, null)).toBe("somebody at the command line");
});
