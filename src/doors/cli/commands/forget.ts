/**
 * Erases what Bida has stored about one person.
 */
import type { Command } from "commander";
import { withConnection, examples, type Cli } from "../cli.ts";
import { UsageError } from "../exit-status.ts";
import { followAction, type BulkOptions } from "./dead/act-on-many.ts";

interface ForgetOptions extends BulkOptions {
  readonly recipient: string;
}

export function addForget(program: Command, cli: Cli): void {
  const command = program
    .command("forget")
    .description(
      "erase the ended deliveries of one recipient, dead letters included; needs the key of an admin",
    )
    .requiredOption("--recipient <id>", "as deliveries name it, for example an openId")
    .option("--account <name>", "of this account alone")
    .option("--note <text>", "why, for the audit")
    .option("--dry-run", "only count what it would erase")
    .option("--no-wait", "leave it running in the background")
    .option("--yes", "without asking");
  withConnection<ForgetOptions>({ command, cli }, async (task) => {
    const { recipient, account, note, dryRun = false } = task.options;
    if (note === undefined) throw new UsageError("--note: is missing; say why, for the audit");
    const order = { recipient, note, dryRun, ...(account === undefined ? {} : { account }) };
    const { deadLetters } = task.client;
    return followAction(
      {
        kind: "forget",
        which: `--recipient ${recipient}${account === undefined ? "" : ` --account ${account}`}`,
        count: async () => deadLetters.forgetRecipient({ ...order, dryRun: true }),
        begin: async () => deadLetters.forgetRecipient(order),
      },
      { task, cli },
    );
  });
  examples(command, ['bida forget --recipient 5a90… --note "request 2026-117" --yes']);
}
