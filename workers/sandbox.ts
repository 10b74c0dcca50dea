import "../src/app/require-node.ts";

const { runScript } = await import("../src/app/script.ts");
const { runSandboxProcess } = await import("../src/app/sandbox-process.ts");
await runScript("sandbox", runSandboxProcess);
