/**
 * The table in MySQL or MariaDB (`deploy/sql/mysql.sql`).
 *
 * Rows are changed under locks that were taken without waiting: a row that a transaction of the business system
 * keeps locked is skipped. Servers that cannot skip locked rows (MySQL 5.7, MariaDB before 10.6) wait a second for each.
 *
 * The lock of a part is a named lock of the session (GET_LOCK), so it ends with the session. Such names are
 * global to the server and at most 64 characters long, so they contain a digest of database and table.
 */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection, QueryError, ResultSetHeader, RowDataPacket } from "mysql2/promise";
import { within } from "../waiting/waiting.ts";
import {
  ANSWER_WITHIN_MS,
  CONNECT_WITHIN_MS,
  MOST_SILENT_MS,
  quotedName,
  tlsOf,
  type TableSettings,
} from "./address.ts";
import { fitting, repertoireOfCharset, type Repertoire } from "./fitting-text.ts";
import type {
  FollowedRow,
  FollowedStatus,
  OutboxCounts,
  OutboxRow,
  OutboxTable,
  RowEnding,
  RowMark,
  WaitingPart,
  WaitingRow,
  WantedRows,
} from "./ports.ts";
import { LANE_PARTS, MOST_UNSERVED, OWN_COLUMNS, UNSERVED } from "./ports.ts";
import { MOST_JSON_BYTES } from "./read-row.ts";

const CLOSE_WITHIN_MS = 1_000;
/** How long a statement waits for a row's lock, in seconds, where locked rows cannot be left out; the least there is. */
const LOCK_WAIT_S = 1;
/** And where they can: then only a lock on a range of the index can stop it. */
const RANGE_LOCK_WAIT_S = 5;
/** Locked rows are looked for so often before nothing of a batch is taken. */
const MOST_LOOKS = 3;

/** Rejects when the database cannot be reached. */
export async function openMysql(settings: TableSettings): Promise<OutboxTable> {
  const { createConnection } = await import("mysql2/promise");
  const { host, port, user, password, database } = settings.address;
  const tls = tlsOf(settings);
  const connection = await createConnection({
    host,
    port,
    user,
    password,
    database,
    ...(tls === null ? {} : { ssl: tls }),
    charset: "utf8mb4",
    // Ids may be above 2^53; times are text in UTC.
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    connectTimeout: CONNECT_WITHIN_MS,
    enableKeepAlive: true,
  });
  const table = new MysqlTable(connection, settings);
  try {
    await table.prepare();
  } catch (error) {
    await table.close();
    throw error;
  }
  return table;
}

/** Whether it knows SKIP LOCKED. Pure. */
export function canSkipLocked(version: string): boolean {
  // A server may put 5.5.5- in front of it, for old clients.
  const [, major, minor] = /(\d+)\.(\d+)\.\d+-MariaDB/i.exec(version) ?? [];
  if (major !== undefined) return Number(major) > 10 || (Number(major) === 10 && Number(minor) >= 6);
  return Number.parseInt(version, 10) >= 8;
}

class MysqlTable implements OutboxTable {
  readonly #connection: Connection;
  /** The table's quoted name, for statements. */
  readonly #name: string;
  readonly #lockName: string;
  /** Its database and its own name. */
  readonly #place: readonly string[];
  #skipsLocked = false;
  /** By column. */
  #holds: ReadonlyMap<string, Repertoire> = new Map();

  constructor(connection: Connection, { table, address }: TableSettings) {
    this.#connection = connection;
    this.#name = quotedName(table, "`");
    const place = table.includes(".") ? table : `${address.database}.${table}`;
    this.#place = place.split(".");
    this.#lockName = `bida_outbox:${createHash("sha256").update(place).digest("hex").slice(0, 32)}`;
    // The current query, or the next one, reports the error.
    connection.on("error", () => undefined);
  }

  async prepare(): Promise<void> {
    const [{ version } = { version: "" }] = await this.#rows<{ version: string }>(
      "SELECT VERSION() AS version",
    );
    this.#skipsLocked = canSkipLocked(version);
    // `autocommit`: where the server's own setting is 0, a look would begin a transaction that never ends. It would see
    // no new rows, and its locks would stop the business system. `sql_mode`: the driver escapes with backslashes, which
    // the server's own mode may forbid, and nothing may be silently cut. `wait_timeout`: the session of a silent client
    // must end, and with it its locks; the server's default is eight hours.
    await this.#change(
      `SET autocommit = 1, sql_safe_updates = 0, time_zone = '+00:00', sql_mode = 'STRICT_TRANS_TABLES', wait_timeout = ${MOST_SILENT_MS / 1_000},
           innodb_lock_wait_timeout = ${this.#skipsLocked ? RANGE_LOCK_WAIT_S : LOCK_WAIT_S}`,
    );
    // Else a row that its producer deletes before it is locked leaves a lock on its gap, and nobody could insert until
    // the batch is marked. A server that logs statements changes nothing at this level.
    const [log] = await this.#rows<{ Value: string }>("SHOW VARIABLES LIKE 'binlog_format'");
    if (log?.Value !== "STATEMENT")
      await this.#change("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
  }

  async verify(): Promise<void> {
    await this.#rows(`SELECT ${COLUMNS}, ${OWN_COLUMNS} FROM ${this.#name} WHERE false`);
    await this.#change(`UPDATE ${this.#name} SET status = status WHERE false`);
    await this.#change(`DELETE FROM ${this.#name} WHERE false`);
    await this.#verifyTransactions();
    const columns = await this.#rows<{ name: string; charset: string | null }>(
      `SELECT LOWER(column_name) AS name, character_set_name AS charset FROM information_schema.columns
       WHERE table_schema = ? AND table_name = ?`,
      [...this.#place],
    );
    this.#holds = new Map(
      columns.map(({ name, charset }) => [name, repertoireOfCharset(charset ?? "utf8mb4")]),
    );
  }

  /** In a table without transactions a row stays although its transaction is rolled back, and would be delivered. */
  async #verifyTransactions(): Promise<void> {
    const [found] = await this.#rows<{ engine: string }>(
      `SELECT t.engine FROM information_schema.tables AS t JOIN information_schema.engines AS e ON e.engine = t.engine
       WHERE t.table_schema = ? AND t.table_name = ? AND e.transactions = 'NO'`,
      [...this.#place],
    );
    if (found !== undefined)
      throw new Error(
        `its engine ${found.engine} has no transactions, so rows of a rolled-back transaction would be delivered: ALTER TABLE ${this.#name} ENGINE = InnoDB`,
      );
  }

  #fitting(column: "errors" | "detail", text: string): string {
    return fitting(text, this.#holds.get(column) ?? "all");
  }

  async waitingParts(): Promise<readonly WaitingPart[]> {
    const parts = Array.from({ length: LANE_PARTS }, (_, part) => `SELECT ${part} AS part`).join(
      " UNION ALL ",
    );
    const rows = await this.#rows<{ part: number | string; firstId: string | null }>(
      `SELECT part, (SELECT CAST(o.id AS CHAR) FROM ${this.#name} AS o
                     WHERE status = 'waiting' AND lane_part = part ORDER BY o.id LIMIT 1) AS firstId
       FROM (${parts}) AS parts`,
    );
    return rows.flatMap(({ part, firstId }) => (firstId === null ? [] : [{ part: Number(part), firstId }]));
  }

  async lock(part: number): Promise<boolean> {
    const [row] = await this.#rows<{ locked: number | string | null }>("SELECT GET_LOCK(?, 0) AS locked", [
      `${this.#lockName}:${part}`,
    ]);
    return Number(row?.locked) === 1;
  }

  async unlock(part: number): Promise<void> {
    await this.#rows("SELECT RELEASE_LOCK(?)", [`${this.#lockName}:${part}`]);
  }

  async waiting(
    part: number,
    { withoutAccounts, withoutIds, most }: WantedRows,
  ): Promise<readonly WaitingRow[]> {
    const without: readonly (readonly [condition: string, list: readonly unknown[]])[] = [
      ["AND account NOT IN (?)", withoutAccounts],
      ["AND id NOT IN (?)", withoutIds.map(BigInt)],
    ];
    const given = without.filter(([, list]) => list.length > 0);
    const rows = await this.#rows<Omit<WaitingRow, "bytes"> & { readonly bytes: number | string }>(
      `SELECT CAST(id AS CHAR) AS id, account, lane, CASE WHEN ${FITS} THEN ${BYTES} ELSE 0 END AS bytes
       FROM ${this.#name} AS o
       WHERE status = 'waiting' AND lane_part = ? ${given.map(([condition]) => condition).join(" ")}
       ORDER BY o.id LIMIT ?`,
      [part, ...given.map(([, list]) => list), most],
    );
    return rows.map((row) => ({ ...row, bytes: Number(row.bytes) }));
  }

  async take(ids: readonly string[]): Promise<readonly OutboxRow[]> {
    await this.#change("START TRANSACTION");
    return this.#locked<OutboxRow>(COLUMNS, { ids, more: "AND status = 'waiting'" });
  }

  async mark(marks: readonly RowMark[]): Promise<void> {
    const acknowledged = marks.filter((mark) => mark.kind === "acknowledged");
    const refused = marks.filter((mark) => mark.kind === "refused");
    if (acknowledged.length > 0)
      await this.#change(
        `UPDATE ${this.#name} ${BY_ID}
         SET delivery_id = ${caseOf(acknowledged.length)}, status = 'acknowledged', errors = NULL,
             acknowledged_at = CURRENT_TIMESTAMP(3)
         WHERE id IN (?) AND status = 'waiting'`,
        [
          ...acknowledged.flatMap(({ id, deliveryId }) => [BigInt(id), deliveryId]),
          acknowledged.map(({ id }) => BigInt(id)),
        ],
      );
    if (refused.length > 0)
      await this.#change(
        `UPDATE ${this.#name} ${BY_ID} SET errors = ${caseOf(refused.length)}, status = 'refused'
         WHERE id IN (?) AND status = 'waiting'`,
        [
          ...refused.flatMap(({ id, errors }) => [
            BigInt(id),
            this.#fitting("errors", JSON.stringify(errors)),
          ]),
          refused.map(({ id }) => BigInt(id)),
        ],
      );
    await this.#change("COMMIT");
  }

  async followed(
    status: FollowedStatus,
    { after, most }: { readonly after: string; readonly most: number },
  ): Promise<readonly FollowedRow[]> {
    return this.#rows<FollowedRow>(
      `SELECT CAST(id AS CHAR) AS id, account, delivery_id AS deliveryId FROM ${this.#name} AS o
       WHERE status = ? AND id > ? AND delivery_id IS NOT NULL ORDER BY o.id LIMIT ?`,
      [status, BigInt(after), most],
    );
  }

  async finish(endings: readonly RowEnding[]): Promise<number> {
    return this.#changeFree(
      endings.map(({ id }) => id),
      async (free) => this.#finishLocked(endings.filter(({ id }) => free.has(id))),
    );
  }

  async #finishLocked(endings: readonly RowEnding[]): Promise<number> {
    const pairs = (read: (one: RowEnding) => string | null): unknown[] =>
      endings.flatMap((one) => [BigInt(one.id), read(one)]);
    const cases = caseOf(endings.length);
    return this.#change(
      `UPDATE ${this.#name} ${BY_ID}
       SET reason = ${cases}, detail = ${cases},
           finished_at = IF(${cases} = 'acknowledged', NULL, CURRENT_TIMESTAMP(3)), status = ${cases}
       WHERE id IN (?) AND status IN ('acknowledged', 'dead', 'discarded')`,
      [
        ...pairs(({ ending }) => ending?.reason ?? null),
        ...pairs(({ ending }) => (ending?.detail == null ? null : this.#fitting("detail", ending.detail))),
        ...pairs(({ ending }) => ending?.status ?? "acknowledged"),
        ...pairs(({ ending }) => ending?.status ?? "acknowledged"),
        endings.map(({ id }) => BigInt(id)),
      ],
    );
  }

  async deleteEnded(keepMs: number, most: number): Promise<number> {
    const isOver = `finished_at < CURRENT_TIMESTAMP(3) - INTERVAL ? MICROSECOND
      AND status IN ('confirmed', 'cancelled', 'discarded', 'forgotten')`;
    const over = await this.#rows<{ id: string }>(
      `SELECT CAST(id AS CHAR) AS id FROM ${this.#name} WHERE ${isOver} LIMIT ?`,
      [keepMs * 1_000, most],
    );
    return this.#changeFree(
      over.map(({ id }) => id),
      async (free) =>
        this.#change(`DELETE o FROM ${this.#name} AS o ${BY_ID} WHERE o.id IN (?) AND ${isOver}`, [
          [...free].map(BigInt),
          keepMs * 1_000,
        ]),
    );
  }

  async counts(): Promise<OutboxCounts> {
    const [found] = await this.#rows<Record<keyof OutboxCounts, string | number | null>>(
      `SELECT (SELECT COUNT(*) FROM ${this.#name} WHERE status = 'waiting') AS waiting,
              (SELECT TIMESTAMPDIFF(MICROSECOND, MIN(created_at), CURRENT_TIMESTAMP(3)) / 1000
               FROM ${this.#name} WHERE status = 'waiting') AS oldestWaitingMs,
              (SELECT COUNT(*) FROM ${this.#name} WHERE status = 'refused') AS refused,
              (SELECT COUNT(*) FROM (SELECT 1 FROM ${this.#name} WHERE ${UNSERVED} LIMIT ${MOST_UNSERVED}) AS o) AS unserved`,
    );
    return {
      waiting: Number(found?.waiting ?? 0),
      oldestWaitingMs: Math.max(0, Number(found?.oldestWaitingMs ?? 0)),
      refused: Number(found?.refused ?? 0),
      unserved: Number(found?.unserved ?? 0),
    };
  }

  /** MySQL has no notifications, so this only waits. */
  async news(ms: number, signal: AbortSignal): Promise<void> {
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }

  async close(): Promise<void> {
    await within(
      CLOSE_WITHIN_MS,
      this.#connection.end().catch(() => undefined),
    );
    this.#connection.destroy();
  }

  /** Changes those of these rows that no other session has locked. */
  async #changeFree(
    ids: readonly string[],
    change: (free: ReadonlySet<string>) => Promise<number>,
  ): Promise<number> {
    if (ids.length === 0) return 0;
    await this.#change("START TRANSACTION");
    const free = await this.#locked<{ id: string }>("CAST(id AS CHAR) AS id", { ids });
    const changed = free.length === 0 ? 0 : await change(new Set(free.map(({ id }) => id)));
    await this.#change("COMMIT");
    return changed;
  }

  /** Locks and reads, in a transaction, those that no other session has locked. */
  async #locked<Row>(
    columns: string,
    { ids, more = "" }: { readonly ids: readonly string[]; readonly more?: string },
  ): Promise<readonly Row[]> {
    const select = `SELECT ${columns} FROM ${this.#name} AS o ${BY_ID}
      WHERE o.id IN (?) ${more} ORDER BY o.id FOR UPDATE`;
    if (this.#skipsLocked) return this.#rows<Row>(`${select} SKIP LOCKED`, [ids.map(BigInt)]);
    let free = ids;
    for (let looks = 0; looks < MOST_LOOKS && free.length > 0; looks += 1) {
      const rows = await this.#unlessLocked(() => this.#rows<Row>(select, [free.map(BigInt)]));
      if (rows !== null) return rows;
      // The server's setting says whether the time-out has ended the transaction.
      await this.#change("ROLLBACK");
      free = await this.#free(free);
      await this.#change("START TRANSACTION");
    }
    return [];
  }

  /** Each asked about alone, outside of a transaction: its lock is gone at once. */
  async #free(ids: readonly string[]): Promise<readonly string[]> {
    const free: string[] = [];
    const select = `SELECT 1 FROM ${this.#name} WHERE id = ? FOR UPDATE`;
    for (const id of ids)
      if ((await this.#unlessLocked(() => this.#rows(select, [BigInt(id)]))) !== null) free.push(id);
    return free;
  }

  /** Null where the wait for a lock was too long. */
  async #unlessLocked<Rows>(read: () => Promise<Rows>): Promise<Rows | null> {
    try {
      return await read();
    } catch (error) {
      if ((error as Partial<QueryError>).code !== LOCKED) throw error;
      return null;
    }
  }

  async #rows<Row>(sql: string, values: unknown[] = []): Promise<readonly Row[]> {
    const query = { sql, values, timeout: ANSWER_WITHIN_MS };
    const [rows] = await this.#connection.query<RowDataPacket[]>(query);
    return rows as unknown as readonly Row[];
  }

  /** Returns how many rows matched. */
  async #change(sql: string, values: unknown[] = []): Promise<number> {
    const query = { sql, values, timeout: ANSWER_WITHIN_MS };
    const [{ affectedRows }] = await this.#connection.query<ResultSetHeader>(query);
    return affectedRows;
  }
}

/**
 * Without this, a statement about most rows of a small table passes through all of it, and waits for every locked row; and
 * another index would lock ranges, into which nobody could insert.
 */
const BY_ID = "FORCE INDEX (PRIMARY)";
const LOCKED = "ER_LOCK_WAIT_TIMEOUT";

/** A CASE with a value for each id. Ids are numbers there, because MySQL compares a text with a number as doubles. */
function caseOf(count: number): string {
  return `CASE id ${"WHEN ? THEN ? ".repeat(count)}END`;
}

const BYTES = "OCTET_LENGTH(payload) + OCTET_LENGTH(COALESCE(metadata, ''))";
/**
 * Rows that are too long are refused without transferring their payload. Ids become text; rows are sorted by
 * `o.id`, the number.
 */
const FITS = `${BYTES} <= ${MOST_JSON_BYTES}`;
const COLUMNS = `CAST(id AS CHAR) AS id, account, operation, lane, priority,
  CASE WHEN ${FITS} THEN payload END AS payload, CASE WHEN ${FITS} THEN metadata END AS metadata,
  idempotency_key AS \`key\`, callback_url AS callbackUrl,
  DATE_FORMAT(send_at, '%Y-%m-%dT%H:%i:%s.%fZ') AS sendAt,
  DATE_FORMAT(deadline, '%Y-%m-%dT%H:%i:%s.%fZ') AS deadline`;
