/**
 * The names of lanes. Each family of operations has a prefix of its own, and so have lanes that a producer
 * names: a todo and a schedule with the same id do not share a lane, nor do they share one that a producer has
 * named.
 */
import type { OperationSpec } from "../platforms/channel.ts";

interface Placed {
  /** The lane that the producer named; undefined for the entity's own. */
  readonly named: string | undefined;
  readonly operation: string;
  readonly key: string | null;
}

/** Null where order does not matter. */
export function laneOf(
  spec: Pick<OperationSpec<unknown>, "entity">,
  { input, placed: { named, operation, key } }: { readonly input: unknown; readonly placed: Placed },
): string | null {
  if (named !== undefined) return `named:${named}`;
  const entity = spec.entity(input, key);
  // "todo" of "todo.create".
  return entity === null ? null : `${operation.slice(0, operation.indexOf("."))}:${entity}`;
}
