/**
 * The ledger: what the sandbox really stored, as JSON, and as totals.
 */
import type { SandboxState } from "../state.ts";
import { latest, type Schedule } from "../yunzhijia/schedule-book.ts";

/** `appId` and `sourceId` filter the todos. */
export function ledgerOf(state: SandboxState, query: URLSearchParams): unknown {
  return {
    todos: [...state.todos.list(query.get("appId"), query.get("sourceId"))],
    schedules: [...state.schedules.list()].map(scheduleRow),
    tasks: [...state.tasks.list()],
    messages: [...state.messages.list()],
    calls: state.calls.counts(),
    violations: state.violations.counts(),
  };
}

/** The totals alone, for load tests. */
export function totalsOf(state: SandboxState): unknown {
  return {
    todos: sizes(state.todos.list(null, null)),
    schedules: { stored: count(state.schedules.list()) },
    tasks: sizes(state.tasks.list()),
    messages: { stored: count(state.messages.list()) },
    calls: state.calls.counts(),
    violations: state.violations.counts(),
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
