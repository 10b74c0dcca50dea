/**
 * The catalogue: Chinese texts by their English ones. Terms as in the console: 投递, 死信, 重投, 丢弃, 账号, 熔断, 积压,
 * 顺序队列.
 */
import { COMMANDS } from "./chinese/commands.ts";
import { CONFIGURATION } from "./chinese/configuration.ts";
import { DETAILS } from "./chinese/details.ts";
import { DOCTOR } from "./chinese/doctor.ts";
import { FIELDS } from "./chinese/fields.ts";
import { HELP } from "./chinese/help.ts";
import { PROBLEMS } from "./chinese/problems.ts";

export const CHINESE = {
  ...COMMANDS,
  ...CONFIGURATION,
  ...DETAILS,
  ...DOCTOR,
  ...FIELDS,
  ...HELP,
  ...PROBLEMS,
} as const satisfies Readonly<Record<string, string>>;
