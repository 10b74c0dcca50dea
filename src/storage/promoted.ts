import type { Promoted } from "../delivery/record.ts";

/** The next of a lane, as a script names it. */
export function promotedOf(id: string | undefined, priority: string | undefined): Promoted | null {
  return id === undefined || id === "" ? null : { id, priority: Number(priority ?? 0) };
}
