/**
 * The table of who may do what as Markdown: docs/api-roles.md.
 */
import { ROLES } from "../../operations/caller.ts";
import { may } from "./access.ts";
import type { Call } from "./call.ts";

export function rolesPage(contract: readonly Call[]): string {
  const rows = contract.flatMap((call) => [
    row(call.role, { call: `${call.method} ${call.path}`, summary: call.summary }),
    ...(call.withheld === undefined
      ? []
      : [row(call.withheld.role, { call: `… with include=${call.withheld.include}`, summary: "" })]),
  ]);
  return `# Who may do what

Made from the contract by \`npm run openapi\`; not edited by hand.

Each key under \`api.keys\` has a role. A \`viewer\` reads, but sees no payload. A \`producer\` enqueues, and sees the
deliveries of its accounts, dead letters too. An \`operator\` also replays, discards and pauses. An \`admin\` also releases
and retires accounts, erases recipients, and ends other people's sessions. A \`metrics\` key reads metrics.
\`bida key new NAME --role ROLE\` makes a key.

| call | | ${ROLES.join(" | ")} |
| --- | --- | ${ROLES.map(() => ":-:").join(" | ")} |
${rows.join("\n")}
`;
}

function row(
  access: Call["role"],
  { call, summary }: { readonly call: string; readonly summary: string },
): string {
  const cells = ROLES.map((role) => (access === "public" ? "(no key)" : may(role, access) ? "✔" : "–"));
  return `| \`${call}\` | ${summary.replaceAll("|", "\\|")} | ${cells.join(" | ")} |`;
}
