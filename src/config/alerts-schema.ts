/**
 * `alerts`: who is alerted when something is wrong; it needs no Prometheus.
 */
import { z } from "zod";
import { secretProblem } from "../pipeline/callback/signature.ts";
import { say } from "../language/say.ts";
import { duration, wholeNumber } from "./scalars.ts";

const UNRESOLVED = /\$\{(env|file):/;
const receiverUrl = z.string().refine((text) => UNRESOLVED.test(text) || /^https?:\/\/\S+$/.test(text), {
  error: "expected the robot's URL, https://…",
});
const secret = z.string().min(1);

/** The URL of a robot is a secret: anybody who knows it can write into the group. */
const receiver = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("wecom"), name: z.string().min(1).optional(), url: receiverUrl }),
  z.strictObject({
    kind: z.literal("dingtalk"),
    name: z.string().min(1).optional(),
    url: receiverUrl,
    /** The secret of 加签: `SEC…`. */
    secret: secret.optional(),
  }),
  z.strictObject({
    kind: z.literal("feishu"),
    name: z.string().min(1).optional(),
    url: receiverUrl,
    /** The secret of 签名校验. */
    secret: secret.optional(),
  }),
  z.strictObject({
    kind: z.literal("webhook"),
    name: z.string().min(1).optional(),
    url: receiverUrl,
    /** Signs as Standard Webhooks defines. */
    secret: secret
      .refine((text) => UNRESOLVED.test(text) || secretProblem(text) === null, {
        error: "expected at least 24 bytes",
      })
      .optional(),
  }),
]);

export const alertsSchema = z.strictObject({
  to: z
    .array(receiver)
    .min(1)
    .refine((receivers) => areDistinct(receivers.flatMap(({ name }) => name ?? [])), {
      error: "expected each name once",
    }),
  language: z.enum(["zh", "en"]).default("zh"),
  /** The URL of the console, as people open it: https://bida.corp.example/console/ */
  console: z
    .url({ protocol: /^https?$/, error: say("expected a URL like https://bida.corp.example/console/") })
    .optional(),
  /** How often the conditions are checked. */
  every: duration("1s", "1h").default(30_000),
  /** A condition that lasts is reported again after this time. */
  repeat: duration("1m", "7d").default(14_400_000),
  /** A condition that has been absent for this long is over. */
  settle: duration("0s", "1h").default(300_000),
  /** A delivery that has waited longer than this is reported. */
  oldestUnconfirmed: duration("1s", "30d").default(1_800_000),
  /** This many dead letters of one group are reported. */
  deadLetters: wholeNumber(1, 1_000_000).default(1),
  /** Redis' memory, in percent of its own limit. */
  redisMemory: wholeNumber(1, 100).default(80),
  digest: z
    .strictObject({
      at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "expected a time like 09:00"),
      zone: z
        .string()
        .refine(isZone, { error: "expected a time zone like Asia/Shanghai" })
        .default("Asia/Shanghai"),
    })
    .optional(),
});

function areDistinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    // Node throws for an unknown time zone.
    return false;
  }
}

export type AlertsConfig = z.output<typeof alertsSchema>;
