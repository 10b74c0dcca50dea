/**
 * Bida's API as the bench runs it, without a log. Ends when its stdin closes.
 */
import { readFileSync } from "node:fs";
import { startApi } from "../../src/app/api.ts";
import { parseConfig } from "../../src/config/config.ts";

const file = process.argv[2] ?? "";
const config = parseConfig(readFileSync(file, "utf8"), { path: file, env: {} });
const api = await startApi({
  config,
  emit: () => undefined,
  warn: () => undefined,
});
process.stdout.write(`${api.url}\n`);
process.stdin.resume().on("end", () => process.exit(0));
