/**
 * Outboxes: whether each table can be used, and how many rows wait or were refused.
 */
import { messageOf } from "../delivery/error-words.ts";
import type { Config, OutboxConfig } from "../config/config.ts";
import { openTable } from "../outbox/open-table.ts";
import { MOST_UNSERVED, UNSERVED, type OutboxCounts, type OutboxTable } from "../outbox/ports.ts";
import { SameTable } from "../outbox/same-table.ts";
import { tableSettings } from "../app/outbox.ts";
import { say } from "../language/say.ts";
import { broken, lasting, ok, warning, type Finding } from "./finding.ts";

/** A running relay takes a row within a second or two. */
const WAITS_TOO_LONG_MS = 60_000;

interface Opened {
  readonly name: string;
  readonly table: OutboxTable | null;
  readonly findings: readonly Finding[];
}

export async function outboxFindings({ outboxes }: Config): Promise<Finding[]> {
  const opened = await Promise.all(Object.entries(outboxes).map(([name, outbox]) => lookAt(name, outbox)));
  try {
    const findings: Finding[] = [];
    const sameTable = new SameTable(Object.keys(outboxes));
    for (const one of opened) findings.push(...one.findings, ...(await sharedFindings(one, sameTable)));
    return findings;
  } finally {
    await Promise.all(opened.map(async ({ table }) => table?.close()));
  }
}

async function sharedFindings({ name, table }: Opened, sameTable: SameTable): Promise<Finding[]> {
  const about = say("outbox {name}", { name });
  if (table === null) return [];
  const owner = await sameTable.ownerOf(name, table).catch(() => null);
  if (owner === null) return [];
  return [
    broken({
      about,
      found: say("its table is that of the outbox {owner}, by another name of the same database", { owner }),
      mend: say(
        "Remove outboxes.{name}: a row's key contains the outbox's name, so two outboxes can deliver a row twice.",
        { name },
      ),
    }),
  ];
}

/** Leaves the table open. */
async function lookAt(name: string, outbox: OutboxConfig): Promise<Opened> {
  const about = say("outbox {name}", { name });
  let table: OutboxTable | null = null;
  try {
    table = await openTable(tableSettings(outbox));
    await table.verify();
    return { name, table, findings: findingsOf({ about, table: outbox.table }, await table.counts()) };
  } catch (error) {
    const mend = say(
      "Check outboxes.{name} and the user's rights; deploy/sql/ has the table {table}, and docs/outbox.md the rights.",
      { name, table: outbox.table },
    );
    const found = say("its table cannot be used: {why}", { why: messageOf(error) });
    return { name, table, findings: [broken({ about, found, mend })] };
  }
}

function findingsOf(
  { about, table }: { readonly about: string; readonly table: string },
  { waiting, oldestWaitingMs, refused, unserved }: OutboxCounts,
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
  return [
    rows,
    ...refusedFindings(refused, { about, table }),
    ...unservedFindings(unserved, { about, table }),
  ];
}

interface Place {
  readonly about: string;
  readonly table: string;
}

function refusedFindings(refused: number, { about, table }: Place): Finding[] {
  if (refused === 0) return [];
  const mend = say(
    "SELECT id, errors FROM {table} WHERE status = 'refused' shows what is wrong in each; correct it and set status = 'waiting', or delete it.",
    { table },
  );
  return [warning({ about, found: say("rows that were refused: {refused}", { refused }), mend })];
}

function unservedFindings(unserved: number, { about, table }: Place): Finding[] {
  if (unserved === 0) return [];
  const count = unserved === MOST_UNSERVED ? say("{most} or more", { most: MOST_UNSERVED }) : `${unserved}`;
  const mend = say(
    "SELECT id, status, delivery_id, lane_part FROM {table} WHERE {condition} shows them. A new row has the status 'waiting'; set that where the order is to be sent. The table in deploy/sql/ keeps such rows out: it has a CHECK on status, and computes lane_part.",
    { table, condition: UNSERVED.replaceAll(/\s+/g, " ") },
  );
  return [
    broken({
      about,
      found: say("rows that no relay serves (an unknown status, no delivery_id, or no lane_part): {count}", {
        count,
      }),
      mend,
    }),
  ];
}
