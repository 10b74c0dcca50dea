/** Where metrics and traces are pushed, and what is told of a receiver that takes nothing. */
import { expect, it } from "vitest";
import { failureOf, onlyChanges, receiverUrl } from "../../../src/telemetry/pushing.ts";

it.each([
  "http://collector:4318",
  "http://collector:4318/",
  "http://collector:4318/v1/traces",
  "http://collector:4318/v1/metrics/",
])("%s is the address of one receiver, for metrics and for traces", (url) => {
  expect(receiverUrl(url, "traces")).toBe("http://collector:4318/v1/traces");
  expect(receiverUrl(url, "metrics")).toBe("http://collector:4318/v1/metrics");
});

it("a receiver below a path keeps its path", () => {
  expect(receiverUrl("https://corp.example/otlp/", "traces")).toBe("https://corp.example/otlp/v1/traces");
});

it("a failure is reported by its code, not by the receiver's answer", () => {
  const error = (message: string, code?: unknown): Error => Object.assign(new Error(message), { code });

  expect(failureOf({ code: 0 })).toBeNull();
  expect(failureOf({ code: 1, error: error("Not Found", 404) })).toBe("HTTP 404");
  expect(failureOf({ code: 1, error: error("connect", "ECONNREFUSED") })).toBe("ECONNREFUSED");
  expect(failureOf({ code: 1, error: error("Timeout") })).toBe("Timeout");
  expect(failureOf({ code: 1 })).toBe("not taken");
});

it("a receiver that is away is reported once, and once when it is back", () => {
  const told: (string | null)[] = [];
  const tell = onlyChanges((failed) => told.push(failed));
  for (const failed of [null, "away", "away", null, null, "away"]) tell(failed);

  expect(told).toEqual(["away", null, "away"]);
});
