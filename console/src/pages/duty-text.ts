/** How things are, as a few lines that are sent to a chat: what needs somebody first, all links beneath. */
import type { AccountState, DeadLetterGroups } from "../../../src/doors/client/types.ts";
import type { Words } from "../words/en.ts";
import { conditionOf, countOf, worstFirst } from "./account-state.ts";

const MOST_GROUPS = 5;

export function dutyText(
  accounts: readonly AccountState[],
  {
    groups,
    words: w,
    at,
    link,
  }: {
    readonly groups: DeadLetterGroups["items"];
    readonly words: Words;
    readonly at: string;
    readonly link: string;
  },
): string {
  const sum = (status: "dead" | "confirmed"): number =>
    accounts.reduce((total, account) => total + countOf(account, status), 0);
  const backlog = accounts.reduce((total, account) => total + account.backlog, 0);
  const troubled = worstFirst(accounts).filter(
    (account) => conditionOf(account) !== "running" || countOf(account, "dead") > 0,
  );
  return [
    `Bida ${at} · ${w.overview.dead} ${sum("dead")} · ${w.overview.backlog} ${backlog} · ${w.overview.confirmed} ${sum("confirmed")}`,
    ...troubled.map((account) => {
      const state = w.account[conditionOf(account)];
      return `${account.name}: ${state} · ${w.account.dead} ${countOf(account, "dead")} · ${w.account.backlog} ${account.backlog}`;
    }),
    ...groups
      .slice(0, MOST_GROUPS)
      .map(({ account, operation, reason, code, count, state, mark }) =>
        [
          `${count} × ${reason === null ? "–" : w.reason[reason]}${code === null ? "" : ` ${code}`}`,
          `${account} ${operation}`,
          [w.dead.states[state], mark?.assignee ?? ""].join(" ").trim(),
        ].join(" · "),
      ),
    link,
  ].join("\n");
}
