/**
 * What every database of an outbox keeps: rows of a real server become deliveries, once and in order, and
 * learn how those ended; also when the relay or the server is killed in the middle.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { outboxFindings } from "../../../src/doctor/outbox-findings.ts";
import { openOperations } from "../../../src/app/operations-context.ts";
import { startOutboxes, tableSettings } from "../../../src/app/outbox.ts";
import type { RunningWorker } from "../../../src/app/running-worker.ts";
import type { Delivery } from "../../../src/delivery/record.ts";
import { openTable } from "../../../src/outbox/open-table.ts";
import { discardDeadLetter } from "../../../src/operations/discard.ts";
import { replayDeadLetter } from "../../../src/operations/replay.ts";
import { aTodo } from "../../support/builders.ts";
import {
  isInstalled,
  openTransaction,
  startDatabase,
  type Cell,
  type DatabaseKind,
  type TestDatabase,
} from "../../support/databases.ts";
import { readDelivery } from "../../support/deliveries.ts";
import { eventually } from "../../support/eventually.ts";
import { FAST, startSystem, type System, type SystemOptions } from "../../support/system.ts";

const OUTBOX = fileURLToPath(new URL("../../../workers/outbox.ts", import.meta.url));

export function describeOutbox(kind: DatabaseKind): void {
  describe.skipIf(!isInstalled(kind))(`an outbox in ${kind}`, () => {
    let database: TestDatabase;
    let system: System;
    let relays: RunningWorker[] = [];
    const children: ChildProcess[] = [];

    beforeAll(async () => {
      database = await startDatabase(kind);
    });
    afterAll(async () => {
      await database.close();
    });
    afterEach(async () => {
      await Promise.all(relays.map((relay) => relay.stop()));
      relays = [];
      for (const child of children.splice(0)) await killed(child);
      await system.close();
      await database.sql("DELETE FROM bida_outbox");
    });

    const aSystem = async ({
      keep = "1h",
      ...options
    }: SystemOptions & { keep?: string } = {}): Promise<void> => {
      system = await startSystem({
        withoutWorker: true,
        ...options,
        root: `outboxes:\n  oa: { url: "${database.url}", accounts: [yzj], keep: ${keep} }`,
      });
    };
    const start = async (config = system.config): Promise<void> => {
      const emit = (event: System["events"][number]): void => void system.events.push(event);
      relays.push(await startOutboxes({ config, emit, warn: () => undefined, tuning: FAST, everyMs: 50 }));
    };
    const insert = async (...rows: readonly Row[]): Promise<void> =>
      database.sql(
        `INSERT INTO bida_outbox (${COLUMNS.join(", ")}) VALUES ${rows.map((row) => valuesOf(row)).join(", ")}`,
      );
    const rows = async (columns: string): Promise<readonly (readonly Cell[])[]> =>
      database.rows(`SELECT ${columns} FROM bida_outbox ORDER BY id`);
    const statuses = async (): Promise<string> => (await rows("status")).flat().join(" ");
    const soon = async (expected: string): Promise<void> =>
      void (await eventually(statuses, (found) => found === expected));
    const countOf = async (status: string): Promise<number> =>
      Number((await database.rows(`SELECT COUNT(*) FROM bida_outbox WHERE status = '${status}'`))[0]?.[0]);

    it("delivers a todo from a row, and writes into the same row that it is proven", async () => {
      await aSystem({ withoutWorker: false });
      await start();

      await insert(aRow("o-1"));

      await soon("confirmed");
      const [[deliveryId, reason, finished] = []] = await rows(
        "delivery_id, reason, CASE WHEN finished_at IS NULL THEN 'no' ELSE 'yes' END",
      );
      expect({ reason, finished }).toEqual({ reason: null, finished: "yes" });
      const delivery = await system.ended(deliveryId ?? "");
      expect(delivery.request.key).toMatch(/^outbox:oa:\d+$/);
      const { todos } = await system.ledger();
      expect(todos.filter(({ sourceId }) => sourceId === "o-1")).toMatchObject([{ stores: 1, repeats: 0 }]);
    });

    it("keeps ids above 2^53 apart, and every digit and sign of the payload", async () => {
      await aSystem();
      const payload = JSON.stringify(aTodo({ sourceId: "o-😀'\\" }).payload).replace(
        '"params"',
        '"formId":9007199254740993,"rate":1.10,"params"',
      );
      await insert(
        { ...aRow("o-2"), id: "9007199254740992" },
        { ...aRow("o-3"), id: "9007199254740993", payload, key: "own-key" },
        { ...aRow("o-4"), id: "9007199254740994", payload: "[]" },
      );

      await start();

      await soon("acknowledged acknowledged refused");
      const [[first] = [], [second] = [], [third, errors] = []] = await rows("delivery_id, errors");
      expect(await system.store.payload(second ?? "")).toBe(payload);
      const keys = await Promise.all([first, second].map(async (id) => (await requestOf(id)).key));
      expect(keys).toEqual(["outbox:oa:9007199254740992", "own-key"]);
      expect(third).toBeNull();
      expect(errors).toContain("expected a JSON object");
    });

    it("takes times, priority, lane, metadata and the address of a callback from their columns", async () => {
      await aSystem();
      const deadline = new Date(Date.now() + 3_600_000).toISOString();
      await insert({
        ...aRow("o-5"),
        lane: "a lane",
        deadline,
        priority: 7,
        metadata: '{"form": 9007199254740993}',
      });

      await start();

      await soon("acknowledged");
      const [[id] = []] = await rows("delivery_id");
      const request = await requestOf(id);
      expect(request).toMatchObject({ priority: 7, metadata: '{"form": 9007199254740993}' });
      expect(request.lane).toContain("a lane");
      expect(new Date(request.deadlineAt).toISOString()).toBe(deadline);
    });

    it("marks bad rows with the places of their faults, and delays no other row", async () => {
      await aSystem();
      const bad: readonly (readonly [Partial<Row>, string])[] = [
        [{ payload: "{" }, '"pointer":"/payload"'],
        [{ payload: '{"a": 1, "a": 2}' }, '"pointer":"/payload/a"'],
        [{ payload: "{}" }, '"pointer":"/payload/url"'],
        [{ account: "other" }, '"pointer":"/account"'],
        [{ operation: "todo.creat" }, '"pointer":"/operation"'],
        [{ metadata: "[]" }, '"pointer":"/metadata"'],
        [{ callbackUrl: "ftp://x" }, '"pointer":"/callbackUrl"'],
        [{ priority: -1 }, '"pointer":"/priority"'],
        [{ deadline: "2001-01-01T00:00:00Z" }, '"pointer":"/deadline"'],
        [{ payload: `{"a": "${"x".repeat(1_200_000)}"}` }, '"pointer":"/payload"'],
      ];
      await insert(...bad.map(([fault], n) => ({ ...aRow(`bad-${n}`), ...fault })), aRow("o-6"));

      await start();

      await soon([...bad.map(() => "refused"), "acknowledged"].join(" "));
      const errors = (await rows("errors")).flat();
      for (const [n, [, pointer]] of bad.entries()) expect(errors[n]).toContain(pointer);

      await database.sql(
        "UPDATE bida_outbox SET payload = (SELECT p FROM (SELECT payload AS p FROM bida_outbox WHERE status = 'acknowledged') AS good), status = 'waiting' WHERE payload = '{'",
      );
      await eventually(statuses, (found) => found.startsWith("acknowledged"));
      expect((await rows("errors"))[0]).toEqual([null]);
    });

    // MySQL has no such times.
    if (kind === "postgresql")
      it("refuses a time without end, in place of sending at once", async () => {
        await aSystem();
        const { payload } = aRow("never");
        for (const column of ["send_at", "deadline"])
          for (const moment of ["infinity", "-infinity"])
            await database.sql(
              `INSERT INTO bida_outbox (account, operation, payload, ${column})
             VALUES ('yzj', 'todo.create', ${literal(payload)}, '${moment}')`,
            );

        await start();

        await soon("refused refused refused refused");
        const errors = (await rows("errors")).flat();
        expect(errors.map((text) => /"pointer":"(.*?)"/.exec(text ?? "")?.[1])).toEqual([
          "/sendAt",
          "/sendAt",
          "/deadline",
          "/deadline",
        ]);
      });

    it("writes into the row why a delivery is dead, and follows it when it is replayed or discarded", async () => {
      const faults = { script: [{ fault: "bad-recipients", endpoint: "todo.create" }] };
      await aSystem({ withoutWorker: false, account: "todo: { mode: sync }", faults });
      await start();
      await insert(aRow("o-7", "nobody"));
      const caller = { name: "ops", role: "operator", accounts: null } as const;
      const { context, close } = openOperations({
        config: system.config,
        tuning: FAST,
        onError: () => undefined,
      });
      try {
        await soon("dead");
        const [[id, reason, detail] = []] = await rows("delivery_id, reason, detail");
        expect(reason).toBe("rejected");
        expect(detail).not.toBeNull();

        await context.ready();
        const letter = { caller, id: id ?? "", note: "the person has an account now" };
        expect(await discardDeadLetter(letter, context)).toMatchObject({ kind: "discarded" });
        await soon("discarded");
        expect(await replayDeadLetter({ ...letter, payload: null }, context)).toMatchObject({
          kind: "replayed",
        });

        await soon("confirmed");
        expect(await rows("reason, detail")).toEqual([[null, null]]);
      } finally {
        await close();
      }
    });

    it("deletes rows when their time is over, except those that need a person", async () => {
      await aSystem({ withoutWorker: false, keep: "0s" });
      await insert({ ...aRow("o-8"), payload: "[]" }, aRow("o-9"), aRow("o-10"));

      await start();

      await soon("refused");
    });

    it("leaves rows where they are while their account is full, in order, and takes them when there is room", async () => {
      await aSystem({ account: "backlog: 2" });
      await insert(...[1, 2, 3, 4].map((n) => ({ ...aRow(`f-${n}`), lane: "one" })));

      await start();
      await eventually(
        () => system.events.some((event) => event.event === "outbox.relayed" && event.postponed > 0),
        (found) => found,
      );
      expect(await statuses()).toBe("acknowledged acknowledged waiting waiting");

      await system.startWorker();
      await soon("confirmed confirmed confirmed confirmed");
    });

    it("shares its work between relays, and none overtakes in a lane", async () => {
      await aSystem();
      const lanes = ["a", "b", "c", "d"];
      // Those without a lane are about one todo: its own lane keeps them in order.
      await insert(
        ...Array.from({ length: 300 }, (_, n) => {
          const lane = lanes[n % 5] ?? null;
          return { ...aRow(lane === null ? "same" : `s-${n}`), lane };
        }),
      );

      await Promise.all([start(), start(), start()]);

      await eventually(
        () => countOf("acknowledged"),
        (count) => count === 300,
      );
      await expectOrder(300);
    });

    it("waits for no row that a transaction keeps locked, and keeps the order of its lane", async () => {
      await aSystem({ keep: "0s" });
      await insert(
        ...["l-1", "l-2", "l-3"].map((sourceId) => ({ ...aRow(sourceId), lane: "locked" })),
        ...Array.from({ length: 20 }, (_, n) => aRow(`g-${n}`)),
      );
      const [first, second] = (await rows("id")).flat();
      const changing = await openTransaction(database.url);
      await changing.sql(`UPDATE bida_outbox SET priority = 7 WHERE id = ${second}`);
      await start();
      const others = "acknowledged ".repeat(20).trimEnd();
      await soon(`acknowledged waiting waiting ${others}`);

      const looking = await openTransaction(database.url);
      await looking.sql(`SELECT id FROM bida_outbox WHERE id = ${first} FOR UPDATE`);
      await system.startWorker();
      // What is confirmed is deleted.
      await soon("acknowledged waiting waiting");
      await Promise.all([changing.commit(), looking.commit()]);

      await soon("");
      const { todos } = await system.ledger();
      expect(todos).toHaveLength(23);
      expect(todos.every(({ stores, repeats }) => stores === 1 && repeats === 0)).toBe(true);
    });

    it("loses no row and relays none twice when relays and the database are killed in the middle", async () => {
      await aSystem();
      const directory = mkdtempSync(join(tmpdir(), "bida-outbox-"));
      const file = join(directory, "bida.yaml");
      writeFileSync(file, system.yaml);
      const startChild = (): ChildProcess => {
        const child = spawn(process.execPath, [OUTBOX, "--config", file], { stdio: "ignore" });
        children.push(child);
        return child;
      };
      try {
        await insert(...Array.from({ length: 300 }, (_, n) => ({ ...aRow(`k-${n}`), lane: `l-${n % 3}` })));

        const first = startChild();
        await untilQueued(1);
        await killed(first);
        startChild();
        await untilQueued(100);
        await database.kill();
        const acknowledgedBefore = await system.store.count("queued");
        await database.start();
        await untilQueued(Math.min(300, acknowledgedBefore + 50));
        await killed(children[1]);
        await start();

        await eventually(
          () => countOf("acknowledged"),
          (count) => count === 300,
          60_000,
        );
        expect(await system.store.count("queued")).toBe(300);
        expect(new Set((await rows("delivery_id")).flat()).size).toBe(300);
        await expectOrder(300);
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    }, 120_000);

    it("says that it is not ready while the database is away, and goes on by itself", async () => {
      await aSystem();
      await start();
      const [relay] = relays;
      await eventually(
        () => relay?.readiness().ready,
        (ready) => ready === true,
      );
      await insert(aRow("o-11"));
      await soon("acknowledged");

      await database.kill();
      expect(await outboxFindings(system.config)).toMatchObject([{ about: "outbox oa", verdict: "broken" }]);
      await database.start();
      await insert(aRow("o-12"));

      await soon("acknowledged acknowledged");
      await eventually(
        () => relay?.readiness(),
        (readiness) => readiness?.ready === true,
      );
    });

    it("lets the server soon end a session that is silent, and with it its locks", async () => {
      await aSystem();
      await database.sql(SESSION_VIEW[kind]);
      const settings = { url: database.url, table: "session_settings", tls: false, caFile: undefined };
      const table = await openTable(tableSettings(settings));
      try {
        const found = await table.followed("acknowledged", { after: "0", most: 10 });
        expect(Object.fromEntries(found.map(({ account, deliveryId }) => [account, deliveryId]))).toEqual(
          SESSION_SETTINGS[kind],
        );
      } finally {
        await table.close();
      }
    });

    it("is examined by the doctor", async () => {
      await aSystem();
      expect(await outboxFindings(system.config)).toMatchObject([{ about: "outbox oa", verdict: "ok" }]);
      await insert({ ...aRow("o-13"), payload: "[]" });
      await start();
      await soon("refused");
      await Promise.all(relays.splice(0).map((relay) => relay.stop()));
      await insert(aRow("o-14"));
      await database.sql(`UPDATE bida_outbox SET created_at = ${HOUR_AGO[kind]} WHERE status = 'waiting'`);

      expect(await outboxFindings(system.config)).toMatchObject([
        { verdict: "warning", found: "rows that wait: 1, the oldest for 60 min" },
        { verdict: "warning", found: "rows that were refused: 1" },
      ]);
    });

    const doctored = async (table: string): Promise<readonly unknown[]> => {
      const outbox = system.config.outboxes["oa"];
      if (outbox === undefined) throw new Error("there is no outbox");
      return outboxFindings({ ...system.config, outboxes: { oa: { ...outbox, table } } });
    };

    it.each(["lane_part", "delivery_id", "errors", "reason", "detail", "acknowledged_at", "finished_at"])(
      "tells the doctor that a table without the column %s cannot be used",
      async (column) => {
        await aSystem();
        await database.sql(LIKE_OUTBOX[kind](`without_${column}`));
        await database.sql(`ALTER TABLE without_${column} DROP COLUMN ${column}`);

        expect(await doctored(`without_${column}`)).toMatchObject([
          { verdict: "broken", found: expect.stringContaining(column) },
        ]);
      },
    );

    it("tells the doctor about rows that no relay serves, in a table that was made by hand", async () => {
      await aSystem();
      const text = kind === "postgresql" ? "text" : "varchar(200)";
      await database.sql(`CREATE TABLE by_hand (id bigint PRIMARY KEY, account ${text}, operation ${text},
        payload ${text}, lane ${text}, idempotency_key ${text}, send_at timestamp NULL, deadline timestamp NULL,
        priority integer, callback_url ${text}, metadata ${text}, status ${text}, delivery_id ${text}, errors ${text},
        reason ${text}, detail ${text}, created_at timestamp NULL, acknowledged_at timestamp NULL,
        finished_at timestamp NULL, lane_part smallint)`);
      if (kind === "postgresql") await database.sql("GRANT SELECT, UPDATE, DELETE ON by_hand TO relay");
      const insert = async (id: number, rest: string): Promise<void> =>
        database.sql(`INSERT INTO by_hand (id, status, delivery_id, lane_part) VALUES (${id}, ${rest})`);
      await insert(1, "'waiting', NULL, 31");
      await insert(2, "'acknowledged', 'd-1', NULL");
      await insert(3, "'confirmed', 'd-2', NULL");
      expect(await doctored("by_hand")).toMatchObject([{ verdict: "ok" }]);
      await insert(4, "'new', NULL, 0");
      await insert(5, "NULL, NULL, 0");
      await insert(6, "'acknowledged', NULL, 0");
      await insert(7, "'waiting', NULL, NULL");
      await insert(8, "'waiting', NULL, 32");

      const [, found] = await doctored("by_hand");
      expect(found).toMatchObject({
        verdict: "broken",
        found: "rows that no relay serves (an unknown status, no delivery_id, or no lane_part): 5",
      });
      const { mend } = found as { mend: string };
      const select = /SELECT .* shows/.exec(mend)?.[0].replace(" shows", "") ?? "";
      expect((await database.rows(`${select} ORDER BY id`)).map(([id]) => id)).toEqual([
        "4",
        "5",
        "6",
        "7",
        "8",
      ]);
    });

    it("is one of two outboxes on the same table, by two names of its host: only the first serves it", async () => {
      await aSystem();
      const oa = system.config.outboxes["oa"];
      if (oa === undefined) throw new Error("there is no outbox");
      const outboxes = { oa, ob: { ...oa, url: oa.url.replace("127.0.0.1", "localhost") } };
      const config = { ...system.config, outboxes };

      expect(await outboxFindings(config)).toMatchObject([
        { about: "outbox oa", verdict: "ok" },
        { about: "outbox ob", verdict: "ok" },
        { about: "outbox ob", verdict: "broken", found: expect.stringContaining("outbox oa") },
      ]);
      await start(config);
      const failed = await eventually(
        () => system.events.find(({ event }) => event === "outbox.failed"),
        (event) => event !== undefined,
      );
      expect(failed).toMatchObject({
        outbox: "ob",
        detail: "its table is that of the outbox oa; a table has one outbox",
      });
      await insert(aRow("o-15"));
      await soon("acknowledged");
      const [[id] = []] = await rows("delivery_id");
      expect((await requestOf(id)).key).toMatch(/^outbox:oa:/);
    });

    async function requestOf(id: Cell | undefined): Promise<Delivery["request"]> {
      const delivery = await readDelivery(system.store, id ?? "");
      if (delivery === null) throw new Error("the delivery is gone");
      return delivery.request;
    }

    async function untilQueued(count: number): Promise<void> {
      await eventually(
        () => system.store.count("queued"),
        (queued) => queued >= count,
        60_000,
      );
    }

    /** In each lane, the platform gets the deliveries in the order of the rows' ids. */
    async function expectOrder(count: number): Promise<void> {
      const found = await rows("lane, delivery_id");
      expect(found).toHaveLength(count);
      const { context, close } = openOperations({
        config: system.config,
        tuning: FAST,
        onError: () => undefined,
      });
      for (const ofLane of Map.groupBy(found, ([lane]) => lane).values()) {
        const ids = ofLane.map(([, id]) => id ?? "");
        const { lane } = await requestOf(ids[0]);
        expect(await context.accounts.get("yzj")?.lists.inLane(lane ?? "", count)).toEqual(ids);
      }
      await close();
    }
  });
}

/** What a session's settings are is asked through a table, which here is a view. */
const SESSION_VIEW: Record<DatabaseKind, string> = {
  postgresql: `CREATE VIEW session_settings AS
    SELECT 1 AS id, name AS account, setting AS delivery_id, 'acknowledged' AS status FROM pg_settings
    WHERE name LIKE 'tcp_%' OR name LIKE 'idle_%session_timeout';
    GRANT SELECT ON session_settings TO relay;`,
  mysql: `CREATE VIEW session_settings AS
    SELECT 1 AS id, LOWER(variable_name) AS account, session_value AS delivery_id, 'acknowledged' AS status
    FROM information_schema.system_variables WHERE variable_name = 'WAIT_TIMEOUT';`,
};
const SESSION_SETTINGS: Record<DatabaseKind, object> = {
  postgresql: {
    tcp_keepalives_idle: "10",
    tcp_keepalives_interval: "5",
    tcp_keepalives_count: "3",
    tcp_user_timeout: "30000",
    idle_session_timeout: "120000",
    idle_in_transaction_session_timeout: "120000",
  },
  mysql: { wait_timeout: "120" },
};

const HOUR_AGO: Record<DatabaseKind, string> = {
  postgresql: "now() - interval '1 hour'",
  mysql: "CURRENT_TIMESTAMP(3) - INTERVAL 1 HOUR",
};

/** A table as in `deploy/sql/`, which the relay may use. */
const LIKE_OUTBOX: Record<DatabaseKind, (table: string) => string> = {
  postgresql: (table) =>
    `CREATE TABLE ${table} (LIKE bida_outbox INCLUDING ALL); GRANT SELECT, UPDATE, DELETE ON ${table} TO relay`,
  mysql: (table) => `CREATE TABLE ${table} LIKE bida_outbox`,
};

interface Row {
  readonly id: string | null;
  readonly account: string;
  readonly operation: string;
  readonly payload: string;
  readonly lane: string | null;
  readonly key: string | null;
  readonly deadline: string | null;
  readonly priority: number | null;
  readonly callbackUrl: string | null;
  readonly metadata: string | null;
}

const COLUMNS = [
  "id",
  "account",
  "operation",
  "payload",
  "lane",
  "idempotency_key",
  "deadline",
  "priority",
  "callback_url",
  "metadata",
];

function aRow(sourceId: string, openId = "ann"): Row {
  const { account, operation, payload } = aTodo({ sourceId }, [openId]);
  return {
    id: null,
    account,
    operation,
    payload: JSON.stringify(payload),
    lane: null,
    key: null,
    deadline: null,
    priority: null,
    callbackUrl: null,
    metadata: null,
  };
}

let ids = 0;

function valuesOf(row: Row): string {
  ids += 1;
  const values = [
    row.id ?? String(ids),
    row.account,
    row.operation,
    row.payload,
    row.lane,
    row.key,
    // The sessions of the tests are in UTC.
    row.deadline?.replace("T", " ").replace("Z", "") ?? null,
    row.priority,
    row.callbackUrl,
    row.metadata,
  ];
  return `(${values.map(literal).join(", ")})`;
}

function literal(value: string | number | null): string {
  if (value === null) return "NULL";
  return `'${String(value).replaceAll("'", "''")}'`;
}

async function killed(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}
