/**
 * The todos that Yunzhijia really stored, one per (appId, sourceId, openId),
 * and the actions that came before their create.
 *
 * Invariants (docs/platforms/yunzhijia.md, "Todos"): a repeated create changes nothing but is counted; a
 * deleted todo only comes back by a new create; done and read are only undone by zeros, under that setting; an
 * early action is kept for one hour and applied to the create that follows.
 */
import type { Clock, Sequence } from "../clock.ts";
import type { Settings } from "../settings.ts";

const earlyActionKeptMs = 60 * 60_000;

type TodoChange = {
  readonly seq: number;
  readonly at: number;
  readonly change: "store" | "deal" | "undo" | "read" | "unread" | "delete";
  /** False when it changed nothing: a repeated create, a repeated action. */
  readonly effect: boolean;
};

export type Todo = {
  readonly appId: string;
  readonly sourceId: string;
  readonly openId: string;
  readonly title: string;
  readonly content: string | null;
  readonly url: string;
  /** The other fields of its create, for everybody and for this person, digit by digit. */
  readonly others: Readonly<Record<string, unknown>>;
  readonly storedAt: number;
  readonly visibleAt: number;
  stores: number;
  repeats: number;
  deal: boolean;
  read: boolean;
  deleted: boolean;
  /** From when on checks see the last change. */
  dealVisibleAt: number;
  deletedVisibleAt: number;
  readonly history: TodoChange[];
};

type NewTodo = Pick<Todo, "appId" | "sourceId" | "openId" | "title" | "content" | "url" | "others"> & {
  readonly deal: boolean;
  readonly read: boolean;
  readonly visibleAt: number;
};

type TodoAction = {
  readonly deal: boolean;
  readonly read: boolean;
  readonly delete: boolean;
  /** What the zeros among them do: see the setting `actionZeros`. */
  readonly zeros: Settings["actionZeros"];
};

type EarlyAction = {
  /** Null: everyone under the sourceId. */
  readonly openIds: ReadonlySet<string> | null;
  readonly action: TodoAction;
  readonly at: number;
  readonly until: number;
};

type Batch = { readonly todos: Map<string, Todo>; early: EarlyAction[] };

export class TodoBook {
  readonly #clock: Clock;
  readonly #sequence: Sequence;
  #batches = new Map<string, Batch>();

  constructor(clock: Clock, sequence: Sequence) {
    this.#clock = clock;
    this.#sequence = sequence;
  }

  store(
    entry: NewTodo,
    { afterDelete }: { readonly afterDelete: "created" | "ignored" },
  ): "stored" | "repeat" {
    const batch = this.#batchOf(entry.appId, entry.sourceId);
    const known = batch.todos.get(entry.openId);
    if (known && !(known.deleted && afterDelete === "created")) {
      known.repeats += 1;
      this.#write(known, { change: "store", effect: false });
      return "repeat";
    }
    const todo = this.#newTodo(entry, known ?? null);
    batch.todos.set(entry.openId, todo);
    this.#write(todo, { change: "store", effect: true });
    this.#applyEarlyActions(batch, todo);
    return "stored";
  }

  /** `openIds` null: everyone under the sourceId. An action for a recipient without a todo is remembered. */
  act(
    {
      appId,
      sourceId,
      openIds,
    }: { readonly appId: string; readonly sourceId: string; readonly openIds: readonly string[] | null },
    { action, visibleAt }: { readonly action: TodoAction; readonly visibleAt: number },
  ): void {
    const batch = this.#batchOf(appId, sourceId);
    for (const openId of openIds ?? batch.todos.keys()) {
      const todo = batch.todos.get(openId);
      if (todo) this.#apply(todo, { action, visibleAt });
    }
    const absent = openIds?.filter((openId) => !batch.todos.has(openId)) ?? [];
    const nobodyYet = openIds === null && batch.todos.size === 0;
    if (absent.length > 0 || nobodyYet)
      this.#keep(batch, { openIds: nobodyYet ? null : new Set(absent), action });
  }

  /** Whether anything is under this sourceId already. */
  hasBatch(appId: string, sourceId: string): boolean {
    return (this.#batches.get(`${appId}\n${sourceId}`)?.todos.size ?? 0) > 0;
  }

  find({
    appId,
    sourceId,
    openId,
  }: {
    readonly appId: string;
    readonly sourceId: string;
    readonly openId: string;
  }): Todo | null {
    return this.#batches.get(`${appId}\n${sourceId}`)?.todos.get(openId) ?? null;
  }

  *list(appId: string | null, sourceId: string | null): Generator<Todo> {
    for (const batch of this.#batches.values()) {
      for (const todo of batch.todos.values()) {
        if (appId !== null && todo.appId !== appId) break;
        if (sourceId !== null && todo.sourceId !== sourceId) break;
        yield todo;
      }
    }
  }

  reset(): void {
    this.#batches.clear();
  }

  #batchOf(appId: string, sourceId: string): Batch {
    const key = `${appId}\n${sourceId}`;
    const known = this.#batches.get(key);
    if (known) return known;
    const batch: Batch = { todos: new Map(), early: [] };
    this.#batches.set(key, batch);
    return batch;
  }

  /** `before`: the deleted one in whose place it is created. */
  #newTodo(entry: NewTodo, before: Todo | null): Todo {
    const at = this.#clock.now();
    return {
      ...entry,
      storedAt: at,
      stores: (before?.stores ?? 0) + 1,
      repeats: before?.repeats ?? 0,
      deleted: false,
      dealVisibleAt: entry.visibleAt,
      deletedVisibleAt: entry.visibleAt,
      history: before?.history ?? [],
    };
  }

  #keep(
    batch: Batch,
    { openIds, action }: { readonly openIds: ReadonlySet<string> | null; readonly action: TodoAction },
  ): void {
    const at = this.#clock.now();
    batch.early.push({ openIds, action, at, until: at + this.#clock.scaled(earlyActionKeptMs) });
  }

  #applyEarlyActions(batch: Batch, todo: Todo): void {
    const now = this.#clock.now();
    batch.early = batch.early.filter((early) => now < early.until);
    for (const { openIds, action } of batch.early) {
      if (openIds === null || openIds.has(todo.openId))
        this.#apply(todo, { action, visibleAt: todo.visibleAt });
    }
  }

  #apply(
    todo: Todo,
    { action, visibleAt }: { readonly action: TodoAction; readonly visibleAt: number },
  ): void {
    if (action.deal) {
      this.#write(todo, { change: "deal", effect: !todo.deal });
      if (!todo.deal) todo.dealVisibleAt = visibleAt;
      todo.deal = true;
    } else if (action.zeros === "undo" && todo.deal) {
      this.#write(todo, { change: "undo", effect: true });
      todo.dealVisibleAt = visibleAt;
      todo.deal = false;
    }
    if (action.read) {
      this.#write(todo, { change: "read", effect: !todo.read });
      todo.read = true;
    } else if (action.zeros !== "nothing" && todo.read) {
      this.#write(todo, { change: "unread", effect: true });
      todo.read = false;
    }
    if (action.delete) {
      this.#write(todo, { change: "delete", effect: !todo.deleted });
      if (!todo.deleted) todo.deletedVisibleAt = visibleAt;
      todo.deleted = true;
    }
  }

  #write(
    todo: Todo,
    { change, effect }: { readonly change: TodoChange["change"]; readonly effect: boolean },
  ): void {
    todo.history.push({ seq: this.#sequence.next(), at: this.#clock.now(), change, effect });
  }
}
