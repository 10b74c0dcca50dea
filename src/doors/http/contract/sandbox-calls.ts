/**
 * The sandbox of `bida up`: what the pretend platforms stored, beside what Bida says; and how they misbehave. There is
 * no such call where the sandbox does not run in the same process.
 */
import { z } from "zod";
import * as schemas from "../schemas.ts";
import { SMALL_BODY, call, none, ok } from "./fields.ts";

/** What a button of the console asks for; `src/sandbox/README.md` has more. */
const SANDBOX_FAULTS = [
  "unavailable",
  "throttled",
  "error-after",
  "cut-after",
  "not-stored",
  "late",
  "parameter-error",
  "bad-recipients",
  "token-expired",
] as const;

export const sandboxCalls = {
  showSandbox: call({
    name: "getSandbox",
    tag: "sandbox",
    method: "GET",
    path: "/v1/sandbox",
    summary: "Show what the sandbox stored, next to what Bida says",
    role: "operator",
    pathSchema: none,
    query: none,
    body: z.unknown(),
    answers: ok(schemas.sandbox, "The latest deliveries, and the faults that wait."),
    problems: [404],
  }),
  changeSandbox: call({
    name: "changeSandbox",
    tag: "sandbox",
    method: "POST",
    path: "/v1/sandbox/faults",
    summary: "Make the sandbox misbehave, or behave again",
    role: "operator",
    pathSchema: none,
    query: none,
    body: z.union([
      z.strictObject({ clear: z.literal(true) }),
      z.strictObject({
        fault: z.enum(SANDBOX_FAULTS),
        times: z.number().int().min(1).max(1_000).default(1),
        forMs: z
          .number()
          .int()
          .min(1)
          .max(600_000)
          .optional()
          .describe("For that long, any number of times, instead of `times`."),
      }),
    ]),
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.sandboxFaults, "The faults that wait now."),
    problems: [404],
  }),
} as const;
