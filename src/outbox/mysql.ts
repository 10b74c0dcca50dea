/**
 * The table in MySQL or MariaDB (`deploy/sql/mysql.sql`).
 *
 * The lock of a part is a named lock of the session (GET_LOCK), so it ends with the session. Such names are
 * global to the server and at most 64 characters long, so they contain a digest of database and table.
 */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection, ResultSetHeader, RowDataPacket } from "mysql2/promise";
import { within } from "../waiting/waiting.ts";
import {
  ANSWER_WITHIN_MS,
  CONNECT_WITHIN_MS,
  MOST_SILENT_MS,
  quotedName,
  tlsOf,
  type TableSettings,
} from "./address.ts";
import type {
  FollowedRow,
  FollowedStatus,
  OutboxCounts,
  OutboxRow,
  OutboxTable,
  RowEnding,
  RowMark,
  WaitingPart,
  WantedRows,
} from "./ports.ts";
import { LANE_PARTS } from "./ports.ts";
import { MOST_JSON_BYTES } from "./read-row.ts";

const CLOSE_WITHIN_MS = 1_000;

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
    // `sql_mode`: the driver escapes with backslashes, which the server's own mode may forbid, and nothing may
    // be silently cut. `wait_timeout`: the session of a silent client must end, and with it its locks; the
    // server's default is eight hours.
    const sql = `SET time_zone = '+00:00', sql_mode = 'STRICT_TRANS_TABLES', wait_timeout = ${MOST_SILENT_MS / 1_000}`;
    await connection.query({ sql, timeout: ANSWER_WITHIN_MS });
  } catch (error) {
    await table.close();
    throw error;
  }
  return table;
}

class MysqlTable implements OutboxTable {
  readonly #connection: Connection;
  /** The table's quoted name, for statements. */
  readonly #name: string;
  readonly #lockName: string;

  constructor(connection: Connection, { table, address }: TableSettings) {
    this.#connection = connection;
    this.#name = quotedName(table, "`");
    const place = table.includes(".") ? table : `${address.database}.${table}`;
    this.#lockName = `bida_outbox:${createHash("sha256").update(place).digest("hex").slice(0, 32)}`;
    // The current query, or the next one, reports the error.
    connection.on("error", () => undefined);
  }

  async verify(): Promise<void> {
    await this.#rows(`SELECT ${COLUMNS}, created_at FROM ${this.#name} WHERE false`);
    await this.#change(`UPDATE ${this.#name} SET status = status WHERE false`);
    await this.#change(`DELETE FROM ${this.#name} WHERE false`);
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

  async waiting(part: number, { without, most }: WantedRows): Promise<readonly OutboxRow[]> {
    const others = without.length === 0 ? "" : "AND account NOT IN (?)";
    return this.#rows<OutboxRow>(
      `SELECT ${COLUMNS} FROM ${this.#name} AS o
       WHERE status = 'waiting' AND lane_part = ? ${others} ORDER BY o.id LIMIT ?`,
      without.length === 0 ? [part, most] : [part, without, most],
    );
  }

  async mark(marks: readonly RowMark[]): Promise<void> {
    const acknowledged = marks.filter((mark) => mark.kind === "acknowledged");
    const refused = marks.filter((mark) => mark.kind === "refused");
    if (acknowledged.length > 0)
      await this.#change(
        `UPDATE ${this.#name}
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
        `UPDATE ${this.#name} SET errors = ${caseOf(refused.length)}, status = 'refused'
         WHERE id IN (?) AND status = 'waiting'`,
        [
          ...refused.flatMap(({ id, errors }) => [BigInt(id), JSON.stringify(errors)]),
          refused.map(({ id }) => BigInt(id)),
        ],
      );
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

  async finish(endings: readonly RowEnding[]): Promise<void> {
    const pairs = (read: (one: RowEnding) => string | null): unknown[] =>
      endings.flatMap((one) => [BigInt(one.id), read(one)]);
    const cases = caseOf(endings.length);
    await this.#change(
      `UPDATE ${this.#name}
       SET reason = ${cases}, detail = ${cases},
           finished_at = IF(${cases} = 'acknowledged', NULL, CURRENT_TIMESTAMP(3)), status = ${cases}
       WHERE id IN (?) AND status IN ('acknowledged', 'dead', 'discarded')`,
      [
        ...pairs(({ ending }) => ending?.reason ?? null),
        ...pairs(({ ending }) => ending?.detail ?? null),
        ...pairs(({ ending }) => ending?.status ?? "acknowledged"),
        ...pairs(({ ending }) => ending?.status ?? "acknowledged"),
        endings.map(({ id }) => BigInt(id)),
      ],
    );
  }

  async deleteEnded(keepMs: number, most: number): Promise<number> {
    return this.#change(
      `DELETE FROM ${this.#name}
       WHERE finished_at < CURRENT_TIMESTAMP(3) - INTERVAL ? MICROSECOND
         AND status IN ('confirmed', 'cancelled', 'discarded', 'forgotten')
       LIMIT ?`,
      [keepMs * 1_000, most],
    );
  }

  async counts(): Promise<OutboxCounts> {
    const [found] = await this.#rows<Record<keyof OutboxCounts, string | number | null>>(
      `SELECT (SELECT COUNT(*) FROM ${this.#name} WHERE status = 'waiting') AS waiting,
              (SELECT TIMESTAMPDIFF(MICROSECOND, MIN(created_at), CURRENT_TIMESTAMP(3)) / 1000
               FROM ${this.#name} WHERE status = 'waiting') AS oldestWaitingMs,
              (SELECT COUNT(*) FROM ${this.#name} WHERE status = 'refused') AS refused`,
    );
    return {
      waiting: Number(found?.waiting ?? 0),
      oldestWaitingMs: Math.max(0, Number(found?.oldestWaitingMs ?? 0)),
      refused: Number(found?.refused ?? 0),
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

/** A CASE with a value for each id. Ids are numbers there, because MySQL compares a text with a number as doubles. */
function caseOf(count: number): string {
  return `CASE id ${"WHEN ? THEN ? ".repeat(count)}END`;
}

/**
 * Rows that are too long are refused without transferring their payload. Ids become text; rows are sorted by
 * `o.id`, the number.
 */
const FITS = `OCTET_LENGTH(payload) + OCTET_LENGTH(COALESCE(metadata, '')) <= ${MOST_JSON_BYTES}`;
const COLUMNS = `CAST(id AS CHAR) AS id, account, operation, lane, priority,
  CASE WHEN ${FITS} THEN payload END AS payload, CASE WHEN ${FITS} THEN metadata END AS metadata,
  idempotency_key AS \`key\`, callback_url AS callbackUrl,
  DATE_FORMAT(send_at, '%Y-%m-%dT%H:%i:%s.%fZ') AS sendAt,
  DATE_FORMAT(deadline, '%Y-%m-%dT%H:%i:%s.%fZ') AS deadline`;
