import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tableSettings } from "../../src/app/outbox.ts";
import { openTable } from "../../src/outbox/open-table.ts";
import type { OutboxTable } from "../../src/outbox/ports.ts";
import { isInstalled, openTransaction, startDatabase, type TestDatabase } from "../support/databases.ts";
import { describeOutbox } from "./suites/outbox.ts";

describeOutbox("mysql");

describe.skipIf(!isInstalled("mysql"))("a server that cannot leave out locked rows", () => {
  let database: TestDatabase;
  let table: OutboxTable;

  beforeAll(async () => {
    database = await startDatabase("mysql", "10.5.23-MariaDB");
    table = await openTable(
      tableSettings({ url: database.url, table: "bida_outbox", tls: false, caFile: undefined }),
    );
    const values = [1, 2, 3].map((id) => `(${id}, 'yzj', 'todo.create', '{}')`).join(", ");
    await database.sql(`INSERT INTO bida_outbox (id, account, operation, payload) VALUES ${values}`);
  });
  afterAll(async () => {
    await table.close();
    await database.close();
  });

  it("refuses a table without transactions, whose rows would stay after a rollback", async () => {
    await database.sql("CREATE TABLE in_myisam LIKE bida_outbox; ALTER TABLE in_myisam ENGINE = MyISAM");
    const without = await openTable(
      tableSettings({ url: database.url, table: "in_myisam", tls: false, caFile: undefined }),
    );

    await expect(without.verify()).rejects.toThrow(
      "its engine MyISAM has no transactions, so rows of a rolled-back transaction would be delivered: ALTER TABLE `in_myisam` ENGINE = InnoDB",
    );
    await expect(table.verify()).resolves.toBeUndefined();
    await without.close();
  });

  it("waits a second for a locked row, and takes the others", async () => {
    const open = await openTransaction(database.url);
    await open.sql("SELECT id FROM bida_outbox WHERE id = 2 FOR UPDATE");

    const taken = await table.take(["1", "2", "3"]);
    expect(taken.map(({ id }) => id)).toEqual(["1", "3"]);
    await table.mark(taken.map(({ id }) => ({ kind: "acknowledged", id, deliveryId: `d-${id}` })));
    const finished = await table.finish(
      ["1", "2"].map((id) => ({ id, ending: { status: "confirmed", reason: null, detail: null } })),
    );

    expect(finished).toBe(1);
    await open.commit();
    expect((await database.rows("SELECT status FROM bida_outbox ORDER BY id")).flat()).toEqual([
      "confirmed",
      "waiting",
      "acknowledged",
    ]);
  });

  it("lets producers insert while a row that was deleted before it was taken is marked", async () => {
    await table.take(["500"]);
    await database.sql(
      "SET innodb_lock_wait_timeout = 1; INSERT INTO bida_outbox (id, account, operation, payload) VALUES (8, 'yzj', 'todo.create', '{}')",
    );
    await table.mark([]);

    expect(await database.rows("SELECT status FROM bida_outbox WHERE id = 8")).toEqual([["waiting"]]);
  });

  it("follows neither the server's autocommit nor its doubts, and writes what its columns can hold", async () => {
    const insert = (...ids: readonly number[]): string =>
      `INSERT INTO bida_outbox (id, account, operation, payload) VALUES ${ids.map((id) => `(${id}, 'yzj', 'todo.create', '{}')`).join(", ")};`;
    await database.sql(`DELETE FROM bida_outbox; ${insert(11, 12)}
      SET GLOBAL autocommit = 0; SET GLOBAL sql_safe_updates = 1;
      ALTER TABLE bida_outbox MODIFY errors longtext CHARACTER SET latin1, MODIFY detail longtext CHARACTER SET utf8mb3`);
    const other = await openTable(
      tableSettings({ url: database.url, table: "bida_outbox", tls: false, caFile: undefined }),
    );
    try {
      await other.verify();
      await other.take(["11", "12"]);
      const errors = [{ pointer: "/payload/标题", detail: "expected text" }];
      await other.mark([
        { kind: "refused", id: "11", errors },
        { kind: "acknowledged", id: "12", deliveryId: "d-12" },
      ]);
      await other.finish([{ id: "12", ending: { status: "dead", reason: "rejected", detail: "请假😀" } }]);
      expect(await other.waitingParts()).toEqual([]);

      await database.sql(`${insert(13)} COMMIT`);

      expect(await other.waitingParts()).toMatchObject([{ firstId: "13" }]);
      const [[told, detail] = []] = await database.rows(
        "SELECT (SELECT errors FROM bida_outbox WHERE id = 11), (SELECT detail FROM bida_outbox WHERE id = 12)",
      );
      expect(JSON.parse(told ?? "")).toEqual(errors);
      expect(detail).toBe("请假\\ud83d\\ude00");
    } finally {
      await other.close();
    }
  });
});
