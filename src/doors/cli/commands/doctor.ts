/**
 * Finds what is broken, and says how to mend it.
 */
import type { Command } from "commander";
import { headingIn } from "../../../language/say.ts";
import type { CliEnvironment, Finding } from "../environment.ts";
import { examples, onThisMachine, type Cli, type JsonOption } from "../cli.ts";
import { EXIT } from "../exit-status.ts";
import type { Output } from "../output.ts";
import { padTo, printable } from "../table.ts";

export function addDoctor(program: Command, cli: Cli): void {
  const command = program
    .command("doctor")
    .description(
      "check the configuration, Redis, the platforms and the progress, and say how to repair faults",
    )
    .option("--config <file>", "default: BIDA_CONFIG, or bida.yaml")
    .option("--url <url>", "the API (default: BIDA_URL, or http://127.0.0.1:8080)")
    .option("--key-file <file>", "a file that holds the API key (default: BIDA_KEY)");
  onThisMachine<DoctorOptions>({ command, cli }, async ({ options, out }) => {
    const here = options.url === undefined ? await cli.context.diagnose({ config: options.config }) : null;
    const findings = here ?? (await askApi(options, { context: cli.context, out }));
    const broken = findings.filter(({ verdict }) => verdict === "broken").length;
    const warnings = findings.filter(({ verdict }) => verdict === "warning").length;
    if (out.isJson) out.json({ ok: broken === 0, broken, warnings, findings });
    else for (const finding of findings) out.data(textOf(finding, out));
    out.say("{broken} broken, {warnings} to look at.", { broken, warnings });
    return broken === 0 ? EXIT.ok : EXIT.failed;
  });
  examples(command, ["bida doctor", "bida doctor --json | jq '.findings[] | select(.verdict != \"ok\")'"]);
}

interface DoctorOptions extends JsonOption {
  readonly config?: string;
  readonly url?: string;
  readonly keyFile?: string;
}

/** Without a configuration on this machine, the API is asked, which examines its own environment. */
async function askApi(
  { url, keyFile }: DoctorOptions,
  { context: { openConnection }, out }: { readonly context: CliEnvironment; readonly out: Output },
): Promise<readonly Finding[]> {
  const connection = await openConnection({ url, keyFile });
  try {
    if (url === undefined)
      out.say("There is no bida.yaml here: asking the API at {where}.", { where: connection.where });
    return await connection.client.doctor();
  } finally {
    await connection.close();
  }
}

function textOf({ about, verdict, found, mend }: Finding, out: Output): string {
  const said = (text: string): string => printable(out.inWords(text));
  const mark = padTo(8, headingIn(verdict, out.language));
  const line = `${mark} ${said(about)}${out.language === "zh" ? "：" : ": "}${said(found)}\n`;
  return mend === null ? line : `${line}${" ".repeat(9)}→ ${said(mend)}\n`;
}
