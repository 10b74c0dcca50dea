/**
 * Marks a group of dead letters: acknowledges, assigns or snoozes it, or writes a note.
 */
import { Option, type Command } from "commander";
import { say } from "../../../../language/say.ts";
import { DEAD_REASONS } from "../../../../delivery/record.ts";
import type { DeadReason, GroupChange } from "../../../client/types.ts";
import { withConnection, examples, type Cli, type JsonOption } from "../../cli.ts";
import { EXIT, UsageError } from "../../exit-status.ts";
import { duration } from "../../flags.ts";
import { localTime } from "../../moments.ts";

interface MarkOptions extends JsonOption {
  readonly account?: string;
  readonly operation?: string;
  readonly reason?: DeadReason;
  readonly code?: string;
  readonly acknowledge?: boolean;
  readonly reopen?: boolean;
  readonly assign?: string;
  readonly snooze?: number;
  readonly note?: string;
}

export function addMark(dead: Command, cli: Cli): void {
  const command = dead
    .command("mark")
    .description("acknowledge, assign or snooze a group of dead letters, or write a note on it")
    .requiredOption("--account <name>", "of the group, as `bida dead groups` shows it")
    .requiredOption("--operation <name>", "of the group")
    .addOption(new Option("--reason <reason>", "of the group").choices(DEAD_REASONS))
    .option("--code <code>", "the platform's code, of a group that has one")
    .option("--acknowledge", "somebody has seen it")
    .option("--reopen", "nobody has seen it")
    .option("--assign <person>", 'whose it is; "" for nobody\'s')
    .option("--snooze <duration>", "quiet for this long (8h)", duration)
    .option("--note <text>", 'for the next reader; "" removes it');
  withConnection<MarkOptions>({ command, cli }, async ({ options, client, out }) => {
    const { account = "", operation = "", reason = null, code = null } = options;
    const change = changeOf(options, cli.context.now());
    if (Object.keys(change).length === 0)
      throw new UsageError("expected --acknowledge, --reopen, --assign, --snooze or --note");
    const mark = await client.deadLetters.markGroup({ account, operation, reason, code }, change);
    if (out.isJson) out.json({ mark });
    else if (mark === null) out.say("Its mark was removed.");
    else {
      const { acknowledgedBy, assignee, snoozedUntil, note } = mark;
      const parts: readonly (string | null)[] = [
        acknowledgedBy === null ? null : say("acknowledged by {person}", { person: acknowledgedBy }),
        assignee === null ? null : say("assigned to {person}", { person: assignee }),
        snoozedUntil === null ? null : say("quiet until {time}", { time: localTime(snoozedUntil) ?? "" }),
        note,
      ];
      out.remark(
        parts
          .filter((part) => part !== null)
          .map((part) => out.inWords(part))
          .join("; "),
      );
    }
    return EXIT.ok;
  });
  examples(command, [
    "bida dead mark --account yzj --operation todo.create --reason rejected --code 1001 --acknowledge",
    "bida dead mark --account yzj --operation todo.create --reason rejected --assign zhang --snooze 8h",
  ]);
}

function changeOf({ acknowledge, reopen, assign, snooze, note }: MarkOptions, now: number): GroupChange {
  return {
    ...(acknowledge === true ? { acknowledged: true } : reopen === true ? { acknowledged: false } : {}),
    ...(assign === undefined ? {} : { assignee: assign === "" ? null : assign }),
    ...(snooze === undefined ? {} : { snoozedUntil: now + snooze }),
    ...(note === undefined ? {} : { note: note === "" ? null : note }),
  };
}
