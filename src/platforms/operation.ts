/** An operation, found by its name among the channels of an account. */
import type { Channel, OperationSpec } from "./channel.ts";

export interface Operation {
  readonly channel: Channel;
  readonly spec: OperationSpec<unknown>;
}

/** Own names only: an operation called "constructor" is unknown, not a function. */
export function operationOf(channels: readonly Channel[], name: string): Operation | null {
  const channel = channels.find(({ operations }) => Object.hasOwn(operations, name));
  const spec = channel?.operations[name];
  return channel === undefined || spec === undefined ? null : { channel, spec };
}

/** Why nothing is done about a delivery of it here. */
export function unknownOperation({ operation }: { readonly operation: string }): string {
  return `this worker does not know the operation ${operation}; one of a newer version may`;
}
