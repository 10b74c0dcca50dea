/**
 * Describes every operation, with the JSON Schema of its payload, which is made from the schema that validates
 * it.
 */
import { z } from "zod";
import type { Channel, OperationSpec } from "../platforms/channel.ts";
import { describedSchema } from "./described-schema.ts";
import { mayAccess, type Caller } from "./caller.ts";
import type { OperationsContext } from "./context.ts";

interface DescribedOperation {
  readonly name: string;
  readonly summary: string;
  /** The document and section that the payload's fields come from. */
  readonly source: string;
  /** The caller's accounts that have this operation. */
  readonly accounts: readonly string[];
  /** How many recipients one call to the platform takes. More are sent in several calls. */
  readonly recipientsPerSend: number;
  /** Whether `"of": "<key of the create>"` may stand for an id that only the platform knows. */
  readonly takesReference: boolean;
  /** JSON Schema (2020-12) of the payload. Unknown fields pass through to the platform. */
  readonly payload: Readonly<Record<string, unknown>>;
}

export function describeOperations(
  { caller }: { readonly caller: Caller },
  { accounts }: Pick<OperationsContext, "accounts">,
): readonly DescribedOperation[] {
  const known = new Map<string, { readonly spec: OperationSpec<unknown>; readonly accounts: string[] }>();
  for (const { name, channels } of accounts.values()) {
    if (!mayAccess(caller, name)) continue;
    for (const [operation, spec] of operationsOf(channels)) {
      const entry = known.get(operation) ?? { spec, accounts: [] };
      entry.accounts.push(name);
      known.set(operation, entry);
    }
  }
  return [...known].map(([name, { spec, accounts: users }]) => ({
    ...describe(name, spec),
    accounts: users,
  }));
}

/** Every operation of these channels, by name. */
export function operationsOf(channels: readonly Channel[]): readonly [string, OperationSpec<unknown>][] {
  return channels.flatMap(({ operations }) => Object.entries(operations));
}

/** The part of a description that does not depend on the caller. */
export function describe(name: string, spec: OperationSpec<unknown>): Omit<DescribedOperation, "accounts"> {
  const known = descriptions.get(spec);
  if (known !== undefined) return known;
  const { about, recipientsPerSend, refersTo } = spec;
  const description = {
    name,
    summary: about?.summary ?? name,
    source: about?.source ?? "",
    recipientsPerSend,
    takesReference: refersTo !== undefined,
    payload: payloadSchema(spec),
  };
  descriptions.set(spec, description);
  return description;
}

/** An operation's spec lives as long as the process, so each schema is made once. */
const descriptions = new WeakMap<object, Omit<DescribedOperation, "accounts">>();

function payloadSchema({ input, about }: OperationSpec<unknown>): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(input, { io: "input", unrepresentable: "any", reused: "inline" });
  return about === undefined ? schema : describedSchema(schema, about);
}
