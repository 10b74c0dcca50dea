/**
 * The relay of the outboxes: `node workers/outbox.ts --config bida.yaml`.
 */
import "../src/app/require-node.ts";

const { runScript } = await import("../src/app/script.ts");
const { runOutboxProcess } = await import("../src/app/outbox-process.ts");
await runScript("outbox", runOutboxProcess);
