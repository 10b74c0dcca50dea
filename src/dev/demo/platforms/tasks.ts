/**
 * Tasks of Hainan: one for each assignee. A repeated create with the same bizTaskId stores nothing, so only
 * stored tasks count.
 */
import { countLies, exampleFile, renamed, type DemoPart } from "./scenario.ts";

export const tasks: DemoPart = {
  name: "tasks",
  account: "hn",
  file: exampleFile("tasks"),
  again: (input, round) => ({
    ...input,
    key: renamed(input.key, round),
    payload: { ...input.payload, subject: `${String(input.payload["subject"])} ${round + 1}` },
  }),
  judge: (deliveries, ledger) => {
    const nameOf = (subject: unknown, assignee: string): string => `${String(subject)} ${assignee}`;
    const stored = new Map<string, number>();
    for (const { subject, assigneeId, stores } of ledger.tasks) {
      const name = nameOf(subject, assigneeId);
      stored.set(name, (stored.get(name) ?? 0) + stores);
    }
    return {
      duplicates: [...stored.values()].reduce((sum, stores) => sum + stores - 1, 0),
      lies: countLies(deliveries, ({ payload, state }) =>
        state.recipients.every(({ id }) => stored.has(nameOf(payload["subject"], id))),
      ),
    };
  },
};
