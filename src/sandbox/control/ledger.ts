/**
 * The ledger: what the sandbox really stored, as JSON, and in short as totals.
 */
import type { World } from "../world.ts";

export function ledgerOf(world: World, query: URLSearchParams): unknown {
  return {
    todos: [...world.todos.list(query.get("appId"), query.get("sourceId"))],
    calls: world.calls.counts(),
    violations: world.violations.counts(),
  };
}

/** For load tests: the same, without the rows. */
export function totalsOf(world: World): unknown {
  let todos = 0;
  let repeats = 0;
  for (const todo of world.todos.list(null, null)) {
    todos += 1;
    repeats += todo.repeats;
  }
  return { todos, repeats, calls: world.calls.counts(), violations: world.violations.counts() };
}
