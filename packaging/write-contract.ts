/**
 * Writes what is made from the contract: openapi.json, asyncapi.json, docs/api-roles.md, docs/errors.md in both languages, docs/events.md,
 * and the client's types. `npm run openapi`, after a change of the contract or of a payload's schema. All are checked in, so that a change is
 * seen in review.
 */
import { writeFileSync } from "node:fs";
import {
  asyncApiDocument,
  contractTypes,
  eventsPage,
  openApiDocument,
  problemsText,
  rolesText,
} from "./contract-types.ts";

const root = new URL("../", import.meta.url);
writeFileSync(new URL("openapi.json", root), `${JSON.stringify(openApiDocument(), null, 2)}\n`);
writeFileSync(new URL("src/doors/client/contract-types.ts", root), await contractTypes());
writeFileSync(new URL("asyncapi.json", root), `${JSON.stringify(asyncApiDocument(), null, 2)}\n`);
writeFileSync(new URL("docs/api-roles.md", root), await rolesText());
writeFileSync(new URL("docs/errors.md", root), await problemsText());
writeFileSync(new URL("docs/zh/errors.md", root), await problemsText("zh"));
writeFileSync(new URL("docs/events.md", root), await eventsPage());
