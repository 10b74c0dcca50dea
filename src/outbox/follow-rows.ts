/**
 * Follows acknowledged rows to the end of their deliveries, and deletes rows after their `keep` time.
 *
 * Each pass reads all open rows, page by page. Dead and discarded rows are read too, but seldom, because they
 * may be replayed. A row that another session has locked is left for the next pass.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { FollowedRow, FollowedStatus, Outbox, OutboxPorts, OutboxTable, RowEnding } from "./ports.ts";
import type { TableRound } from "./table-loop.ts";

const PAGE = 500;
/** Limits the reads of Redis to a few thousand a second, however large the backlog. */
const BETWEEN_PAGES_MS = 50;
const MOST_DELETED = 1_000;

interface Following {
  readonly table: OutboxTable;
  readonly outbox: Outbox;
  readonly ports: OutboxPorts;
}

/** Returns how many rows were changed. */
export async function followRows(
  status: FollowedStatus,
  { following: { table, outbox, ports }, signal, progressed }: { readonly following: Following } & TableRound,
): Promise<number> {
  let [after, changed] = ["0", 0];
  for (;;) {
    const rows = await table.followed(status, { after, most: PAGE });
    const last = rows.at(-1);
    if (last === undefined || signal.aborted) break;
    const endings = await changesOf(status, { rows, ports });
    if (endings.length > 0) changed += await table.finish(endings);
    progressed();
    if (rows.length < PAGE) break;
    after = last.id;
    await sleep(BETWEEN_PAGES_MS, undefined, { signal }).catch(() => undefined);
  }
  if (changed > 0) ports.emit({ event: "outbox.followed", outbox: outbox.name, ended: changed });
  return changed;
}

async function changesOf(
  status: FollowedStatus,
  { rows, ports: { endings } }: { readonly rows: readonly FollowedRow[]; readonly ports: OutboxPorts },
): Promise<RowEnding[]> {
  const byAccount = Map.groupBy(rows, ({ account }) => account);
  const changes = await Promise.all(
    [...byAccount].map(async ([account, ofAccount]) => {
      const ended = await endings(
        account,
        ofAccount.map(({ deliveryId }) => deliveryId),
      );
      return ofAccount.flatMap(({ id, deliveryId }) =>
        changeOf(status, { id, ending: ended.get(deliveryId) ?? null }),
      );
    }),
  );
  return changes.flat();
}

function changeOf(
  status: FollowedStatus,
  { id, ending }: { readonly id: string; readonly ending: RowEnding["ending"] },
): RowEnding[] {
  const stays = (ending?.status ?? "acknowledged") === status;
  return stays ? [] : [{ id, ending }];
}

/** Deletes rows after their `keep` time; resolves when none is left. */
export async function deleteEnded({ table, outbox }: Following, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const deleted = await table.deleteEnded(outbox.keepMs, MOST_DELETED);
    if (deleted < MOST_DELETED) return;
  }
}
