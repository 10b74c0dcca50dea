/**
 * What an HTTP status alone says, as a table (ARCHITECTURE section 6).
 */
import { describe, expect, it } from "vitest";
import {
  classifyTransport,
  parseBody,
  parseRetryAfter,
  probeRefusal,
} from "../../../src/platforms/classify-http.ts";
import { NOW } from "../../support/builders.ts";

function classify(status: number, retryAfter: string | null = null): unknown {
  return classifyTransport({ kind: "answered", status, retryAfter, text: "" }, NOW);
}

describe("a status", () => {
  it.each([200, 201, 202, 204, 299])("%i leaves the verdict to the body", (status) => {
    expect(classify(status)).toBeNull();
  });

  it.each([401, 403])("%i is a refusal of the credentials", (status) => {
    expect(classify(status)).toEqual({ kind: "unauthorized", detail: `HTTP ${status}` });
  });

  it.each([
    400, 402, 404, 405, 406, 407, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 424, 426, 428, 431,
    451,
  ])("%i is a refusal for good", (status) => {
    expect(classify(status)).toMatchObject({ kind: "rejected", code: `HTTP ${status}` });
  });

  it.each([301, 302, 303, 307, 308])(
    "%i is not followed, and is not a refusal: it is asked about",
    (status) => {
      expect(classify(status)).toMatchObject({
        kind: "unknown",
        detail: expect.stringContaining(`HTTP ${status}`),
      });
    },
  );

  it.each([419, 420, 430, 440, 444, 449, 450, 460, 463, 494, 495, 496, 497, 498])(
    "%i is a proxy's own, and says nothing of what the platform did",
    (status) => {
      expect(classify(status)).toMatchObject({ kind: "unknown" });
    },
  );

  it.each([
    300, 304, 305, 399, 408, 409, 423, 425, 499, 500, 501, 502, 503, 504, 505, 507, 508, 511, 520, 522, 524,
    529, 530, 599, 600, 999,
  ])(
    "%i is also given after the platform has stored it, and its Retry-After changes nothing but when",
    (status) => {
      const unknown = { kind: "unknown", cause: "serverError", detail: `HTTP ${status}` };

      expect(classify(status)).toEqual(unknown);
      expect(classify(status, "7")).toEqual({ ...unknown, retryAfterMs: 7_000 });
      expect(classify(status, "soon")).toEqual(unknown);
    },
  );

  it("429 asks to wait, for as long as it says", () => {
    expect(classify(429)).toEqual({ kind: "throttled", retryAfterMs: null, detail: "HTTP 429" });
    expect(classify(429, "7")).toMatchObject({ kind: "throttled", retryAfterMs: 7_000 });
    expect(classify(429, "soon")).toMatchObject({ kind: "throttled", retryAfterMs: null });
  });

  it("of a refusal does not become a wait by its Retry-After", () => {
    expect(classify(404, "7")).toMatchObject({ kind: "rejected" });
  });
});

describe("a call without an answer", () => {
  it("that never left is unreachable", () => {
    const answer = { kind: "unreachable", detail: "no connection (ECONNREFUSED)" } as const;

    expect(classifyTransport(answer, NOW)).toEqual(answer);
  });

  it("that had no place in the account's rate waits for one", () => {
    expect(classifyTransport({ kind: "notPermitted", retryAfterMs: 700 }, NOW)).toMatchObject({
      kind: "throttled",
      retryAfterMs: 700,
    });
  });

  it.each(["timeout", "connection", "unreadable"] as const)("that was lost (%s) is unknown", (cause) => {
    expect(classifyTransport({ kind: "lost", cause, detail: "d" }, NOW)).toEqual({
      kind: "unknown",
      cause,
      detail: "d",
    });
  });
});

it.each([
  [200, null],
  [401, { kind: "unauthorized", detail: "HTTP 401" }],
  [404, { kind: "rejected", detail: "HTTP 404: the platform refused the request" }],
])("a probe that is answered with %i is reported as %j", (status, refusal) => {
  expect(probeRefusal({ kind: "answered", status, retryAfter: null, text: "" }, NOW)).toEqual(refusal);
});

describe("Retry-After", () => {
  it.each([
    ["in seconds", "120", 120_000],
    ["in seconds, with blanks around", " 3 ", 3_000],
    ["of no time", "0", 0],
    ["as an HTTP date to come", new Date(NOW + 90_000).toUTCString(), 90_000],
    ["as an HTTP date gone by", new Date(NOW - 90_000).toUTCString(), 0],
  ])("%s", (_, value, ms) => {
    expect(parseRetryAfter(value, NOW)).toBe(ms);
  });

  it.each(["", "  ", "soon", "-5", "1.5", "7 seconds", "5s", "0x10", "1e3", "Infinity", "NaN", "12:30"])(
    "%j counts as absent: we choose the pause",
    (value) => {
      expect(parseRetryAfter(value, NOW)).toBeNull();
    },
  );

  it.each(["901", "31536000", "9".repeat(400), new Date(NOW + 365 * 86_400_000).toUTCString()])(
    "that is very long (%s) is cut to 15 minutes: it may delay a delivery, not end it",
    (value) => {
      expect(parseRetryAfter(value, NOW)).toBe(900_000);
    },
  );
});

describe("a body", () => {
  it.each(["", "<html>", "{", "undefined", "{'a':1}"])("%j is not JSON", (text) => {
    expect(parseBody(text)).toBeUndefined();
  });

  it("of the JSON null is not a body that does not parse", () => {
    expect(parseBody("null")).toBeNull();
  });
});
