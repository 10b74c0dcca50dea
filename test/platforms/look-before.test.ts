/**
 * The look at a schedule before it is changed is an extra: the change does not depend on it.
 */
import { expect, it } from "vitest";
import type { AccountAccess } from "../../src/platforms/account-access.ts";
import type { ScheduleInput } from "../../src/platforms/yunzhijia/schedule/input.ts";
import { lookBefore } from "../../src/platforms/yunzhijia/schedule/look-before.ts";
import { fake } from "../support/fake.ts";

const NOW = Date.UTC(2026, 0, 20, 2);
const INPUT = { content: "会" } as ScheduleInput;

/** Whatever is asked waits until it is given up, and then throws, as a wait for a place in the rate does. */
function anAccountThatIsSlow(): AccountAccess {
  const never = async (_asked: unknown, signal: AbortSignal): Promise<never> =>
    new Promise((_resolve, reject) => {
      const giveUp = (): void => reject(new DOMException("The operation was aborted", "AbortError"));
      if (signal.aborted) giveUp();
      signal.addEventListener("abort", giveUp);
    });
  return fake<AccountAccess>({
    settings: { platform: "yunzhijia", scheduleLookup: "auto" },
    recall: async () => null,
    token: async () => ({ kind: "token", value: "t" }),
    permitCall: never,
    call: never,
  });
}

it("a look before a change is given up when it takes too long, and the change goes on", async () => {
  const seen = await lookBefore(
    { id: "1", input: INPUT },
    { account: anAccountThatIsSlow(), now: NOW, signal: new AbortController().signal },
  );

  expect(seen).toBeNull();
});
