#!/usr/bin/env node
// Plain JavaScript, so that also a Node that cannot read TypeScript says what to do.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `Bida needs Node 24.15 or newer; this is ${process.versions.node}. ` +
      "Install a newer Node; in a checkout, `npm ci` brings Node 26 and `npm run …` uses it.\n",
  );
  process.exit(1);
}
await import("../workers/bida.ts");
