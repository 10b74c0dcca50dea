/**
 * How an account's platform alters the schedules that it stores, as seen on accepted creates.
 */
import { say } from "../language/say.ts";
import { warning, type Finding } from "./finding.ts";

export function alterationFindings(account: string, kinds: readonly string[]): Finding[] {
  if (kinds.length === 0) return [];
  const found = say("its platform shows schedules with other texts or times than were sent: {kinds}", {
    kinds: kinds.join(", "),
  });
  const mend = say(
    "Nothing need be done where only form changes. Where characters are lost, send texts without them: a lost answer cannot be settled by what is shown.",
  );
  return [warning({ about: say("account {account}", { account }), found, mend })];
}
