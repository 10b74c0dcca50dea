/**
 * The switches of the sandbox: mostly the points that PLATFORMS.md marks as
 * unknown, so that a client can be tried under each answer.
 * Changed at run time with POST /_sandbox/settings.
 */
import { z } from "zod";

export const settingsSchema = z.strictObject({
  /** One vendor page says 6400 s, an older one 7200 s. */
  tokenLifetimeMs: z.number().positive(),
  refreshKillsOldToken: z.boolean(),
  /** How a dead token is refused: HTTP 401, or HTTP 200 with an undocumented errorCode. */
  tokenRefusal: z.enum(["401", "200"]),
  /** Answer 429 above the published limits instead of only recording the violation. */
  enforceRate: z.boolean(),
  /** How long an ordinary asynchronous create takes to become visible. */
  asyncVisibleMs: z.number().nonnegative(),
  /** `data.check` of a check that finds nothing. */
  checkFlagWhenAbsent: z.boolean(),
  /** Whether this installation has POST …/newwork/detail. */
  scheduleDetail: z.boolean(),
  /** Which schedules queryByDay gives: created on that day (newer revision), or taking place on it. */
  queryByDay: z.enum(["created", "occurring"]),
  hainanSigner: z.enum(["none", "csb", "zwdd"]),
  /** Whether finish.json and cancel.json exist. */
  hainanFinish: z.boolean(),
  /** Which `success` a refusal makes false: only the inner one, or both. */
  hainanRefusal: z.enum(["inner", "both"]),
  /** Reply to a repeated bizTaskId: the same task again, or success with empty data. */
  duplicateBizTask: z.enum(["same", "empty"]),
  /** The Authorization header that the message lists want; null: none. */
  mallAuthorization: z.string().nullable(),
  /** How a wrong one is refused: HTTP 401, or HTTP 200 with `result: 0`. */
  mallRefusal: z.enum(["401", "200"]),
});

export type Settings = z.infer<typeof settingsSchema>;

export const defaultSettings: Settings = {
  tokenLifetimeMs: 6_400_000,
  refreshKillsOldToken: false,
  tokenRefusal: "401",
  enforceRate: false,
  asyncVisibleMs: 0,
  checkFlagWhenAbsent: true,
  scheduleDetail: true,
  queryByDay: "created",
  hainanSigner: "none",
  hainanFinish: false,
  hainanRefusal: "inner",
  duplicateBizTask: "same",
  mallAuthorization: null,
  mallRefusal: "401",
};

export const settingsChangeSchema = settingsSchema.partial();
export type SettingsChange = z.infer<typeof settingsChangeSchema>;
