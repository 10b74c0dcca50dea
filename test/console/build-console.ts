/** The tests open what `npm run console:build` makes of this tree. */
import { fileURLToPath } from "node:url";
import { build } from "vite";

export default async function setup(): Promise<void> {
  await build({ configFile: fileURLToPath(new URL("../../console/vite.config.ts", import.meta.url)) });
}
