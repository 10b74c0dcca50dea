import type { SystemState } from "../../../src/doors/client/types.ts";
import { number } from "./show.ts";

/** From here on it is full soon: nothing is accepted then. */
const NEARLY_FULL = 0.8;

export function isNearlyFull({ usedBytes, mostBytes }: SystemState["redis"][number]): boolean {
  return mostBytes > 0 && usedBytes > NEARLY_FULL * mostBytes;
}

/** Empty for no limit. */
export function mebi(bytes: number): string {
  return bytes === 0 ? "" : `${number(Math.round(bytes / 2 ** 20))} MiB`;
}
