/**
 * Opens the table with the driver of its database, which is loaded only where an outbox uses it.
 */
import type { TableSettings } from "./address.ts";
import type { OutboxTable } from "./ports.ts";

export async function openTable(settings: TableSettings): Promise<OutboxTable> {
  switch (settings.address.dialect) {
    case "postgresql":
      return (await import("./postgresql.ts")).openPostgresql(settings);
    case "mysql":
      return (await import("./mysql.ts")).openMysql(settings);
  }
}
