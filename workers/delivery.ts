import "../src/app/require-node.ts";

const { runDeliveryProcess } = await import("../src/app/delivery-process.ts");
await runDeliveryProcess(process.argv.slice(2));
