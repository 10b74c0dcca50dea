/**
 * Shows the accounts; pauses, resumes, probes, releases and retires one.
 */
import type { Command } from "commander";
import { say } from "../../../language/say.ts";
import type { AccountDetail, AccountState, RetiredAccount } from "../../client/types.ts";
import { withConnection, examples, type Cli, type JsonOption } from "../cli.ts";
import { EXIT, UsageError } from "../exit-status.ts";
import { future, localTime, spoken } from "../moments.ts";
import type { Output } from "../output.ts";
import type { Column } from "../table.ts";

const COLUMNS: readonly Column<AccountState>[] = [
  { title: "ACCOUNT", of: ({ name }) => name },
  { title: "PLATFORM", of: ({ platform }) => platform, goes: 2 },
  { title: "STATE", isSaid: true, of: stateOf, isCut: true },
  { title: "QUEUED", of: ({ counts }) => counts["queued"] ?? 0 },
  { title: "SENDING", of: ({ counts }) => counts["sending"] ?? 0, goes: 4 },
  { title: "RETRYING", of: ({ counts }) => counts["retrying"] ?? 0, goes: 5 },
  { title: "CONFIRMING", of: ({ counts }) => counts["confirming"] ?? 0, goes: 7 },
  { title: "CONFIRMED", of: ({ counts }) => counts["confirmed"] ?? 0, goes: 3 },
  { title: "DEAD", of: ({ counts }) => counts["dead"] ?? 0 },
  { title: "OLDEST", of: ({ oldestAgeMs }) => (oldestAgeMs === null ? null : spoken(oldestAgeMs)), goes: 6 },
  { title: "TOKENS", of: tokensOf, goes: 1 },
];

function stateOf({ configured, retired, pause, breaker: { state, until, of } }: AccountState): string {
  if (retired) return say("retired");
  if (!configured) return say("not in the configuration");
  if (pause !== null && pause.until === null) return say("paused");
  if (pause !== null) return say("paused until {time}", { time: localTime(pause.until) ?? "" });
  const probedAt = localTime(until);
  switch (state) {
    case "closed":
      return say("running");
    case "open":
      if (probedAt === null) return say("broken off until the next probe");
      if (of === "sends") return say("sends broken off until {time}", { time: probedAt });
      if (of === "checks") return say("checks broken off until {time}", { time: probedAt });
      return say("broken off until {time}", { time: probedAt });
    case "held":
      return say("held: unauthorized");
  }
}

function tokensOf({ tokens }: AccountState): string | null {
  if (tokens.length === 0) return null;
  return tokens.map(({ scope, ageMs }) => `${scope} ${ageMs === null ? "-" : spoken(ageMs)}`).join(", ");
}

export function addAccounts(program: Command, cli: Cli): void {
  const accounts = program
    .command("accounts")
    .alias("account")
    .description("the state of the accounts; pause, resume and retire them");
  const list = accounts.command("ls", { isDefault: true }).description("the state of the accounts");
  withConnection<JsonOption>({ command: list, cli }, async ({ client, out }) => {
    const items = await client.accounts();
    show(items, out);
    return EXIT.ok;
  });
  addShow(accounts, cli);
  const acts = [
    ["pause", "accept deliveries, but make no calls to the platform", "Paused."],
    ["resume", "go on", "It is active again."],
  ] as const;
  for (const [name, description, said] of acts) {
    const command = accounts
      .command(name)
      .description(description)
      .argument("<account>", "its name in the configuration")
      .option("--note <text>", "why, for the audit");
    if (name === "pause")
      command.option("--until <time>", "when it resumes by itself: 2h from now, or a date");
    withConnection<JsonOption & { note?: string; until?: string }>(
      { command, cli },
      async ({ args: [account = ""], options: { note, until }, client, out }) => {
        const end =
          until === undefined ? undefined : future(until, { flag: "--until", now: cli.context.now() });
        const changed =
          name === "pause"
            ? await client.pauseAccount(account, { note, until: end })
            : await client.resumeAccount(account, note);
        show([changed], out);
        out.say(said);
        return EXIT.ok;
      },
    );
  }
  addProbe(accounts, cli);
  addRelease(accounts, cli);
  addRetire(accounts, cli);
  examples(accounts, [
    "bida accounts",
    'bida account retire old --note "merged into yzj"',
    'bida accounts pause yzj --until 2h --note "the platform is being upgraded"',
  ]);
}

const ERROR_COLUMNS: readonly Column<AccountDetail["errors"][number]>[] = [
  { title: "AT", of: ({ at }) => localTime(at) },
  { title: "KIND", of: ({ of }) => of },
  { title: "WHY", of: ({ outcome }) => outcome },
  { title: "ID", of: ({ id }) => id },
  { title: "OPERATION", of: ({ operation }) => operation, goes: 1 },
  { title: "DETAIL", isSaid: true, of: ({ detail }) => detail },
];

const BREAKER_COLUMNS: readonly Column<AccountDetail["breakerChanges"][number]>[] = [
  { title: "AT", of: ({ at }) => localTime(at) },
  { title: "STATE", of: ({ state, of }) => (of === null || of === "all" ? state : `${state} (${of})`) },
  { title: "NEXT", of: ({ until }) => localTime(until) },
];

function addShow(accounts: Command, cli: Cli): void {
  const command = accounts
    .command("show")
    .description("one account: its latest errors, and how its breaker changed")
    .argument("<account>", "its name in the configuration");
  withConnection<JsonOption>({ command, cli }, async ({ args: [name = ""], client, out }) => {
    const account = await client.account(name);
    if (out.isJson) {
      out.json(account);
      return EXIT.ok;
    }
    show([account], out);
    if (account.breakerChanges.length > 0) out.data("");
    out.table(BREAKER_COLUMNS, account.breakerChanges);
    if (account.errors.length > 0) out.data("\n");
    out.table(ERROR_COLUMNS, account.errors);
    if (account.errors.length === 0) out.say("Nothing has lately gone wrong.");
    return EXIT.ok;
  });
  examples(command, ["bida accounts show yzj", "bida accounts show yzj --json | jq .settings"]);
}

function addProbe(accounts: Command, cli: Cli): void {
  const command = accounts
    .command("probe")
    .description(
      "try its credentials now, with calls that change nothing; ends a hold if the platform accepts them",
    )
    .argument("<account>", "its name in the configuration")
    .option("--note <text>", "why, for the audit");
  withConnection<JsonOption & { note?: string }>(
    { command, cli },
    async ({ args: [account = ""], options, client, out }) => {
      const probed = await client.probeAccount(account, options.note);
      if (out.isJson) out.json(probed);
      else for (const { channel, credentials } of probed.channels) out.data(`${channel}: ${credentials}`);
      if (probed.released) out.say("It was held, and is active again.");
      return probed.channels.every(({ credentials }) => credentials === "taken") ? EXIT.ok : EXIT.failed;
    },
  );
}

function addRelease(accounts: Command, cli: Cli): void {
  const command = accounts
    .command("release")
    .description("end a hold or close a breaker without a call to the platform; needs the key of an admin")
    .argument("<account>", "its name in the configuration")
    .option("--note <text>", "why, for the audit");
  withConnection<JsonOption & { note?: string }>(
    { command, cli },
    async ({ args: [account = ""], options: { note }, client, out }) => {
      if (note === undefined) throw new UsageError("--note: is missing; say why, for the audit");
      show([await client.releaseAccount(account, note)], out);
      return EXIT.ok;
    },
  );
}

interface RetireOptions extends JsonOption {
  readonly note?: string;
  readonly force?: boolean;
}

function addRetire(accounts: Command, cli: Cli): void {
  const command = accounts
    .command("retire")
    .description("retire an account that has left the configuration; needs the key of an admin")
    .argument("<account>", "its name when it was in the configuration")
    .option("--note <text>", "why, for the audit and the dead letters")
    .option("--force", "end its unfinished deliveries at once, dead `unconfigured`");
  withConnection<RetireOptions>({ command, cli }, async ({ args: [account = ""], options, client, out }) => {
    const { note, force = false } = options;
    if (note === undefined) throw new UsageError("--note: is missing; say why, for the audit");
    const retired = await client.retireAccount(account, { note, force });
    if (out.isJson) out.json(retired);
    else out.remark(saidOf(retired));
    return EXIT.ok;
  });
}

function saidOf({ account, ended, remaining }: RetiredAccount): string {
  const known = {
    account,
    ended:
      ended === 1 ? say("{count} delivery", { count: ended }) : say("{count} deliveries", { count: ended }),
  };
  return remaining === 0
    ? say("Retired {account}: {ended} ended.", known)
    : say("Retired {account}: {ended} ended; a worker ends {remaining} more within a minute.", {
        ...known,
        remaining,
      });
}

function show(items: readonly AccountState[], out: Output): void {
  if (out.isJson) out.json({ items });
  else out.table(COLUMNS, items);
}
