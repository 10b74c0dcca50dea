/**
 * Finds what is broken, and says how to mend it.
 */
import type { Command } from "commander";
import { examples, onThisMachine, type Cli, type JsonOption } from "../cli.ts";
import { EXIT } from "../exit-status.ts";
import type { Finding } from "../environment.ts";
import { padTo, printable } from "../table.ts";

const MARKS: Readonly<Record<Finding["verdict"], string>> = {
  ok: "ok",
  warning: "warning",
  broken: "broken",
};

export function addDoctor(program: Command, cli: Cli): void {
  const command = program
    .command("doctor")
    .description(
      "look at the configuration, Redis, the platforms and the work, and say how to mend what is broken",
    )
    .option("--config <file>", "default: BIDA_CONFIG, or bida.yaml");
  onThisMachine<JsonOption & { config?: string }>(command, cli, async ({ options, out }) => {
    const findings = await cli.context.diagnose({ config: options.config });
    const broken = findings.filter(({ verdict }) => verdict === "broken").length;
    const warnings = findings.filter(({ verdict }) => verdict === "warning").length;
    if (out.isJson) out.json({ ok: broken === 0, broken, warnings, findings });
    else for (const finding of findings) out.data(textOf(finding, (text) => out.inWords(text)));
    out.say("{broken} broken, {warnings} to look at.", { broken, warnings });
    return broken === 0 ? EXIT.ok : EXIT.failed;
  });
  examples(command, ["bida doctor", "bida doctor --json | jq '.findings[] | select(.verdict != \"ok\")'"]);
}

function textOf({ about, verdict, found, mend }: Finding, inWords: (text: string) => string): string {
  const line = `${padTo(8, MARKS[verdict])} ${inWords(about)}: ${printable(inWords(found))}\n`;
  return mend === null ? line : `${line}${" ".repeat(9)}→ ${printable(inWords(mend))}\n`;
}
