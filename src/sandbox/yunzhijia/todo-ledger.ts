/**
 * What the pretend Yunzhijia really stored: one entry for each (appId, sourceId, openId).
 *
 * A repeated create is ignored, as the vendor says, and counted: `repeats` is what a less forgiving
 * platform would have shown twice. `sequence` numbers every stored change, so order can be judged.
 */
import type { PlatformClock } from "../platform.ts";

export interface StoredTodo {
  readonly appId: string;
  readonly sourceId: string;
  readonly openId: string;
  readonly title: string;
  stores: number;
  repeats: number;
  readonly storedAt: number;
  readonly visibleAt: number;
  deal: boolean;
  read: boolean;
  deleted: boolean;
  readonly history: { readonly sequence: number; readonly at: number; readonly what: string }[];
}

export interface Action {
  readonly deal: boolean;
  readonly read: boolean;
  readonly remove: boolean;
}

interface Source {
  readonly todos: Map<string, StoredTodo>;
  /** Actions that came before their create, kept for an hour. */
  readonly early: { readonly openIds: readonly string[] | null; readonly action: Action; readonly at: number }[];
  /** When each check call of the last minute came. */
  checks: number[];
}

const CHECKS_IN_A_WINDOW = 5;
const CHECK_WINDOW_MS = 60_000;
const ACTION_KEPT_MS = 3_600_000;

export class TodoLedger {
  readonly #clock: PlatformClock;
  readonly #sources = new Map<string, Source>();
  #sequence = 0;
  #checksOverLimit = 0;

  constructor(clock: PlatformClock) {
    this.#clock = clock;
  }

  create(
    todo: { appId: string; sourceId: string; title: string },
    recipient: { openId: string; deal: boolean; read: boolean },
    lateMs: number,
  ): void {
    const source = this.#source(todo.appId, todo.sourceId);
    const known = source.todos.get(recipient.openId);
    if (known !== undefined) {
      known.repeats += 1;
      this.#note(known, "create again");
      return;
    }
    const now = this.#clock.now();
    const stored: StoredTodo = {
      ...todo,
      openId: recipient.openId,
      stores: 1,
      repeats: 0,
      storedAt: now,
      visibleAt: now + lateMs * this.#clock.scale,
      deal: recipient.deal,
      read: recipient.read,
      deleted: false,
      history: [],
    };
    source.todos.set(recipient.openId, stored);
    this.#note(stored, "create");
    for (const { openIds, action, at } of source.early) {
      const isKept = now - at <= ACTION_KEPT_MS * this.#clock.scale;
      if (isKept && (openIds === null || openIds.includes(recipient.openId))) this.#apply(stored, action);
    }
  }

  act(appId: string, sourceId: string, openIds: readonly string[] | null, action: Action): void {
    const source = this.#source(appId, sourceId);
    const named = openIds ?? [...source.todos.keys()];
    for (const openId of named) {
      const todo = source.todos.get(openId);
      if (todo !== undefined) this.#apply(todo, action);
    }
    if (openIds === null || openIds.some((openId) => !source.todos.has(openId))) {
      source.early.push({ openIds, action, at: this.#clock.now() });
    }
  }

  /** Counts a check call; false if it is over the limit of 5 in any minute. */
  admitCheck(appId: string, sourceId: string): boolean {
    const now = this.#clock.now();
    const source = this.#source(appId, sourceId);
    source.checks = source.checks.filter((at) => at > now - CHECK_WINDOW_MS * this.#clock.scale);
    if (source.checks.length >= CHECKS_IN_A_WINDOW) {
      this.#checksOverLimit += 1;
      return false;
    }
    source.checks.push(now);
    return true;
  }

  /** (dealCount, undelCount): what is not stored, not yet visible or deleted counts as nothing. */
  look(appId: string, sourceId: string, openId: string): { dealCount: number; undelCount: number } {
    const todo = this.#sources.get(`${appId} ${sourceId}`)?.todos.get(openId);
    if (todo === undefined || todo.deleted || todo.visibleAt > this.#clock.now()) return { dealCount: 0, undelCount: 0 };
    return todo.deal ? { dealCount: 1, undelCount: 0 } : { dealCount: 0, undelCount: 1 };
  }

  show(): { todos: StoredTodo[]; violations: { checkOverLimit: number } } {
    const todos = [...this.#sources.values()].flatMap((source) => [...source.todos.values()]);
    return { todos, violations: { checkOverLimit: this.#checksOverLimit } };
  }

  reset(): void {
    this.#sources.clear();
    this.#checksOverLimit = 0;
  }

  #apply(todo: StoredTodo, action: Action): void {
    // Irreversible: what is done stays done.
    todo.deal ||= action.deal;
    todo.read ||= action.read;
    todo.deleted ||= action.remove;
    this.#note(todo, action.remove ? "delete" : action.deal ? "deal" : "action");
  }

  #note(todo: StoredTodo, what: string): void {
    this.#sequence += 1;
    todo.history.push({ sequence: this.#sequence, at: this.#clock.now(), what });
  }

  #source(appId: string, sourceId: string): Source {
    const name = `${appId} ${sourceId}`;
    let source = this.#sources.get(name);
    if (source === undefined) {
      source = { todos: new Map(), early: [], checks: [] };
      this.#sources.set(name, source);
    }
    return source;
  }
}
