/**
 * 云之家 Yunzhijia: todos with the app's secret, schedules with that of the 时间助手 resource
 * (docs/platforms/yunzhijia.md).
 */
import { z } from "zod";
import type { Channel } from "../channel.ts";
import { PlatformWire } from "../platform-http.ts";
import { yunzhijiaSchedule, yunzhijiaScheduleWithout } from "./schedule/channel.ts";
import { ALTERATIONS_FACT, usualAlterations } from "./schedule/note-alterations.ts";
import { yunzhijiaTodo, yunzhijiaTodoOf } from "./todo/channel.ts";
import { yunzhijiaTodoOrders } from "./todo/todo-orders.ts";
import { YunzhijiaTokens } from "./tokens.ts";
import { definePlatform, platformUrl, type Probed, secret } from "../platform.ts";

const fields = {
  baseUrl: platformUrl.default("https://www.yunzhijia.com"),
  appId: z.string().min(1),
  appSecret: secret,
  eid: z.string().min(1).optional(),
  /** The secret of the 时间助手 resource; without it the account has no schedules. */
  resGroupSecret: secret.optional(),
  todo: z.strictObject({ mode: z.enum(["async", "sync"]).default("async") }).default({ mode: "async" }),
  schedule: z
    .strictObject({ lookup: z.enum(["detail", "lists", "auto"]).default("auto") })
    .default({ lookup: "auto" }),
};

type YunzhijiaAccount = z.output<z.ZodObject<typeof fields>>;

/** Yunzhijia accepts the timestamp of a token call for three minutes. */
const TIMESTAMPS_LAST_MS = 170_000;

export const yunzhijia = definePlatform({
  name: "yunzhijia",
  fields,
  secretFields: ["appSecret", "resGroupSecret"],
  // As published (docs/platforms/yunzhijia.md, "Todos").
  rates: { todo: 100, check: 50, schedule: 20 },
  channels: [yunzhijiaTodo as Channel, yunzhijiaSchedule as Channel],
  channelsOf: (account) => [yunzhijiaTodoOf(account.appId) as Channel, schedulesOf(account) as Channel],
  todoOrders: ({ appId }) => yunzhijiaTodoOrders(appId),
  alterations: { fact: ALTERATIONS_FACT, kindsIn: usualAlterations },
  settings: ({ appId, todo, schedule }) => ({
    appId,
    todoMode: todo.mode,
    scheduleLookup: schedule.lookup,
  }),
  wire: ({ baseUrl }, { connections, way }) => new PlatformWire(baseUrl, { connections, ...way }),
  tokenScopes: ({ resGroupSecret }) => (resGroupSecret === undefined ? ["app"] : ["app", "resGroupSecret"]),
  tokens: ({ appId, appSecret, eid = null, resGroupSecret = null }, { call, now }) =>
    new YunzhijiaTokens({ appId, appSecret, eid, resGroupSecret }, { call, now }),
  probe: async ({ resGroupSecret }, { tokens, signal }) => {
    const app = ["app", "appId and appSecret"] as const;
    const schedules = ["resGroupSecret", "eid and resGroupSecret"] as const;
    const scopes = resGroupSecret === undefined ? [app] : [app, schedules];
    return Promise.all(
      scopes.map(async ([scope, names]): Promise<Probed> => {
        const token = await tokens.fetch({ scope, refreshToken: null }, signal);
        return { fields: names, refusal: token.kind === "fetched" ? null : token };
      }),
    );
  },
  timestampsLastMs: TIMESTAMPS_LAST_MS,
  sandbox: {
    account: "yzj",
    fields: (baseUrl) => ({
      baseUrl,
      appId: "500041933",
      appSecret: "sandbox-app-secret",
      eid: "123456",
      resGroupSecret: "sandbox-schedule-secret",
    }),
  },
});

/** The channel for schedules, whose tokens need the eid and a secret of their own. */
function schedulesOf({ eid, resGroupSecret }: YunzhijiaAccount): typeof yunzhijiaSchedule {
  if (resGroupSecret === undefined) return yunzhijiaScheduleWithout("resGroupSecret");
  return eid === undefined ? yunzhijiaScheduleWithout("eid") : yunzhijiaSchedule;
}
