import "../src/app/require-node.ts";

const { runScript } = await import("../src/app/script.ts");
const { runMirrorProcess } = await import("../src/app/mirror-process.ts");
await runScript("mirror", runMirrorProcess);
