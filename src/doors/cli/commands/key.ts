/**
 * Makes an API key: prints the key to stdout, once, and the line for the configuration to stderr.
 */
import { Option, type Command } from "commander";
import { examples, onThisMachine, type Cli, type JsonOption } from "../cli.ts";
import { EXIT, UsageError } from "../exit-status.ts";
import { collect } from "../flags.ts";
import { ROLES, type Role } from "../../../operations/caller.ts";
import { newKey, type NewKeyHolder } from "../new-key.ts";

interface KeyOptions extends JsonOption {
  readonly role: Role;
  readonly account?: readonly string[];
}

const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/i;

export function addKey(program: Command, cli: Cli): void {
  const key = program.command("key").description("API keys");
  const command = key
    .command("new")
    .description("make an API key; it is shown once and kept nowhere")
    .argument("<name>", "its owner, shown on timelines and in the audit")
    .addOption(new Option("--role <role>", "what it may do").choices(ROLES).makeOptionMandatory())
    .option("--account <name>", "an account of the producer; may be given again", collect);
  onThisMachine<KeyOptions>({ command, cli }, ({ args: [name = ""], options, out }) => {
    const { key, yaml, entry } = newKey(holderOf(name, options));
    if (out.isJson) {
      out.json({ key, entry, yaml });
      return EXIT.ok;
    }
    out.data(key);
    out.say("Shown once: keep it safe. Add this line under api.keys in the configuration:");
    out.remark(`    ${yaml}`);
    return EXIT.ok;
  });
  examples(command, [
    "bida key new oa --role producer --account yzj --account hn",
    "bida key new ops --role operator > ops.key",
  ]);
}

function holderOf(name: string, { role, account = [] }: KeyOptions): NewKeyHolder {
  if (!NAME.test(name)) throw new UsageError("expected a name of letters, digits, - and _");
  const wrong = account.find((one) => !NAME.test(one));
  if (wrong !== undefined) throw new UsageError("--account: expected a name of letters, digits, - and _");
  switch (role) {
    case "viewer":
    case "operator":
    case "admin":
    case "metrics":
      if (account.length > 0) throw new UsageError(`--account: is a producer's; this role has all accounts`);
      return { name, role };
    case "producer":
      if (account.length === 0) throw new UsageError("--account: a producer needs at least one");
      return { name, role, accounts: account };
  }
}
