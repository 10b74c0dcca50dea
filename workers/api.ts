import "../src/app/require-node.ts";

const { runScript } = await import("../src/app/script.ts");
const { runApiProcess } = await import("../src/app/api-process.ts");
await runScript("api", runApiProcess);
