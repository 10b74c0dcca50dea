import "../src/app/require-node.ts";

const { runSandboxProcess } = await import("../src/app/sandbox-process.ts");
await runSandboxProcess(process.argv.slice(2));
