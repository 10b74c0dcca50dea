/**
 * The scenarios of a channel as tests.
 */
import { describe, it } from "vitest";
import { play, type Scenario, type Suite } from "./play.ts";

export function describeScenarios(suite: Suite, scenarios: readonly Scenario[]): void {
  describe(`${suite.channel.name} in scenarios`, () => {
    it.each(scenarios)("$name", async (scenario) => play(scenario, suite));
  });
}
