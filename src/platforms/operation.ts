/** Finds an operation by its name among the channels of an account. */
import type { Channel, OperationSpec } from "./channel.ts";

export interface Operation {
  readonly channel: Channel;
  readonly spec: OperationSpec<unknown>;
}

/** Own properties only: an operation called "constructor" must be unknown. */
export function operationOf(channels: readonly Channel[], name: string): Operation | null {
  const channel = channels.find(({ operations }) => Object.hasOwn(operations, name));
  const spec = channel?.operations[name];
  return channel === undefined || spec === undefined ? null : { channel, spec };
}

/** Why this worker does nothing with a delivery of an unknown operation. */
export function unknownOperation({ operation }: { readonly operation: string }): string {
  return `this worker does not know the operation ${operation}; one of a newer version may`;
}
