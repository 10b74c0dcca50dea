/**
 * Todos that Bida itself orders, as a mirror does: the contract of `Platform.todoOrders`.
 */
export interface NewTodo {
  readonly sourceId: string;
  readonly openId: string;
  readonly title: string;
  readonly content: string;
  /** A line above the title; null for none. */
  readonly subtitle: string | null;
  readonly url: string;
  readonly iconUrl: string;
}

/** An order, in the platform's own fields. */
interface OrderedPayload {
  readonly operation: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface TodoOrders {
  create(todo: NewTodo): OrderedPayload;
  /** The payload depends only on the arguments, so that the same order is the same delivery whoever places it. */
  mark(todo: Pick<NewTodo, "sourceId" | "openId">, as: "read" | "handled"): OrderedPayload;
}
