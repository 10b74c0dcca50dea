/**
 * Checks that Redis' user may use every command of Bida's scripts. A script that is refused in the middle has
 * done half of its work, so this is checked before anything is accepted, and again now and then.
 */
import { evaluated, scripts, type ScriptedRedis } from "./connection.ts";
import { AccountKeys } from "./keys.ts";

const COMMANDS = [
  ...new Set(
    [...Object.values(scripts).map(({ lua }) => lua), ...Object.values(evaluated)].flatMap((lua) =>
      [...lua.matchAll(/(?:redis\.call\(|\{)\s*"([A-Z]{3,})"/g)].map(([, command = ""]) => command),
    ),
  ),
];

/** Commands that BullMQ and the connections use beside the scripts. */
const OTHERS = ["BZPOPMIN", "PING", "XADD"];

/** @throws LacksRights; or Redis' own error where it has no such command */
export async function checkScriptRights(redis: ScriptedRedis, prefix: string): Promise<void> {
  const key = `${new AccountKeys(prefix, "clock").base}probe`;
  const answer = await redis.eval(evaluated.lackingRights, 1, key, ...COMMANDS, ...OTHERS);
  const [lacking, unknown] = answer as [string[], string[]];
  if (unknown.length > 0) throw new Error(`ERR unknown command ${unknown.join(", ")}`);
  if (lacking.length > 0) throw new LacksRights(lacking);
}

class LacksRights extends Error {
  readonly commands: readonly string[];

  constructor(commands: readonly string[]) {
    super(`NOPERM Redis' user may not use ${commands.join(", ")}`);
    this.commands = commands;
  }
}

/** The commands that Redis' user lacks; null for any other error. */
export function lackingCommands(error: unknown): readonly string[] | null {
  return error instanceof LacksRights ? error.commands : null;
}
