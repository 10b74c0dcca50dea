/**
 * Imported first by every entry point: with an old Node it prints what to do before anything else is loaded,
 * because the libraries would fail with unreadable errors.
 */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `Bida needs Node 24.15 or newer; this is ${process.versions.node}. ` +
      "Install a newer Node; in a checkout, `npm ci` brings Node 26 and `npm run …` uses it.\n",
  );
  process.exit(1);
}
