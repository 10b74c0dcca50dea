/**
 * Writes what is made from the contract: openapi.json, and the client's types. `npm run openapi`, after a
 * change of the contract or of a payload's schema. Both are checked in, so that a change is seen in review.
 */
import { writeFileSync } from "node:fs";
import { contractTypes, openApiDocument } from "./contract-types.ts";

const root = new URL("../", import.meta.url);
writeFileSync(new URL("openapi.json", root), `${JSON.stringify(openApiDocument(), null, 2)}\n`);
writeFileSync(new URL("src/doors/client/contract-types.ts", root), await contractTypes());
