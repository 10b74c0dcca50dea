#!/usr/bin/env node
import "../src/app/require-node.ts";

const { bida } = await import("../src/app/cli.ts");
const status = await bida(process.argv.slice(2));
if (status !== null) process.exitCode = status;
