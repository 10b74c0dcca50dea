/** One act on each of several, a few at once; what fails is counted and said at the end, and the rest is done. */
import { words } from "../words/words.ts";

const AT_ONCE = 8;

/** @throws an Error that says how many were done, and why the first of the others was not */
export async function actOnEach(
  ids: readonly string[],
  act: (id: string) => Promise<unknown>,
): Promise<void> {
  const failures: string[] = [];
  const rest = ids.values();
  const some = async (): Promise<void> => {
    for (const id of rest) {
      try {
        await act(id);
      } catch (error) {
        failures.push(error instanceof Error ? error.message : "");
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
  if (failures.length === 0) return;
  throw new Error(
    `${words.value.act.partly(ids.length - failures.length, failures.length)} ${failures[0] ?? ""}`,
  );
}
