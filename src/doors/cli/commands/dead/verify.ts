/**
 * Verifies dead letters now: asks the platform whether they are there after all, and sends nothing.
 */
import type { Command } from "commander";
import type { FixedSentence } from "../../../../language/say.ts";
import type { Verified } from "../../../client/types.ts";
import { withConnection, examples, type Cli, type ConnectionTask } from "../../cli.ts";
import { EXIT, UsageError, exitStatusOf, exitStatusOfMany, type ExitStatus } from "../../exit-status.ts";
import { padTo, printable } from "../../table.ts";
import { isForMany, withBulk } from "./act.ts";
import { actOnMany, type BulkOptions } from "./act-on-many.ts";

interface VerifyOptions extends BulkOptions {
  readonly receiptFound?: string;
  readonly takesAltered?: boolean;
}

export function addVerify(dead: Command, cli: Cli): void {
  const command = withBulk(
    dead
      .command("verify")
      .description("check whether dead letters are on the platform after all; nothing is sent")
      .argument("[ids...]", "the deliveries' ids, or flags that select them")
      .option("--note <text>", "why, for the audit")
      .option(
        "--receipt-found <id>",
        "the platform's id of what you found there: it is checked and claimed for this delivery",
      )
      .option("--takes-altered", "with --receipt-found: even if it shows other values than were sent"),
    "checks a second (default 5)",
  );
  withConnection<VerifyOptions>({ command, cli }, async (task) => {
    const { args, options, client } = task;
    const { note, receiptFound, takesAltered } = options;
    const noted = note === undefined ? {} : { note };
    if (receiptFound !== undefined && args.length !== 1)
      throw new UsageError("--receipt-found: expected one id, the delivery that it belongs to");
    if (isForMany(task, cli))
      return actOnMany(
        { kind: "verify", begin: (order) => client.deadLetters.verifyMany({ ...order, ...noted }) },
        { task, cli },
      );
    const question = {
      ...noted,
      ...(receiptFound === undefined ? {} : { receipt: receiptFound }),
      ...(takesAltered === true ? { takesAltered } : {}),
    };
    const fates: ExitStatus[] = [];
    for (const id of args) fates.push(await verifyOne(id, { question, task }));
    return exitStatusOfMany(fates);
  });
  examples(command, [
    "bida dead verify d01J…",
    'bida dead verify d01J… --receipt-found 5b33… --note "found it in the calendar"',
    "bida dead verify --reason unproven --since 8h --yes",
  ]);
}

type Question = Parameters<ConnectionTask<VerifyOptions>["client"]["deadLetters"]["verify"]>[1];

async function verifyOne(
  id: string,
  {
    question,
    task: { client, out },
  }: { readonly question: Question; readonly task: Pick<ConnectionTask<VerifyOptions>, "client" | "out"> },
): Promise<ExitStatus> {
  try {
    const verified = await client.deadLetters.verify(id, question);
    if (out.isJson) out.json(verified);
    else out.data(textOf(verified, (text) => out.inWords(text)));
    return verified.verdict === "there" ? EXIT.ok : EXIT.failed;
  } catch (error) {
    out.failure(error, id);
    return exitStatusOf(error);
  }
}

const VERDICTS: Readonly<Record<Verified["verdict"], FixedSentence>> = {
  there: "it is there: confirmed",
  absent: "not found now; a replay checks again before it sends",
  partly: "there for some of its recipients",
  unknown: "the platform's answer proves nothing",
};

function textOf(
  { verdict, delivery, recipients, candidates }: Verified,
  inWords: (text: string) => string,
): string {
  const seen = recipients.map(
    ({ recipient, seen, detail }) =>
      `  ${padTo(24, printable(recipient))} ${seen}${detail === null ? "" : `: ${printable(detail)}`}\n`,
  );
  const found = candidates.map(({ id, detail }) => `  ${printable(id)} (${printable(detail)})\n`);
  return [
    `${delivery.id} ${inWords(VERDICTS[verdict])}\n`,
    ...seen,
    ...(found.length === 0
      ? []
      : [
          `${inWords("these may be this delivery and belong to no other one; look at them, then use --receipt-found:")}\n`,
          ...found,
        ]),
  ].join("");
}
