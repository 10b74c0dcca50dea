/**
 * Cancels a delivery.
 */
import type { Command } from "commander";
import { withConnection, examples, type Cli, type JsonOption } from "../cli.ts";
import { EXIT } from "../exit-status.ts";

export function addCancel(program: Command, cli: Cli): void {
  const command = program
    .command("cancel")
    .description("cancel a delivery of which nothing was sent yet")
    .argument("<id>", "the delivery's id")
    .option("--note <text>", "why, for the timeline");
  withConnection<JsonOption & { note?: string }>(
    { command, cli },
    async ({ args: [id = ""], options, client, out }) => {
      const delivery = await client.cancel(id, options.note);
      if (out.isJson) out.json(delivery);
      else out.data(delivery.id);
      out.say("Cancelled.");
      return EXIT.ok;
    },
  );
  examples(command, ['bida cancel d01J… --note "sent by mistake"']);
}
