/**
 * Shows whose key this is; lists, ends and opens sessions of the console.
 */
import type { Command } from "commander";
import type { Session } from "../../client/types.ts";
import { withConnection, examples, type Cli, type JsonOption } from "../cli.ts";
import { EXIT } from "../exit-status.ts";
import { localTime } from "../moments.ts";
import type { Column } from "../table.ts";

const COLUMNS: readonly Column<Session>[] = [
  { title: "NAME", of: ({ name }) => name },
  { title: "SINCE", of: ({ createdAt }) => localTime(createdAt) },
  { title: "USED", of: ({ usedAt }) => localTime(usedAt), goes: 3 },
  { title: "ADDRESS", of: ({ address }) => address, goes: 2 },
  { title: "BROWSER", of: ({ agent }) => agent, goes: 1 },
  { title: "ID", of: ({ id }) => id },
];

export function addSessions(program: Command, cli: Cli): void {
  addWhoami(program, cli);
  const sessions = program.command("sessions").description("who is logged in to the console");
  const list = sessions
    .command("list", { isDefault: true })
    .description("an admin sees everybody, others themselves");
  withConnection<JsonOption>({ command: list, cli }, async ({ client, out }) => {
    const items = await client.sessions.list();
    if (out.isJson) out.json({ items });
    else out.table(COLUMNS, items);
    return EXIT.ok;
  });
  const end = sessions
    .command("end")
    .description("log somebody out")
    .argument("<id>", "as the list shows it");
  withConnection<JsonOption>({ command: end, cli }, async ({ args: [id = ""], client, out }) => {
    await client.sessions.end(id);
    if (out.isJson) out.json({ ended: true });
    else out.say("It has ended.");
    return EXIT.ok;
  });
  const link = sessions
    .command("link")
    .description("a link that logs in to the console once, within ten minutes");
  withConnection<JsonOption>({ command: link, cli }, async ({ client, out }) => {
    const made = await client.sessions.makeLink();
    if (out.isJson) out.json(made);
    else out.data(made.path);
    return EXIT.ok;
  });
  examples(sessions, ["bida sessions", "bida sessions end 5Jq…", "bida sessions link"]);
}

function addWhoami(program: Command, cli: Cli): void {
  const command = program.command("whoami").description("whose key this is, and what it may do");
  withConnection<JsonOption>({ command, cli }, async ({ client, out }) => {
    const me = await client.me();
    const { name, role, accounts, environment } = me;
    const where = environment === null ? "" : ` on ${environment.name}`;
    if (out.isJson) out.json(me);
    else out.data(`${name}: ${role}${where}, accounts: ${accounts?.join(", ") ?? "all"}`);
    return EXIT.ok;
  });
  examples(command, ["bida whoami"]);
}
