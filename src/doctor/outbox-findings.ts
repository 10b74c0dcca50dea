/**
 * Outboxes: whether each table can be used, and how many rows wait or were refused.
 */
import { messageOf } from "../delivery/error-words.ts";
import type { Config, OutboxConfig } from "../config/config.ts";
import { openTable } from "../outbox/open-table.ts";
import type { OutboxCounts } from "../outbox/ports.ts";
import { tableSettings } from "../app/outbox.ts";
import { say } from "../language/say.ts";
import { broken, lasting, ok, warning, type Finding } from "./finding.ts";

/** A running relay takes a row within a second or two. */
const WAITS_TOO_LONG_MS = 60_000;

export async function outboxFindings({ outboxes }: Config): Promise<Finding[]> {
  const found = await Promise.all(Object.entries(outboxes).map(([name, outbox]) => lookAt(name, outbox)));
  return found.flat();
}

async function lookAt(name: string, outbox: OutboxConfig): Promise<Finding[]> {
  const about = say("outbox {name}", { name });
  try {
    const table = await openTable(tableSettings(outbox));
    try {
      await table.verify();
      return findingsOf({ about, table: outbox.table }, await table.counts());
    } finally {
      await table.close();
    }
  } catch (error) {
    const mend = say(
      "Check outboxes.{name} and the user's rights; deploy/sql/ has the table {table}, and docs/outbox.md the rights.",
      { name, table: outbox.table },
    );
    return [
      broken({ about, found: say("its table cannot be used: {why}", { why: messageOf(error) }), mend }),
    ];
  }
}

function findingsOf(
  { about, table }: { readonly about: string; readonly table: string },
  { waiting, oldestWaitingMs, refused }: OutboxCounts,
): Finding[] {
  const rows =
    waiting === 0
      ? ok(about, say("no row waits"))
      : oldestWaitingMs < WAITS_TOO_LONG_MS
        ? ok(about, say("rows that wait: {waiting}", { waiting }))
        : warning({
            about,
            found: say("rows that wait: {waiting}, the oldest for {time}", {
              waiting,
              time: lasting(oldestWaitingMs),
            }),
            mend: say(
              "Start bida outbox; if one runs, look at its log and at the account's backlog: bida accounts.",
            ),
          });
  if (refused === 0) return [rows];
  const mend = say(
    "SELECT id, errors FROM {table} WHERE status = 'refused' shows what is wrong in each; correct it and set status = 'waiting', or delete it.",
    { table },
  );
  return [rows, warning({ about, found: say("rows that were refused: {refused}", { refused }), mend })];
}
