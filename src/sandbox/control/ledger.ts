/**
 * The ledger: what the sandbox really stored, as JSON, and in short as totals.
 */
import type { World } from "../world.ts";
import { latest, type Schedule } from "../yunzhijia/schedule-book.ts";

/** `appId` and `sourceId` narrow the todos. */
export function ledgerOf(world: World, query: URLSearchParams): unknown {
  return {
    todos: [...world.todos.list(query.get("appId"), query.get("sourceId"))],
    schedules: [...world.schedules.list()].map(scheduleRow),
    tasks: [...world.tasks.list()],
    messages: [...world.messages.list()],
    calls: world.calls.counts(),
    violations: world.violations.counts(),
  };
}

/** For load tests: the same, without the rows. */
export function totalsOf(world: World): unknown {
  return {
    todos: sizes(world.todos.list(null, null)),
    schedules: { stored: count(world.schedules.list()) },
    tasks: sizes(world.tasks.list()),
    messages: { stored: count(world.messages.list()) },
    calls: world.calls.counts(),
    violations: world.violations.counts(),
  };
}

function scheduleRow({ versions, history, ...schedule }: Schedule): unknown {
  const fields = latest({ ...schedule, versions, history });
  return { ...schedule, ...fields, visibleAt: versions.at(-1)?.visibleAt, history };
}

function sizes(rows: Iterable<{ readonly repeats: number }>): { stored: number; repeats: number } {
  let stored = 0;
  let repeats = 0;
  for (const row of rows) {
    stored += 1;
    repeats += row.repeats;
  }
  return { stored, repeats };
}

function count(rows: Iterable<unknown>): number {
  let found = 0;
  for (const _row of rows) found += 1;
  return found;
}
