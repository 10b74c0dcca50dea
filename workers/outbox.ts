/**
 * The relay of the outboxes: `node workers/outbox.ts --config bida.yaml`.
 */
import "../src/app/require-node.ts";

const { runOutboxProcess } = await import("../src/app/outbox-process.ts");
await runOutboxProcess(process.argv.slice(2));
