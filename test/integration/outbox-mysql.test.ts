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
});
