/** One act on each of several, one after the other; what fails is counted and said at the end, and the rest is done. */
import { words } from "../words/words.ts";

/** @throws an Error that says how many were done, and why the first of the others was not */
export async function actOnEach(
  ids: readonly string[],
  act: (id: string) => Promise<unknown>,
): Promise<void> {
  const failures: string[] = [];
  for (const id of ids) {
    try {
      await act(id);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : "");
    }
  }
  if (failures.length === 0) return;
  throw new Error(
    `${words.value.act.partly(ids.length - failures.length, failures.length)} ${failures[0] ?? ""}`,
  );
}
