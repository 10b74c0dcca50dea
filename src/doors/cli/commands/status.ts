/**
 * Shows one delivery, and waits for its end.
 */
import type { Command } from "commander";
import type { BidaClient } from "../../client/bida-client.ts";
import { NotFinished } from "../../client/errors.ts";
import type { Delivery, UncheckedPayloads } from "../../client/types.ts";
import { withConnection, examples, type Cli, type JsonOption } from "../cli.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { duration } from "../flags.ts";
import { deliveryText } from "../show-delivery.ts";

const INCLUDE = ["timeline", "payload", "callback"] as const;

interface StatusOptions extends JsonOption {
  readonly timeline?: boolean;
  readonly payload?: boolean;
  readonly callback?: boolean;
  /** In ms; `true` waits until the end. */
  readonly wait?: number | true;
}

export function addStatus(program: Command, cli: Cli): void {
  const command = program
    .command("status")
    .description("show one delivery")
    .argument("<id>", "the delivery's id")
    .option("--timeline", "with its timeline")
    .option("--payload", "with its payload (this is audited)")
    .option("--callback", "with the state of its callback")
    .option("--wait [duration]", "wait until it has ended, at most this long (30s, 5m)", duration);
  withConnection<StatusOptions>({ command, cli }, async ({ args: [id = ""], options, client, out }) => {
    const include = INCLUDE.filter((part) => options[part] === true);
    const fate = options.wait === undefined ? EXIT.ok : await waitFor(id, { wait: options.wait, client });
    const delivery = await client.get(id, { include });
    if (out.isJson) out.json(delivery);
    else out.data(deliveryText(delivery, { now: cli.context.now(), language: out.language }));
    if (fate === "late") out.say("It has not ended yet: it is {status}.", { status: delivery.status });
    return fate === "late" ? EXIT.failed : fate;
  });
  examples(command, ["bida status d01J… --timeline", "bida status d01J… --wait 2m && echo delivered"]);
}

/** The exit status for the end of a delivery: 0 only if it was confirmed. */
function exitStatusOfEnd({ status, reason }: Delivery): ExitStatus {
  if (status === "confirmed") return EXIT.ok;
  return reason === "partial" ? EXIT.partly : EXIT.failed;
}

export async function waitFor(
  id: string,
  { wait, client }: { readonly wait: number | true; readonly client: BidaClient<UncheckedPayloads> },
): Promise<ExitStatus | "late"> {
  try {
    return exitStatusOfEnd(await client.waitUntilFinished(id, wait === true ? {} : { timeoutMs: wait }));
  } catch (error) {
    if (error instanceof NotFinished) return "late";
    throw error;
  }
}
