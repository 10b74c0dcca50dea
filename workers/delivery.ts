import "../src/app/require-node.ts";

const { runScript } = await import("../src/app/script.ts");
const { runDeliveryProcess } = await import("../src/app/delivery-process.ts");
await runScript("worker", runDeliveryProcess);
