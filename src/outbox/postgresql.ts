/**
 * The table in PostgreSQL (`deploy/sql/postgresql.sql`).
 *
 * The lock of a part is an advisory lock of the session, so it ends with the session, however that ends. The
 * session must be the relay's own, so a pool that shares sessions between transactions cannot be used.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { within } from "../waiting/waiting.ts";
import {
  ANSWER_WITHIN_MS,
  CONNECT_WITHIN_MS,
  MOST_SILENT_MS,
  quotedName,
  tlsOf,
  type TableSettings,
} from "./address.ts";
import { fitting, repertoireOfEncoding, type Repertoire } from "./fitting-text.ts";
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
import { MOST_JSON_BYTES, MOST_SIGNS, MOST_SIGNS_OF_URL } from "./read-row.ts";

const CHANNEL = "bida_outbox";
const CLOSE_WITHIN_MS = 1_000;

/**
 * How soon the server ends the session of a silent client, and with it the locks that other relays wait for. A
 * host that lost power, or a firewall that dropped the connection, does not close it, and the server's own
 * settings may wait two hours.
 */
const SESSION_SETTINGS = {
  tcp_keepalives_idle: 10,
  tcp_keepalives_interval: 5,
  tcp_keepalives_count: 3,
  tcp_user_timeout: 30_000,
  // The first from PostgreSQL 14 on. Needed because a proxy may go on answering keep-alives for a host that has failed.
  idle_session_timeout: MOST_SILENT_MS,
  idle_in_transaction_session_timeout: MOST_SILENT_MS,
} as const;

/** Rejects when the database cannot be reached. */
export async function openPostgresql(settings: TableSettings): Promise<OutboxTable> {
  // Loaded here, so that other processes do not load it.
  const { default: pg } = await import("pg");
  const { host, port, user, password, database } = settings.address;
  const client = new pg.Client({
    host,
    port,
    user,
    password,
    database,
    ssl: tlsOf(settings) ?? false,
    application_name: "bida outbox",
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    query_timeout: ANSWER_WITHIN_MS,
    keepAlive: true,
  });
  const table = new PostgresqlTable(client, settings.table);
  try {
    await client.connect();
    for (const [name, value] of Object.entries(SESSION_SETTINGS)) {
      await client.query(`SET ${name} = ${value}`).catch((error: unknown) => {
        // A server that does not know or refuses the setting can be used all the same.
        if (!(error instanceof pg.DatabaseError)) throw error;
      });
    }
    await client.query(`LISTEN ${CHANNEL}`);
  } catch (error) {
    await table.close();
    throw error;
  }
  return table;
}

class PostgresqlTable implements OutboxTable {
  readonly #client: Client;
  /** The table's quoted name, for statements. */
  readonly #name: string;
  #holds: Repertoire = "all";
  #hasNews = false;
  #wake: () => void = () => undefined;

  constructor(client: Client, table: string) {
    this.#client = client;
    this.#name = quotedName(table, '"');
    client.on("notification", () => this.#tell());
    // The current query, or the next one, reports the error too.
    client.on("error", () => this.#tell());
  }

  async verify(): Promise<void> {
    await this.#client.query(`SELECT ${COLUMNS}, ${OWN_COLUMNS} FROM ${this.#name} WHERE false`);
    await this.#client.query(`UPDATE ${this.#name} SET status = status WHERE false`);
    await this.#client.query(`DELETE FROM ${this.#name} WHERE false`);
    const { rows } = await this.#client.query<{ encoding: string }>(
      "SELECT current_setting('server_encoding') AS encoding",
    );
    this.#holds = repertoireOfEncoding(rows[0]?.encoding ?? "");
  }

  async waitingParts(): Promise<readonly WaitingPart[]> {
    const { rows } = await this.#client.query<WaitingPart>(
      `SELECT part, first.id::text AS "firstId" FROM generate_series(0, ${LANE_PARTS - 1}) AS part
       CROSS JOIN LATERAL (SELECT o.id FROM ${this.#name} AS o
                           WHERE lane_part = part AND status = 'waiting' ORDER BY o.id LIMIT 1) AS first`,
    );
    return rows;
  }

  async lock(part: number): Promise<boolean> {
    const { rows } = await this.#client.query<{ locked: boolean }>(
      "SELECT pg_try_advisory_lock($1::regclass::oid::bigint::bit(32)::int, $2) AS locked",
      [this.#name, part],
    );
    return rows[0]?.locked === true;
  }

  async unlock(part: number): Promise<void> {
    await this.#client.query("SELECT pg_advisory_unlock($1::regclass::oid::bigint::bit(32)::int, $2)", [
      this.#name,
      part,
    ]);
  }

  async waiting(
    part: number,
    { withoutAccounts, withoutIds, most }: WantedRows,
  ): Promise<readonly WaitingRow[]> {
    const { rows } = await this.#client.query<WaitingRow>(
      `SELECT id::text, left(account, ${MOST_SIGNS}) AS account, left(lane, ${MOST_SIGNS}) AS lane,
              CASE WHEN ${FITS} THEN ${BYTES} ELSE 0 END AS bytes
       FROM ${this.#name} AS o
       WHERE lane_part = $1 AND status = 'waiting' AND account <> ALL ($2::text[]) AND id <> ALL ($3::bigint[])
       ORDER BY o.id LIMIT $4`,
      [part, withoutAccounts, withoutIds, most],
    );
    return rows;
  }

  async take(ids: readonly string[]): Promise<readonly OutboxRow[]> {
    await this.#client.query("BEGIN");
    const { rows } = await this.#client.query<OutboxRow>(
      `SELECT ${COLUMNS} FROM ${this.#name} AS o WHERE id = ANY ($1::bigint[]) AND status = 'waiting'
       ORDER BY o.id FOR NO KEY UPDATE SKIP LOCKED`,
      [ids],
    );
    return rows;
  }

  async mark(marks: readonly RowMark[]): Promise<void> {
    const acknowledged = marks.filter((mark) => mark.kind === "acknowledged");
    const refused = marks.filter((mark) => mark.kind === "refused");
    if (acknowledged.length > 0)
      await this.#client.query(
        `UPDATE ${this.#name} AS o
         SET status = 'acknowledged', delivery_id = m.delivery, errors = NULL, acknowledged_at = now()
         FROM unnest($1::bigint[], $2::text[]) AS m (id, delivery)
         WHERE o.id = m.id AND o.status = 'waiting'`,
        [acknowledged.map(({ id }) => id), acknowledged.map(({ deliveryId }) => deliveryId)],
      );
    if (refused.length > 0)
      await this.#client.query(
        `UPDATE ${this.#name} AS o SET status = 'refused', errors = m.errors
         FROM unnest($1::bigint[], $2::text[]) AS m (id, errors)
         WHERE o.id = m.id AND o.status = 'waiting'`,
        [
          refused.map(({ id }) => id),
          refused.map(({ errors }) => fitting(JSON.stringify(errors), this.#holds)),
        ],
      );
    await this.#client.query("COMMIT");
  }

  async followed(
    status: FollowedStatus,
    { after, most }: { readonly after: string; readonly most: number },
  ): Promise<readonly FollowedRow[]> {
    const { rows } = await this.#client.query<FollowedRow>(
      `SELECT id::text, left(account, ${MOST_SIGNS}) AS account, left(delivery_id, ${MOST_SIGNS}) AS "deliveryId"
       FROM ${this.#name} AS o
       WHERE status = $1 AND id > $2 AND delivery_id IS NOT NULL ORDER BY o.id LIMIT $3`,
      [status, after, most],
    );
    return rows;
  }

  async finish(endings: readonly RowEnding[]): Promise<number> {
    const column = (read: (one: RowEnding) => string | null): (string | null)[] => endings.map(read);
    const { rowCount } = await this.#client.query(
      `WITH free AS (SELECT id FROM ${this.#name} WHERE id = ANY ($1::bigint[]) FOR NO KEY UPDATE SKIP LOCKED)
       UPDATE ${this.#name} AS o
       SET status = m.status, reason = m.reason, detail = m.detail,
           finished_at = CASE WHEN m.status = 'acknowledged' THEN NULL ELSE now() END
       FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS m (id, status, reason, detail)
            JOIN free ON free.id = m.id
       WHERE o.id = m.id AND o.status IN ('acknowledged', 'dead', 'discarded')`,
      [
        column(({ id }) => id),
        column(({ ending }) => ending?.status ?? "acknowledged"),
        column(({ ending }) => ending?.reason ?? null),
        // PostgreSQL's text cannot hold NUL, which a platform's text may contain.
        column(({ ending }) =>
          ending?.detail == null ? null : fitting(ending.detail.replaceAll("\0", "\uFFFD"), this.#holds),
        ),
      ],
    );
    return rowCount ?? 0;
  }

  async deleteEnded(keepMs: number, most: number): Promise<number> {
    const { rowCount } = await this.#client.query(
      // An array, so that it is computed once: those that are locked would otherwise be chosen anew for each row.
      `DELETE FROM ${this.#name} WHERE id = ANY (ARRAY(
         SELECT id FROM ${this.#name}
         WHERE finished_at < now() - $1 * interval '1 millisecond'
           AND status IN ('confirmed', 'cancelled', 'discarded', 'forgotten')
         LIMIT $2 FOR UPDATE SKIP LOCKED))`,
      [keepMs, most],
    );
    return rowCount ?? 0;
  }

  async counts(): Promise<OutboxCounts> {
    const { rows } = await this.#client.query<Record<keyof OutboxCounts, string>>(
      `SELECT (SELECT count(*) FROM ${this.#name} WHERE status = 'waiting') AS "waiting",
              (SELECT coalesce(extract(epoch FROM now() - min(created_at)) * 1000, 0)
               FROM ${this.#name} WHERE status = 'waiting') AS "oldestWaitingMs",
              (SELECT count(*) FROM ${this.#name} WHERE status = 'refused') AS "refused",
              (SELECT count(*) FROM (SELECT 1 FROM ${this.#name} WHERE ${UNSERVED} LIMIT ${MOST_UNSERVED}) AS o) AS "unserved"`,
    );
    const [found] = rows;
    return {
      waiting: Number(found?.waiting ?? 0),
      oldestWaitingMs: Math.max(0, Number(found?.oldestWaitingMs ?? 0)),
      refused: Number(found?.refused ?? 0),
      unserved: Number(found?.unserved ?? 0),
    };
  }

  async news(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#hasNews) {
      const heard = new AbortController();
      this.#wake = () => heard.abort();
      await sleep(ms, undefined, { signal: AbortSignal.any([signal, heard.signal]) }).catch(() => undefined);
    }
    this.#hasNews = false;
    this.#wake = () => undefined;
  }

  async close(): Promise<void> {
    await within(
      CLOSE_WITHIN_MS,
      this.#client.end().catch(() => undefined),
    );
    // Closes the socket without waiting for a peer that does not answer.
    streamOf(this.#client)?.destroy();
  }

  #tell(): void {
    this.#hasNews = true;
    this.#wake();
  }
}

const BYTES = "octet_length(payload) + octet_length(coalesce(metadata, ''))";
/**
 * Rows that are too long are refused without transferring their payload. Ids become text; rows are sorted by
 * `o.id`, the number.
 */
const FITS = `${BYTES} <= ${MOST_JSON_BYTES}`;
const COLUMNS = `id::text, left(account, ${MOST_SIGNS}) AS account, left(operation, ${MOST_SIGNS}) AS operation,
  left(lane, ${MOST_SIGNS}) AS lane, priority,
  CASE WHEN ${FITS} THEN payload END AS payload, CASE WHEN ${FITS} THEN metadata END AS metadata,
  left(idempotency_key, ${MOST_SIGNS}) AS "key", left(callback_url, ${MOST_SIGNS_OF_URL}) AS "callbackUrl",
  ${writtenTime("send_at")} AS "sendAt", ${writtenTime("deadline")} AS "deadline"`;

/** `to_char` makes NULL of `infinity`: an order for never would be taken for one without a time, and sent at once. */
function writtenTime(column: string): string {
  return `CASE WHEN isfinite(${column}) THEN to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
               ELSE ${column}::text END`;
}

/** The socket of a pg client, which its types do not show. */
function streamOf(client: Client): { destroy(): void } | null {
  const { connection } = client as unknown as {
    readonly connection?: { readonly stream?: { destroy(): void } };
  };
  return connection?.stream ?? null;
}
