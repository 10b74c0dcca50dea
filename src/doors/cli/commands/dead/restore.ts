/**
 * Restores discarded deliveries.
 */
import type { Command } from "commander";
import { withConnection, examples, type Cli, type JsonOption } from "../../cli.ts";
import { actOnEach } from "./act.ts";

export function addRestore(dead: Command, cli: Cli): void {
  const command = dead
    .command("restore")
    .description("take discards back, within 24 hours: they are dead letters again")
    .argument("<ids...>", "the deliveries' ids")
    .option("--note <text>", "why, for the audit");
  withConnection<JsonOption & { note?: string }>({ command, cli }, async (task) => {
    const { args, options, client, out } = task;
    return actOnEach({ ids: args, task }, async (id) => {
      const { delivery, ahead } = await client.deadLetters.restore(id, options.note);
      if (ahead > 0)
        out.say("{id}: {ahead} wait in its lane; a replay queues up behind them.", { id, ahead });
      return delivery;
    });
  });
  examples(command, ["bida dead ls --json | head", 'bida dead restore d01J… --note "the wrong one"']);
}
