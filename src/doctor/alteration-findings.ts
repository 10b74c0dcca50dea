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
    "If only the form changes, nothing need be done. If characters are lost, send texts without them: otherwise no check can settle a lost answer.",
  );
  return [warning({ about: say("account {account}", { account }), found, mend })];
}
