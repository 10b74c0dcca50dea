/**
 * Writes openapi.json anew: `node src/doors/http/write-openapi.ts`, after a change of the contract.
 */
import { writeFileSync } from "node:fs";
import { contract } from "./contract.ts";
import { openApi } from "./openapi.ts";

const file = new URL("../../../openapi.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(openApi(contract), null, 2)}\n`);
