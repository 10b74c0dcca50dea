import "../src/app/require-node.ts";

const { runMirrorProcess } = await import("../src/app/mirror-process.ts");
await runMirrorProcess(process.argv.slice(2));
