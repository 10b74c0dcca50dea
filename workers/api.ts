import "../src/app/require-node.ts";

const { runApiProcess } = await import("../src/app/api-process.ts");
await runApiProcess(process.argv.slice(2));
