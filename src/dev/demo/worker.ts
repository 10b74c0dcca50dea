/**
 * The demo's worker process: the delivery worker on the demo's clock.
 */
import "../../app/require-node.ts";

const { runDeliveryProcess } = await import("../../app/delivery-process.ts");
const { DEMO_TUNING } = await import("./pace.ts");
await runDeliveryProcess(process.argv.slice(2), DEMO_TUNING);
