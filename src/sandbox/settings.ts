/**
 * The switches of the sandbox: mostly the points that docs/platforms/yunzhijia.md marks as
 * unknown, so that a client can be tried under each answer.
 * Changed at run time with POST /_sandbox/settings.
 */
import { z } from "zod";
import { alterations } from "./altered-text.ts";

const settingsSchema = z.strictObject({
  /** One vendor page says 6400 s, an older one 7200 s. */
  tokenLifetimeMs: z.number().positive(),
  refreshKillsOldToken: z.boolean(),
  /** How a dead token is refused: HTTP 401, or HTTP 200 with an undocumented errorCode. */
  tokenRefusal: z.enum(["401", "200"]),
  /** Answer 429 above the published limits instead of only recording the violation. */
  enforceRate: z.boolean(),
  /** Whether this installation knows `sync`; one that does not ignores it. */
  syncMode: z.boolean(),
  /** How long an ordinary asynchronous create takes to become visible. */
  asyncVisibleMs: z.number().nonnegative(),
  /** `data.check` of a check that finds nothing. */
  checkFlagWhenAbsent: z.boolean(),
  /** What a zero in `actiontype` does, written or left out; done stays done only under the first two. */
  actionZeros: z.enum(["nothing", "unread", "undo"]),
  /** Whether an openId that is new under a sourceId with todos gets a todo. */
  newOpenId: z.enum(["created", "ignored"]),
  /** What a create does for an openId whose todo under this sourceId was deleted. */
  createAfterDelete: z.enum(["ignored", "created"]),
  /** The `data` of an answer without data. */
  emptyData: z.enum(["document", "object", "null", "absent", "text", "list"]),
  /** Whether `success` has the type that the document shows, text for todos and boolean elsewhere. */
  successForm: z.enum(["document", "swapped"]),
  /** Whether this installation has POST …/newwork/detail. */
  scheduleDetail: z.boolean(),
  /** Which schedules queryByDay returns: created on that day (newer revision), taking place or starting on it. */
  queryByDay: z.enum(["created", "occurring", "starting"]),
  /** The order of teamWorks by creation. */
  teamWorksOrder: z.enum(["oldest", "newest"]),
  /** The most rows in a page of teamWorks, whatever was asked for; null: as many as were asked for. */
  teamWorksMost: z.number().int().positive().nullable(),
  /** Which schedules a batch operation on a child affects: that one and those after it (as the vendor says), or all. */
  batchReach: z.enum(["onwards", "whole"]),
  /** How stored texts and times are altered; null: not at all. */
  storedText: z.enum(alterations).nullable(),
  /** Ids of schedules, tasks and messages above 2^53, as numbers. */
  bigIds: z.boolean(),
  hainanSigner: z.enum(["none", "csb", "zwdd"]),
  /** Whether finish.json and cancel.json exist. */
  hainanFinish: z.boolean(),
  /** Which `success` a refusal makes false: only the inner one, or both. */
  hainanRefusal: z.enum(["inner", "both"]),
  /** Reply to a repeated bizTaskId: the same task again, success with empty data, or somebody else's task. */
  duplicateBizTask: z.enum(["same", "empty", "foreign"]),
  /** The document runs name and type together: `creatorUserInfoDTO`. */
  taskPeople: z.enum(["assignee", "assigneeUserInfo"]),
  /** The Authorization header that the message lists require; null: none. */
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
  syncMode: true,
  asyncVisibleMs: 0,
  checkFlagWhenAbsent: true,
  actionZeros: "nothing",
  newOpenId: "created",
  createAfterDelete: "ignored",
  emptyData: "document",
  successForm: "document",
  scheduleDetail: true,
  queryByDay: "created",
  teamWorksOrder: "oldest",
  teamWorksMost: null,
  batchReach: "onwards",
  storedText: null,
  bigIds: false,
  hainanSigner: "none",
  hainanFinish: false,
  hainanRefusal: "inner",
  duplicateBizTask: "same",
  taskPeople: "assignee",
  mallAuthorization: null,
  mallRefusal: "401",
};

export const settingsChangeSchema = settingsSchema.partial();
export type SettingsChange = z.infer<typeof settingsChangeSchema>;

/** The settings with the defined values of `change`. */
export function settingsWith(settings: Settings, change: SettingsChange): Settings {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return { ...settings, ...Object.fromEntries(given) };
}
